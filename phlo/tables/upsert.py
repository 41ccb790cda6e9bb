"""Merge by key: only the files that hold a matching key are rewritten, in one snapshot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask
from pyiceberg.types import (
    DateType,
    DoubleType,
    FloatType,
    PrimitiveType,
    TimestampType,
    TimestamptzType,
    TimeType,
)
from pyiceberg.utils.datetime import (
    days_to_date,
    micros_to_time,
    micros_to_timestamp,
    micros_to_timestamptz,
)

from phlo.errors import BadData, InvalidInput
from phlo.model import Intent
from phlo.tables.commit import Written, commit_files
from phlo.tables.conform import conform, rejected
from phlo.tables.datafiles import write_data_files
from phlo.tables.locations import present_path
from phlo.tables.plan import files_sql
from phlo.tables.quoting import identifier
from phlo.tables.rewrite import tasks_of

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

_SAMPLE = 3


def upsert(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    select_sql: str,
    key: Sequence[str],
    *,
    properties: Mapping[str, str] | None = None,
) -> Written:
    """Put rows in the place of those with the same key, and add the others.

    The new rows are kept in a temporary table of the connection while it runs; of the table only
    the files that can hold a key are read, one at a time. An empty source makes no snapshot.

    Raises:
        BadData: If a key is null, NaN, or twice in the new rows; nothing was changed.
        InvalidInput: If ``key`` names no column.
        Conflict: If another writer won; nothing was changed.
    """
    _refuse_key(table.schema(), key)
    rows = conform(con, select_sql, table.schema())
    with _source(con, table, rows) as source, rejected(table):
        total = _count(con, source)
        if not total:
            return Written(table, None)
        _refuse_rows(con, table.schema(), source, key)
        hits = _touched(con, table, source, key)
        added: list[DataFile] = []
        for task in hits:
            old = files_sql(con, table, [task])
            added += write_data_files(
                con, table, f"select d.* from ({old}) as d anti join {source} as s on {_on(key)}"
            )
        before = sum(_live_rows(con, table, task) for task in hits)
        updated = before - sum(f.record_count for f in added)
        order = ", ".join(map(identifier, key))
        added += write_data_files(con, table, f"select * from {source} order by {order}")
    intent = Intent("upsert", key=tuple(key))
    removed = [task.file for task in hits]
    snapshot = commit_files(table, add=added, remove=removed, intent=intent, properties=properties)
    return Written(
        table,
        snapshot,
        rows_added=total - updated,
        rows_updated=updated,
        files_added=len(added),
        files_removed=len(removed),
        bytes_added=sum(f.file_size_in_bytes for f in added),
    )


@contextmanager
def _source(con: "duckdb.DuckDBPyConnection", table: "Table", rows: str) -> Iterator[str]:
    name = f"phlo_source_{uuid4().hex[:12]}"
    with rejected(table):
        con.execute(f"create temp table {name} as {rows}")
    try:
        yield name
    finally:
        con.execute(f"drop table if exists {name}")


def _count(con: "duckdb.DuckDBPyConnection", source: str) -> int:
    row = con.execute(f"select count(*) from {source}").fetchone()
    return int(row[0]) if row else 0


def _live_rows(con: "duckdb.DuckDBPyConnection", table: "Table", task: FileScanTask) -> int:
    if not task.delete_files:
        return task.file.record_count
    return _count(con, f"({files_sql(con, table, [task])})")


def _on(key: Sequence[str]) -> str:
    return " and ".join(f"d.{identifier(k)} = s.{identifier(k)}" for k in key)


def _refuse_key(schema: Schema, key: Sequence[str]) -> None:
    known = [f.name for f in schema.fields]
    wrong = [name for name in key if name not in known]
    if wrong or not key:
        raise InvalidInput(
            f"the key {tuple(key)} names no column of the table: {wrong or 'none given'}",
            fix=f"use columns among: {', '.join(known)}",
        )


def _refuse_rows(
    con: "duckdb.DuckDBPyConnection", schema: Schema, source: str, key: Sequence[str]
) -> None:
    for name in key:
        quoted = identifier(name)
        bad = f"{quoted} is null"
        if isinstance(schema.find_field(name).field_type, (FloatType, DoubleType)):
            bad += f" or isnan({quoted})"
        count = _count(con, f"(select 1 from {source} where {bad})")
        if count:
            raise BadData(
                f"{count} rows have no usable value in the key column {name!r} (null or NaN)",
                fix="filter such rows out in the source, or choose a key that is always there",
            )
    columns = ", ".join(map(identifier, key))
    twice = f"select {columns}, count(*) as times from {source} group by all having count(*) > 1"
    sample = con.execute(f"{twice} order by all limit {_SAMPLE}").fetchall()
    if sample:
        count = _count(con, f"({twice})")
        shown = "; ".join(f"{row[:-1]} {row[-1]} times" for row in sample)
        raise BadData(
            f"{count} keys ({', '.join(key)}) are more than once in the new rows: {shown}",
            fix="keep one row for each key in the source (the newest, say), or extend the key",
        )


def _touched(
    con: "duckdb.DuckDBPyConnection", table: "Table", source: str, key: Sequence[str]
) -> list[FileScanTask]:
    """Return the files that hold at least one of the keys."""
    candidates = _candidates(con, table, source, key)
    if not candidates:
        return []
    old = files_sql(con, table, candidates, extra=("filename",))
    query = f"select distinct d.filename from ({old}) as d semi join {source} as s on {_on(key)}"
    hit = {row[0] for row in con.execute(query).fetchall()}
    return [task for task in candidates if present_path(table.io, task.file.file_path) in hit]


def _candidates(
    con: "duckdb.DuckDBPyConnection", table: "Table", source: str, key: Sequence[str]
) -> list[FileScanTask]:
    """Return the files whose bounds, as the manifests tell them, admit one of the keys.

    A file is a candidate if one new row lies within its bounds in every key column, so several
    clusters of keys do not drag in what lies between them.
    """
    tasks = tasks_of(table)
    schema = table.schema()
    fields = [(name, schema.find_field(name)) for name in key]
    bounded = [
        (n, f.field_id, f.field_type) for n, f in fields if isinstance(f.field_type, PrimitiveType)
    ]
    columns = [f"{side}{n}" for n in range(len(bounded)) for side in ("lo", "hi")]
    bounds = [
        [n, *(b for _, i, kind in bounded for b in _bounds(task.file, i, kind))]
        for n, task in enumerate(tasks)
    ]
    if not tasks or not bounded:
        return tasks
    types = [t for name, _, _ in bounded for t in (_type_of(con, source, name),) * 2]
    name = f"phlo_bounds_{uuid4().hex[:12]}"
    declared = ", ".join(f"{c} {t}" for c, t in zip(columns, types, strict=True))
    con.execute(f"create temp table {name} (file integer, {declared})")
    try:
        marks = ", ".join("?" * (len(columns) + 1))
        con.executemany(f"insert into {name} values ({marks})", bounds)
        within = " and ".join(
            f"(b.lo{n} is null or s.{identifier(k)} >= b.lo{n}) and "
            f"(b.hi{n} is null or s.{identifier(k)} <= b.hi{n})"
            for n, (k, _, _) in enumerate(bounded)
        )
        found = con.execute(
            f"select file from {name} as b "
            f"where exists (select 1 from {source} as s where {within})"
        ).fetchall()
    finally:
        con.execute(f"drop table {name}")
    return [tasks[row[0]] for row in sorted(found)]


def _type_of(con: "duckdb.DuckDBPyConnection", source: str, column: str) -> str:
    row = con.execute(f"select any_value(typeof({identifier(column)})) from {source}").fetchone()
    return str(row[0]) if row else "VARCHAR"


def _bounds(file: DataFile, field_id: int, kind: PrimitiveType) -> tuple[Any, Any]:
    """Return the bounds of a column in a file; None where the manifest does not tell."""
    lower = (file.lower_bounds or {}).get(field_id)
    upper = (file.upper_bounds or {}).get(field_id)
    try:
        return (
            None if lower is None else _value(kind, from_bytes(kind, lower)),
            None if upper is None else _value(kind, from_bytes(kind, upper)),
        )
    except OverflowError:  # another engine's year that Python does not have
        return None, None


def _value(kind: PrimitiveType, bound: Any) -> Any:  # noqa: ANN401  a value of any column type
    """Turn days and microseconds, as pyiceberg decodes times, into what DuckDB takes."""
    convert = _TIMES.get(type(kind))
    return bound if convert is None else convert(bound)


_TIMES: dict[type, Callable[[int], Any]] = {
    DateType: days_to_date,
    TimeType: micros_to_time,
    TimestampType: micros_to_timestamp,
    TimestamptzType: micros_to_timestamptz,
}
