"""The source files of the product, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("phlo", "phlo_defs", "phlo_api")


@dataclass(frozen=True)
class Source:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@cache
def sources(*rooms: str) -> tuple[Source, ...]:
    return tuple(_read(rooms or ROOMS))


def _read(rooms: tuple[str, ...]) -> Iterator[Source]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Source(path, text, ast.parse(text, filename=str(path)))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every absolute import of a file, wherever it stands, as (line, dotted name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module
