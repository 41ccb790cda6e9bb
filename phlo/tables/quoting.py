"""SQL text from names and values, so that none is ever pasted in raw."""

from collections.abc import Iterable


def identifier(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return ``text`` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def text_list(texts: Iterable[str]) -> str:
    """Return a DuckDB list literal of strings."""
    return "[" + ", ".join(map(literal, texts)) + "]"
