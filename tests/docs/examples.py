"""Run the code blocks of a page, in order, in one folder.

A block that starts with ```` ```python file=NAME ```` or ```` ```csv file=NAME ```` becomes a file.
```` ```sh ```` and ```` ```python ```` are run; a ```` ```text ```` block right behind one of them
is what it must print, where ``…`` stands for anything. A block marked ``no-run`` is shown only.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Block:
    language: str
    marks: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        found = re.search(r"file=(\S+)", self.marks)
        return found.group(1) if found else None


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(match.group(1), match.group(2).strip(), match.group(3), line)


def as_pattern(expected: str) -> re.Pattern[str]:
    """Turn an expected output into a pattern: ``…`` is anything, runs of spaces are one."""
    lines = [" ".join(line.split()) for line in expected.strip().splitlines()]
    parts = [re.escape(line).replace("…", ".*?") for line in lines]
    return re.compile(r"\n".join(parts), re.DOTALL)


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PHLO_", "DAGSTER_"))}
    return kept | {"PATH": f"{BIN}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1", "COLUMNS": "100"}


def run_page(page: Path, folder: Path) -> int:
    """Run a page in a folder and return how many blocks were run; assert what they print."""
    printed, ran, here = "", 0, folder
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        if "no-run" in block.marks:
            continue
        if block.file:
            target = here / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language in {"sh", "python"}:
            printed, here = run_block(block, here, place)
            ran += 1
        elif block.language == "text":
            seen = "\n".join(" ".join(line.split()) for line in printed.splitlines())
            assert as_pattern(block.text).search(seen), f"{place}: it printed\n{printed}"
    return ran


def run_block(block: Block, here: Path, place: str) -> tuple[str, Path]:
    """Run one block; a ``cd`` in it holds for the blocks behind it."""
    left = here / ".where-the-block-went"
    code = f'{block.text}\npwd > "{left}"'
    shell = ["bash", "-e", "-c", code]
    done = subprocess.run(
        [sys.executable, "-c", block.text] if block.language == "python" else shell,
        cwd=here,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{place} failed:\n{block.text}\n{done.stdout}"
    there = Path(left.read_text().strip()) if left.exists() else here
    left.unlink(missing_ok=True)
    return done.stdout, there
