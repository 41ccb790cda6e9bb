"""The table names of a statement, found by DuckDB's own tokenizer.

Names are taken from every dotted chain in the text, whatever kind of statement it is: one that
turns out to be a column costs a look-up, a missed one would be a wrong answer.
"""

from dataclasses import dataclass
from functools import lru_cache

import duckdb

from phlo.tables.quoting import identifier

RESERVED = frozenset({"main", "memory", "system", "temp", "pg_catalog", "information_schema"})
"""Names that DuckDB keeps for itself: a ref of this name is attached under another one."""

_WORDS = (duckdb.token_type.identifier, duckdb.token_type.keyword)


@dataclass(frozen=True, slots=True)
class Chain:
    """A dotted name: its parts without quotes, and where its first part stands in the UTF-8."""

    parts: tuple[str, ...]
    start: int
    end: int


def attached_name(ref: str) -> str:
    """Return the DuckDB catalog that stands for a ref. ``~`` cannot be part of a ref's name."""
    return f"~{ref}" if ref.lower() in RESERVED else ref


@lru_cache(maxsize=1_000)
def chains(query: str) -> tuple[Chain, ...]:
    """Return all dotted names of two parts or more, in their order."""
    text = query.encode()
    tokens = duckdb.tokenize(query)
    starts = [offset for offset, _ in tokens]
    ends = [*starts[1:], len(text)][: len(starts)]
    found: list[Chain] = []
    parts: list[str] = []
    first = last = 0
    dotted = True
    for start, end, kind in zip(starts, ends, (kind for _, kind in tokens), strict=True):
        spelled = _spelled(text[start:end])
        if parts and not dotted and spelled == ".":
            dotted = True
            continue
        if kind in _WORDS and parts and dotted:
            parts.append(_unquoted(spelled))
            dotted = False
            continue
        _keep(found, parts, first, last)
        parts, dotted = ([_unquoted(spelled)], False) if kind in _WORDS else ([], True)
        first, last = start, start + len(spelled.encode())
    _keep(found, parts, first, last)
    return tuple(found)


def _keep(found: list[Chain], parts: list[str], start: int, end: int) -> None:
    if len(parts) > 1:
        found.append(Chain(tuple(parts), start, end))


def _spelled(token: bytes) -> str:
    """Cut what follows a token (blanks and comments) off its text."""
    text = token.decode(errors="replace")
    if text.startswith('"'):
        place = 1
        while place < len(text):
            if text[place] != '"':
                place += 1
            elif text[place + 1 : place + 2] == '"':
                place += 2
            else:
                return text[: place + 1]
        return text
    for place, char in enumerate(text):
        if char.isspace() or text.startswith(("--", "/*"), place):
            return text[:place]
    return text


def _unquoted(spelled: str) -> str:
    if spelled.startswith('"') and spelled.endswith('"'):
        return spelled[1:-1].replace('""', '"')
    return spelled


def with_attached_names(query: str, places: dict[int, tuple[int, str]]) -> str:
    """Replace the first part of names by other names: start -> (end, name)."""
    text = query.encode()
    for start in sorted(places, reverse=True):
        end, name = places[start]
        text = text[:start] + identifier(name).encode() + text[end:]
    return text.decode()
