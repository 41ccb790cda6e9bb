"""A project on a small file system of its own; run by ``unshare``, so the mount ends with it.

It loads once, then again at each level of free space and once more with room, and prints one JSON
object a line: what each load ended with, said and left.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.crash import oracle

DECLARED = """
import phlo


@phlo.ingestion(table="raw.t", key="id", checks=[phlo.unique("id")])
def t():
    return phlo.csv("t.csv")
"""
SIZE = 64 << 20
PHLO = Path(sys.executable).with_name("phlo")


def materialize(root: Path) -> dict[str, object]:
    done = subprocess.run(
        [PHLO, "--project", root, "materialize", "raw.t"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return {"status": done.returncode, "said": done.stderr}


def fill(root: Path, free: int) -> Path:
    """Leave so many bytes free."""
    ballast = root / "ballast"
    found = os.statvfs(root)
    size = found.f_bavail * found.f_frsize - free
    with ballast.open("wb") as file:
        file.write(b"x" * max(size, 0))
    return ballast


def rows(root: Path, count: int) -> None:
    lines = [f"{n},{(n + count) * 2_654_435_761 % 4_294_967_296}" for n in range(count)]
    (root / "t.csv").write_text("\n".join(["id,x", *lines]) + "\n")


def main(folder: str, *levels: str) -> None:
    root = Path(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", root], check=True)
    (root / "defs").mkdir()
    (root / "phlo.yaml").write_text("name: small\n")
    (root / "defs/tables.py").write_text(DECLARED)
    count = 50_000
    rows(root, count)
    report(root, "first", count, materialize(root))
    for level in levels:
        count += 50_000
        rows(root, count)
        ballast = fill(root, int(level))
        report(root, level, count, materialize(root))
        ballast.unlink()
        report(root, "again", count, materialize(root))


def report(root: Path, at: str, wanted: int, done: dict[str, object]) -> None:
    found = oracle.look(root, "raw.t")
    state = {
        "rows": len(found.ids),
        "once": len(set(found.ids)) == len(found.ids),
        "merges": found.merges,
        "events": found.events,
        "branches": sorted(found.branches),
    }
    print(json.dumps({"at": at, "wanted": wanted, **done, **state}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
