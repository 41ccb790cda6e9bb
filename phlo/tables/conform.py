"""A select made to fit a table: every column by name, cast without loss, or a clear refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

import duckdb
from pyiceberg.schema import Schema

from phlo.errors import BadData, QueryLimit, SqlError, StoreError
from phlo.tables.quoting import identifier
from phlo.tables.types import cast, duckdb_type, storable_type

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.table import Table

_UNREADABLE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException)


def columns_of(con: duckdb.DuckDBPyConnection, select: str) -> dict[str, str]:
    """Return the columns of a select and their DuckDB types.

    Raises:
        BadData: If a file that it reads is no file of its kind.
        SqlError: If DuckDB does not accept the select.
    """
    try:
        rows = con.execute(f"describe {select}").fetchall()
    except _UNREADABLE as error:
        raise BadData(
            f"the source cannot be read: {_first_line(error)}",
            fix="look at the file that is named and fetch it again",
        ) from error
    except duckdb.Error as error:
        raise SqlError(
            f"the select that feeds a table fails: {error}", fix="run it alone and mend it"
        ) from error
    return {row[0]: row[1] for row in rows}


def storable_select(con: duckdb.DuckDBPyConnection, select: str) -> str:
    """Return the select with every column cast to a type that Iceberg can hold.

    Raises:
        BadData: If a column has no such type.
    """
    relation = con.sql(f"select * from ({select}) limit 0")
    parts = []
    for name, kind in zip(relation.columns, relation.types, strict=True):
        wanted = storable_type(kind, name)
        quoted = identifier(name)
        parts.append(quoted if wanted == str(kind) else f"cast({quoted} as {wanted}) as {quoted}")
    return f"select {', '.join(parts)} from ({select})"


def arrow_schema(con: duckdb.DuckDBPyConnection, select: str) -> "pa.Schema":
    """Return the Arrow schema under which ``create`` and ``evolve`` store a select."""
    query = f"select * from ({storable_select(con, select)}) limit 0"
    return con.execute(query).to_arrow_table().schema


def conform(con: duckdb.DuckDBPyConnection, select: str, schema: Schema) -> str:
    """Return the select with exactly the columns of the schema, in its order and types.

    A column that the select lacks is null.

    Raises:
        BadData: If the select has a column that the table lacks, or lacks a required one.
    """
    have = columns_of(con, select)
    _refuse_columns(have, schema)
    parts = []
    for field in schema.fields:
        quoted = identifier(field.name)
        source = have.get(field.name)
        if source is None:
            parts.append(f"cast(null as {duckdb_type(field.field_type)}) as {quoted}")
        else:
            parts.append(f"{cast(quoted, source, field.field_type, field.name)} as {quoted}")
    return f"select {', '.join(parts)} from ({select})"


def _refuse_columns(have: dict[str, str], schema: Schema) -> None:
    known = [f.name for f in schema.fields]
    for name in have:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            rename = f'rename it to "{near[0]}", ' if near else ""
            raise BadData(
                f"the rows have a column {name!r} that the table does not have",
                fix=f"{rename}evolve the table first, or leave the column out",
            )
    for field in schema.fields:
        if field.required and field.name not in have:
            raise BadData(
                f"the rows have no column {field.name!r}, which the table requires",
                fix=f"give {field.name!r} in every row",
            )


@contextmanager
def rejected(table: "Table") -> Iterator[None]:
    """Turn what DuckDB says while rows are written into errors with a fix."""
    where = f"table {'.'.join(table.name())}"
    try:
        yield
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise BadData(
            f"a value does not fit {where}: {_first_line(error)}",
            fix="mend the value in the source, cast it in the select, or widen the column",
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryLimit(
            f"writing {where} needs more memory than it may use: {_first_line(error)}",
            fix="raise the engine's memory limit, or write in smaller parts",
        ) from error
    except (duckdb.IOException, duckdb.HTTPException, OSError) as error:
        raise StoreError(
            f"the files of {where} could not be written: {_first_line(error)}",
            fix="free space or mend the store, then run the same load again; nothing was changed",
        ) from error
    except duckdb.Error as error:
        raise _bad_rows(where, error) from error


def _bad_rows(where: str, error: duckdb.Error) -> BadData | SqlError:
    text = _first_line(error)
    if "would lose part of a value" in text or "Invalid Input" in text:
        return BadData(
            f"rows cannot be stored in {where}: {text}",
            fix="mend the value in the source, round it in the select, or widen the column",
        )
    return SqlError(
        f"the select that feeds {where} fails: {text}", fix="run the select alone and mend it"
    )


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
