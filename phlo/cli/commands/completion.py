"""`phlo completion`: the script that makes a shell complete commands, refs and tables."""

import click
from click.shell_completion import get_completion_class

from phlo.errors import InvalidInput


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  phlo completion bash > ~/.local/share/bash-completion/completions/phlo
    zsh:   phlo completion zsh > "${fpath[1]}/_phlo"
    fish:  phlo completion fish > ~/.config/fish/completions/phlo.fish
    """
    from phlo.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise InvalidInput(f"there is no completion for {shell}", fix="use bash, zsh or fish")
    click.echo(kind(cli, {}, "phlo", "_PHLO_COMPLETE").source())
