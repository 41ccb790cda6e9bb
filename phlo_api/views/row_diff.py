"""The rows of a table that differ between two commits, by key, from the files that differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from phlo.errors import TableNotFound
from phlo.model import Commit
from phlo_api import lake_tables
from phlo_api.encoding import wire as as_json
from phlo_api.lake_tables import Found
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import diff as wire
from phlo_api.schemas.common import Column
from phlo_api.state import Api

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import FileScanTask, Table

_IGNORED = frozenset({"_phlo_run_id", "_phlo_ingested_at"})
_MEMORY_MB = 1_024


@dataclass(frozen=True, slots=True)
class Sides:
    """Two refs as they were asked for, and their commits."""

    left: str
    right: str
    left_commit: Commit
    right_commit: Commit


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of both sides together, and what names a row."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]


def page(
    api: Api, name: str, sides: Sides, key: list[str] | None, cursor: str | None, limit: int
) -> wire.RowDiff:
    """Return a page of the rows that differ, ordered by key."""
    from phlo.engine.connection import open_engine

    skip = decode_cursor(cursor, int)[0] if cursor else 0
    left, right = _tables(api, name, sides)
    shape = _shape(api, name, left, right, key)
    tasks = _differing(left, right)
    con = open_engine(access=api.catalog.access, memory_mb=_MEMORY_MB)
    try:
        _compare(con, shape, (left, right), tasks)
        counts = dict(con.execute("select kind, count(*) from d group by all").fetchall())
        rows = con.execute(f"select * from d order by place limit {limit} offset {skip}").fetchall()
    finally:
        con.close()
    total = sum(counts.values())
    return wire.RowDiff(
        table=name,
        left=sides.left,
        right=sides.right,
        left_commit=sides.left_commit.id,
        right_commit=sides.right_commit.id,
        key=list(shape.key),
        columns=list(shape.columns),
        added=counts.get("added", 0),
        removed=counts.get("removed", 0),
        changed=counts.get("changed", 0),
        files_read=len(tasks[0]) + len(tasks[1]),
        items=[_row(row, shape) for row in rows],
        next_cursor=encode_cursor(skip + limit) if skip + limit < total else None,
    )


def _tables(api: Api, name: str, sides: Sides) -> tuple["Table | None", "Table | None"]:
    found: list[Found | None] = []
    missing: TableNotFound | None = None
    for commit, ref in ((sides.left_commit, sides.left), (sides.right_commit, sides.right)):
        try:
            found.append(lake_tables.find(api, commit, name, ref))
        except TableNotFound as error:
            found.append(None)
            missing = error
    if missing is not None and not any(found):
        raise missing
    left, right = (lake_tables.load(api, one) if one else None for one in found)
    return left, right


def _shape(
    api: Api, name: str, left: "Table | None", right: "Table | None", key: list[str] | None
) -> _Shape:
    from phlo_api.views.tables import columns_of

    columns: dict[str, Column] = {}
    for table in (right, left):
        for column in columns_of(table.schema()) if table else ():
            columns.setdefault(column.name, column)
    wanted = key or _declared_key(api, name, columns)
    return _Shape(
        tuple(columns.values()),
        tuple(lake_tables.require_columns(list(columns), list(wanted), name)),
    )


def _declared_key(api: Api, name: str, columns: dict[str, Column]) -> Sequence[str]:
    spec = api.declared.declarations.ingestion(name)
    if spec is not None and spec.key and all(part in columns for part in spec.key):
        return spec.key
    return ("_phlo_row_id",) if "_phlo_row_id" in columns else ()


def _differing(
    left: "Table | None", right: "Table | None"
) -> tuple[list["FileScanTask"], list["FileScanTask"]]:
    """Return the files that only one side reads, or reads with other deletes."""
    sides = []
    for table in (left, right):
        tasks = list(table.scan().plan_files()) if table else []
        sides.append({_identity(task): task for task in tasks})
    shared = sides[0].keys() & sides[1].keys()
    if left and right and left.metadata.current_schema_id != right.metadata.current_schema_id:
        shared = set()
    return tuple([t for i, t in side.items() if i not in shared] for side in sides)  # type: ignore[return-value]  # two sides


def _identity(task: "FileScanTask") -> tuple[str, ...]:
    return (task.file.file_path, *sorted(d.file_path for d in task.delete_files))


def _compare(
    con: "duckdb.DuckDBPyConnection",
    shape: _Shape,
    tables: tuple["Table | None", "Table | None"],
    tasks: tuple[list["FileScanTask"], list["FileScanTask"]],
) -> None:
    """Fill the table d(place, kind, l, r): what differs, with both rows as structs."""
    sides = [_side(con, shape, table, files) for table, files in zip(tables, tasks, strict=True)]
    names = [_quote(column.name) for column in shape.columns]
    seen = [_quote(c.name) for c in shape.columns if c.name not in _IGNORED]
    key = [_quote(part) for part in shape.key] or seen
    part = ", ".join(key) or "1"
    numbered = [
        f"(select *, row_number() over (partition by {part}) as _nth from ({side}))"
        for side in sides
    ]
    on = " and ".join(f"l.{k} is not distinct from r.{k}" for k in [*key, "_nth"])
    differs = " or ".join(f"l.{n} is distinct from r.{n}" for n in seen) or "false"
    pack = ", ".join(f"{n} := {{side}}.{n}" for n in names)
    order = ", ".join(f"coalesce(l.{k}, r.{k})" for k in key) or "1"
    con.execute(
        f"create temp table d as select row_number() over (order by {order}) as place, "
        "case when l._nth is null then 'added' when r._nth is null then 'removed' "
        "else 'changed' end as kind, "
        f"struct_pack({pack.replace('{side}', 'l')}) as l, "
        f"struct_pack({pack.replace('{side}', 'r')}) as r "
        f"from {numbered[0]} l full outer join {numbered[1]} r on {on} "
        f"where l._nth is null or r._nth is null or {differs}"
    )


def _side(
    con: "duckdb.DuckDBPyConnection",
    shape: _Shape,
    table: "Table | None",
    files: list["FileScanTask"],
) -> str:
    from phlo.tables.plan import files_sql
    from phlo.tables.types import duckdb_type

    if table is None:
        nulls = ", ".join(f"null as {_quote(c.name)}" for c in shape.columns)
        return f"select {nulls} where false"
    have = {field.name: duckdb_type(field.field_type) for field in table.schema().fields}
    shown = ", ".join(
        _quote(c.name) if c.name in have else f"null as {_quote(c.name)}" for c in shape.columns
    )
    return f"select {shown} from ({files_sql(con, table, files)})"


def _quote(name: str) -> str:
    from phlo.tables.quoting import identifier

    return identifier(name)


def _row(row: tuple[Any, ...], shape: _Shape) -> wire.RowChange:
    _, kind, left, right = row
    before = [as_json(left[c.name]) for c in shape.columns] if kind != "added" else None
    after = [as_json(right[c.name]) for c in shape.columns] if kind != "removed" else None
    there = right if kind != "removed" else left
    changed = [
        c.name
        for c in shape.columns
        if kind == "changed" and c.name not in _IGNORED and left[c.name] != right[c.name]
    ]
    return wire.RowChange(
        kind=kind,
        key=[as_json(there[part]) for part in shape.key],
        before=before,
        after=after,
        changed=changed,
    )
