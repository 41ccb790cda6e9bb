"""Read a marts file in a loop until a file named stop appears; print whatever is not whole."""

import sys
from pathlib import Path

from tests.unit.marts.lakes import ROWS, versions


def main(folder: Path) -> None:
    path, stop = folder / "marts.duckdb", folder / "stop"
    reads = 0
    print("reading", flush=True)
    while not stop.exists():
        seen = versions(path)
        if len(seen) != 1 or next(iter(seen))[1:] != (ROWS, ROWS):
            print(f"not whole: {seen}", flush=True)
        reads += 1
    print(f"reads {reads}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
