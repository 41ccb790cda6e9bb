"""``python -m phlo.cli``: the command line, where the script is not installed."""

from phlo.cli.main import main

if __name__ == "__main__":
    main()
