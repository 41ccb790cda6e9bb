"""Staged rows become one snapshot on a branch, with the cursors that belong to them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from phlo.declare import IngestionSpec, Window
from phlo.errors import NotFound
from phlo.model import Json, TableContent, cursor_key
from phlo.ports import Catalog, Stage
from phlo.tables import write
from phlo.tables.conform import columns_of
from phlo.tables.plan import scan_sql
from phlo.tables.quoting import identifier, literal
from phlo_defs.ingest import select
from phlo_defs.ingest.contract import PARTITION, partition_by, wanted_schema
from phlo_defs.ingest.extract import ORDINAL, Staged
from phlo_defs.publish.durable import reached

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

_PREVIEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load did. ``note`` says why nothing was written, if nothing was."""

    rows_read: int = 0
    rows_added: int = 0
    rows_updated: int = 0
    rows_removed: int = 0
    outside: int = 0
    old: int = 0
    duplicates: int = 0
    snapshot_id: int | None = None
    cursor: Json = None
    note: str = ""
    preview: tuple[Mapping[str, Json], ...] = field(default=())

    @classmethod
    def nothing(cls, spec: IngestionSpec, content: TableContent | None, note: str) -> "Loaded":
        """Return the outcome of a load that had nothing to do."""
        return cls(snapshot_id=content.snapshot_id if content else None, note=note)


def store_rows(
    spec: IngestionSpec,
    *,
    catalog: Catalog,
    branch: str,
    con: "duckdb.DuckDBPyConnection",
    staged: Staged,
    window: Window,
    origin: str,
    run: str,
    incremental: str | None,
    now: datetime,
) -> Loaded:
    """Commit the staged rows: columns first, in a commit of their own, then rows and cursors."""
    table = _prepared(spec, catalog, branch, staged, run)
    rows = _rows(con, spec, staged, window, table)
    load_key, digest = _load_key(con, spec, rows, window, incremental, staged)
    if digest and select_cursor(catalog, branch, spec, digest):
        return Loaded(rows_read=staged.rows, note="exactly these rows have been added before")
    cursor = _next_cursor(con, spec, rows, staged, window.cursor)
    stamp = select.Stamp(run, now, origin, load_key)
    schema = pa.schema([pa.field(f.name, pa.null()) for f in table.schema().fields])
    sql = select.stamped(rows, spec, stamp, window, schema)
    properties = {"phlo.run": run, "phlo.load-key": load_key}
    with catalog.stage(
        branch, message=f"load {spec.table} {window.key or ''}".strip(), run=run
    ) as s:
        done = _write(
            con, s.tables.load_table(spec.asset_key), spec, sql, window, properties, staged
        )
        _put_cursors(s, spec, staged, window, cursor, digest)
    reached("rows-committed")
    return Loaded(
        rows_read=staged.rows,
        rows_added=done.rows_added,
        rows_updated=done.rows_updated,
        rows_removed=done.rows_removed,
        outside=rows.outside,
        old=rows.old,
        duplicates=rows.duplicates,
        snapshot_id=done.snapshot_id,
        cursor=cursor,
        note="" if staged.rows else "the source had no rows",
        preview=_preview(con, rows, staged),
    )


def _prepared(
    spec: IngestionSpec, catalog: Catalog, branch: str, staged: Staged, run: str
) -> "Table":
    """Create the table, or add and widen columns, before any row."""
    from pyiceberg.exceptions import NoSuchTableError

    from phlo.tables.create import create, evolve

    tables = catalog.at(branch, message=f"columns of {spec.table}", run=run)
    rows = pa.schema([f for f in staged.schema if f.name != ORDINAL])
    try:
        table = tables.load_table(spec.asset_key)
    except (NoSuchTableError, NotFound):
        wanted = wanted_schema(spec, rows, None)
        table = create(tables, spec.asset_key, wanted, partition_by=partition_by(spec, wanted))
        reached("schema-committed")
        return table
    known = table.schema().as_arrow()
    evolved = evolve(tables, spec.asset_key, wanted_schema(spec, rows, known))
    reached("schema-committed")
    return evolved


def _rows(
    con: "duckdb.DuckDBPyConnection",
    spec: IngestionSpec,
    staged: Staged,
    window: Window,
    table: "Table",
) -> select.Rows:
    if not staged.files:
        return select.Rows(f"select cast(null as bigint) as {ORDINAL} where false")
    rows = select.Rows(select.staged_rows(staged))
    types = columns_of(con, rows.sql)
    rows = select.of_window(con, rows, spec, window, types)
    rows = select.after_cursor(con, rows, spec, window.cursor)
    existing = scan_sql(con, table) if table.metadata.current_snapshot_id is not None else None
    return select.one_for_each_key(con, rows, spec, existing)


def _load_key(
    con: "duckdb.DuckDBPyConnection",
    spec: IngestionSpec,
    rows: select.Rows,
    window: Window,
    incremental: str | None,
    staged: Staged,
) -> tuple[str, str]:
    """Return what names this load, and a digest where only the rows themselves can.

    A load is named by table, partition and the cursor it started from. Rows that are added
    without any of these are named by what they hold, so that the same rows are added once.
    """
    start = window.cursor if spec.cursor is not None else incremental
    name = [spec.table, window.key, start]
    if spec.write != "append" or window.key or start is not None or not staged.files:
        return json.dumps(name), window.key or "" if spec.write == "append" else ""
    digest = select.content_digest(con, rows)
    return json.dumps([*name, digest]), digest


def select_cursor(catalog: Catalog, branch: str, spec: IngestionSpec, digest: str) -> bool:
    """Tell whether a load of this name has been committed on the branch."""
    return cursor_key(f"load:{spec.table}", digest) in catalog.contents(branch)


def _next_cursor(
    con: "duckdb.DuckDBPyConnection",
    spec: IngestionSpec,
    rows: select.Rows,
    staged: Staged,
    last: Json,
) -> Json:
    """Return the highest cursor of old and new, as JSON: numbers stay numbers, times are text."""
    if spec.cursor is None or not staged.files:
        return last
    column = identifier(spec.cursor)
    found = con.execute(f"select max({column}), typeof(max({column})) from ({rows.sql})").fetchone()
    if found is None or found[0] is None:
        return last
    highest, kind = found
    if last is not None:
        bound = literal(str(last))
        row = con.execute(f"select ? > cast({bound} as {kind})", [highest]).fetchone()
        if row is not None and not row[0]:
            return last
    return highest if isinstance(highest, int | float | str) else _as_text(highest)


def _as_text(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    spec: IngestionSpec,
    sql: str,
    window: Window,
    properties: Mapping[str, str],
    staged: Staged,
) -> write.Written:
    if not staged.files:
        gone = _predicate(spec, window, table) if spec.write == "replace" else None
        if gone is None:
            return write.Written(table, None)
        return write.delete(con, table, gone, properties=properties)
    if spec.write == "merge":
        return write.upsert(con, table, sql, spec.key, properties=properties)
    if spec.write == "append":
        return write.append(con, table, sql, properties=properties)
    return write.replace(
        con, table, sql, predicate=_predicate(spec, window, table), properties=properties
    )


def _predicate(spec: IngestionSpec, window: Window, table: "Table") -> str | None:
    """Return what is replaced: the partition, as narrow as files allow, or everything."""
    if spec.partition is None or window.key is None:
        return None
    names = [field.name for field in table.schema().fields]
    if PARTITION in names:
        return f"{PARTITION} = {literal(window.key)}"
    from phlo.tables.types import duckdb_type
    from phlo_defs.ingest.contract import column_kind

    kind = table.schema().find_field(spec.partition.column).field_type
    return spec.partition.predicate(window, column_kind(duckdb_type(kind)))


def _put_cursors(
    stage: Stage, spec: IngestionSpec, staged: Staged, window: Window, cursor: Json, digest: str
) -> None:
    partition = window.key or ""
    if spec.cursor is not None and cursor is not None and cursor != window.cursor:
        stage.put_cursor(spec.table, cursor, partition=partition)
    if staged.incremental is not None:
        stage.put_cursor(f"dlt:{spec.table}", staged.incremental, partition=partition)
    if digest and spec.cursor is None:
        stage.put_cursor(f"load:{spec.table}", True, partition=digest)


def _preview(
    con: "duckdb.DuckDBPyConnection", rows: select.Rows, staged: Staged
) -> tuple[Mapping[str, Json], ...]:
    if not staged.files:
        return ()
    cursor = con.execute(f"select * exclude ({ORDINAL}) from ({rows.sql}) limit {_PREVIEW_ROWS}")
    names = [column[0] for column in cursor.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
