"""The select that turns staged rows into rows of the table, identity columns included."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from phlo.declare import IngestionSpec, Window
from phlo.errors import BadData
from phlo.model import Json
from phlo.tables.quoting import identifier, literal, text_list
from phlo_defs.ingest.contract import IDENTITY, PARTITION, column_kind
from phlo_defs.ingest.extract import ORDINAL, Staged

if TYPE_CHECKING:
    import duckdb

_SEPARATOR = "chr(31)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row of a load says of it. ``load_key`` names the load where rows have no key."""

    run: str
    ingested_at: datetime
    source: str
    load_key: str


def staged_rows(staged: Staged) -> str:
    """Return a select over the staged files, in the types the source gave."""
    columns = []
    for field in staged.schema:
        quoted = identifier(field.name)
        if field.name in staged.naive:
            columns.append(f"timezone('UTC', {quoted}) as {quoted}")
        else:
            columns.append(quoted)
    source = f"read_parquet({text_list(list(staged.files))}, union_by_name = true"
    return f"select {', '.join(columns)} from {source}, hive_partitioning = false)"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one load as SQL, narrowed step by step.

    ``sql`` has the columns of the source and the ordinal; ``outside`` and ``old`` count the rows
    that were left out, because they are not of the window or had been loaded before.
    """

    sql: str
    outside: int = 0
    old: int = 0
    duplicates: int = 0


def count(con: "duckdb.DuckDBPyConnection", query: str) -> int:
    """Return the number of rows of a query."""
    row = con.execute(f"select count(*) from ({query})").fetchone()
    return int(row[0]) if row else 0


def of_window(
    con: "duckdb.DuckDBPyConnection",
    rows: Rows,
    spec: IngestionSpec,
    window: Window,
    types: dict[str, str],
) -> Rows:
    """Keep the rows of the partition that is loaded.

    Raises:
        BadData: the rows do not have the partition's column.
    """
    if spec.partition is None or window.key is None:
        return rows
    column = spec.partition.column
    if column not in types:
        raise BadData(
            f"the rows of {spec.table} have no column {column!r}, by which the table is cut",
            fix=f"give {column!r} in every row, or name another column in partition=",
        )
    predicate = spec.partition.predicate(window, column_kind(types[column]))
    kept = f"select * from ({rows.sql}) where {predicate}"
    outside = count(con, f"select 1 from ({rows.sql}) where ({predicate}) is not true")
    return Rows(kept if outside else rows.sql, outside=outside)


def after_cursor(
    con: "duckdb.DuckDBPyConnection", rows: Rows, spec: IngestionSpec, last: Json
) -> Rows:
    """Keep the rows beyond the cursor, where rows are only added.

    Raises:
        BadData: rows lack a value of the cursor column.
    """
    if spec.cursor is None:
        return rows
    column = identifier(spec.cursor)
    missing = count(con, f"select 1 from ({rows.sql}) where {column} is null")
    if missing:
        raise BadData(
            f"{missing} rows of {spec.table} have no value in the cursor column {spec.cursor!r}",
            fix="give it in every row, or leave cursor= out",
        )
    if last is None or spec.write != "append":
        return rows
    bound = literal(str(last))
    condition = f"{column} > cast({bound} as typeof_cursor)"
    kind = con.execute(f"select any_value(typeof({column})) from ({rows.sql})").fetchone()
    if kind is None or kind[0] is None:
        return rows
    condition = condition.replace("typeof_cursor", str(kind[0]))
    old = count(con, f"select 1 from ({rows.sql}) where not ({condition})")
    kept = f"select * from ({rows.sql}) where {condition}"
    return Rows(kept if old else rows.sql, outside=rows.outside, old=old)


def one_for_each_key(
    con: "duckdb.DuckDBPyConnection", rows: Rows, spec: IngestionSpec, existing: str | None
) -> Rows:
    """Let the highest cursor win: within the batch, and against the rows that are there."""
    if not spec.key or spec.cursor is None:
        return rows
    keys = ", ".join(map(identifier, spec.key))
    cursor = identifier(spec.cursor)
    sql, dropped = rows.sql, 0
    twice = count(con, f"select 1 from ({sql}) group by {keys} having count(*) > 1")
    if twice:
        before = count(con, sql)
        order = f"{cursor} desc, {ORDINAL} desc"
        sql = (
            f"select * from ({sql}) qualify row_number() over (partition by {keys} "
            f"order by {order}) = 1"
        )
        dropped = before - count(con, sql)
    old = rows.old
    if existing is not None and spec.write == "merge":
        match = " and ".join(f"d.{identifier(k)} = s.{identifier(k)}" for k in spec.key)
        newer = f"{match} and d.{cursor} > s.{cursor}"
        late = count(con, f"select 1 from ({sql}) s semi join ({existing}) d on {newer}")
        if late:
            sql = f"select s.* from ({sql}) s anti join ({existing}) d on {newer}"
            old += late
    return Rows(sql, rows.outside, old, dropped)


def stamped(
    rows: Rows, spec: IngestionSpec, stamp: Stamp, window: Window, wanted: pa.Schema
) -> str:
    """Return the rows with their identity columns, as they are stored."""
    row_id = _row_id(spec, stamp)
    moment = stamp.ingested_at.isoformat(sep=" ")
    values = {
        "_phlo_row_id": row_id,
        "_phlo_run_id": literal(stamp.run),
        "_phlo_ingested_at": f"timestamptz '{moment}'",
        "_phlo_source": literal(stamp.source),
    }
    extra = [f"{values[field.name]} as {field.name}" for field in IDENTITY]
    if PARTITION in wanted.names:
        extra.append(f"{literal(window.key or '')} as {PARTITION}")
    return f"select * exclude ({ORDINAL}), {', '.join(extra)} from ({rows.sql})"


def _row_id(spec: IngestionSpec, stamp: Stamp) -> str:
    """Hash table and key, each part with its length; without a key the load and the ordinal."""
    if not spec.key:
        prefix = literal(f"{stamp.load_key}\x1f")
        return f"md5({prefix} || {ORDINAL})"
    parts = [literal(spec.table)]
    for name in spec.key:
        text = f"cast({identifier(name)} as varchar)"
        parts += [f"length({text})", text] if len(spec.key) > 1 else [text]
    return f"md5(concat_ws({_SEPARATOR}, {', '.join(parts)}))"


def content_digest(con: "duckdb.DuckDBPyConnection", rows: Rows) -> str:
    """Return a digest of the rows that does not depend on their order."""
    hashes = f"select hash(r) as h from (select * exclude ({ORDINAL}) from ({rows.sql})) as r"
    digest = f"select count(*), bit_xor(h), sum(h % 4294967291) from ({hashes})"
    row = con.execute(digest).fetchone()
    return json.dumps([str(value) for value in row or ()])
