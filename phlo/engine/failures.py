"""What DuckDB says, as errors with a fix."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import duckdb

from phlo.engine.names import chains
from phlo.errors import PhloError, QueryLimit, SqlError, StoreError, TableNotFound

_MISSING = re.compile(r'(?:Table|View) with name "?(?P<name>[^"!]+?)"? does not exist')
_NO_CATALOG = re.compile(r'Catalog "(?P<name>[^"]+)" does not exist')


@contextmanager
def explained(query: str = "", *, known: Iterable[str] | None = None) -> Iterator[None]:
    """Turn DuckDB's errors inside the block into ``PhloError``; ``known`` are table names."""
    try:
        yield
    except duckdb.Error as error:
        raise explain(error, query, known=known) from error


def explain(
    error: duckdb.Error, query: str = "", *, known: Iterable[str] | None = None
) -> PhloError:
    """Return the error that says what is wrong with a statement and what to do."""
    text = str(error).strip()
    missing = _MISSING.search(text)
    if missing:
        return TableNotFound.named(_as_written(missing["name"], query), known=known)
    missing = _NO_CATALOG.search(text)
    if missing:
        return TableNotFound(
            f"no ref is called {missing['name']!r}, or it has no such table",
            fix='write ref.namespace.table, the ref in double quotes if it has a "/"',
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryLimit(
            f"the statement needs more memory than it may use: {_first_line(text)}",
            fix="read fewer columns or rows, or raise the memory limit",
        )
    if isinstance(error, (duckdb.IOException, duckdb.HTTPException)):
        return StoreError(
            f"the engine could not read a file: {_first_line(text)}",
            fix='run "phlo doctor"; a ref that was deleted long ago may have lost its files',
        )
    if isinstance(error, duckdb.InterruptException):
        return QueryLimit("the statement was interrupted", fix="run it again, or on fewer rows")
    return SqlError(text, fix=_fix(text))


def _as_written(name: str, query: str) -> str:
    """Return the dotted name that a query has for a table: DuckDB tells its last part only."""
    for chain in chains(query):
        if chain.parts[-1].lower() == name.lower():
            return ".".join(chain.parts)
    return name


def _fix(text: str) -> str:
    hint = re.search(r"Candidate bindings: (.+)|Did you mean (.+?)\??$", text, re.MULTILINE)
    if hint:
        return f"use one of: {(hint.group(1) or hint.group(2)).strip()}"
    if "Parser Error" in text:
        return "mend the syntax at the place shown; the dialect is DuckDB's"
    return "mend the statement at the place shown"


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]
