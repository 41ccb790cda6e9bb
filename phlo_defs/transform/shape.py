"""The columns and the layout that a table must have for what a model selects."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from phlo.errors import BadData, DeclarationError
from phlo.model import Key, key_text
from phlo.ports import Stage
from phlo.tables.conform import columns_of
from phlo.tables.partitions import parse_partitioning
from phlo.tables.quoting import identifier
from phlo.tables.types import duckdb_type
from phlo.tables.write import arrow_schema, create, evolve

if TYPE_CHECKING:
    from pyiceberg.table import Table

_SYNC = ("append_new_columns", "sync_all_columns")


@dataclass(frozen=True, slots=True)
class Order:
    """What a materialization asks to be stored, and how."""

    key: Key
    mode: str
    sql: str
    unique_key: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    on_schema_change: str = "ignore"
    comment: str = ""
    node: str = ""


def shaped(
    con: duckdb.DuckDBPyConnection, stage: Stage, order: Order, select: str, *, exists: bool
) -> tuple["Table", str]:
    """Return the table, created or evolved, and the select with the columns that it can take.

    A model that replaces its table may change everything: columns are added to the table that is
    there, so that its history goes on, and what cannot be done that way makes a new table.

    Raises:
        DeclarationError: If the columns changed and `on_schema_change` is `fail`.
        BadData: If a column of an incremental model changed to a type that does not fit.
    """
    if not exists:
        return _new(con, stage, order, select), select
    table = stage.tables.load_table(order.key)
    if order.mode == "replace":
        return _replaced(con, stage, order, select, table), select
    have, wanted = _names(table), columns_of(con, select)
    added, gone = set(wanted) - have, have - set(wanted)
    if order.mode == "snapshot" or order.on_schema_change in _SYNC:
        return evolve(stage.tables, order.key, arrow_schema(con, select)), select
    if order.on_schema_change == "fail" and (added or gone):
        raise DeclarationError(
            f"the columns of {key_text(order.key)} changed: "
            f"new {sorted(added)}, gone {sorted(gone)}",
            fix="build it with a full refresh, or set on_schema_change to append_new_columns",
        )
    known = ", ".join(identifier(name) for name in wanted if name in have)
    return table, f"select {known} from ({select})" if added else select


def _new(con: duckdb.DuckDBPyConnection, stage: Stage, order: Order, select: str) -> "Table":
    schema = arrow_schema(con, select)
    return create(stage.tables, order.key, schema, partition_by=order.partition_by)


def _replaced(
    con: duckdb.DuckDBPyConnection, stage: Stage, order: Order, select: str, table: "Table"
) -> "Table":
    wanted = columns_of(con, select)
    if _names(table) <= set(wanted) and _has_layout(table, order):
        try:
            table = evolve(stage.tables, order.key, arrow_schema(con, select))
        except BadData:
            table = stage.tables.load_table(order.key)
        if _kinds(con, _nulls(table)) == _kinds(con, select):
            return table
    stage.remove(order.key)
    return _new(con, stage, order, select)


def _names(table: "Table") -> set[str]:
    return {field.name for field in table.schema().fields}


def _nulls(table: "Table") -> str:
    kinds = ((field.name, duckdb_type(field.field_type)) for field in table.schema().fields)
    return "select " + ", ".join(f"cast(null as {kind}) as {identifier(n)}" for n, kind in kinds)


def _kinds(con: duckdb.DuckDBPyConnection, select: str) -> dict[str, str]:
    """Return the columns with their types; a UUID is kept as text."""
    found = con.sql(f"select * from ({select}) limit 0")
    kinds = (str(kind).replace("UUID", "VARCHAR") for kind in found.types)
    return dict(zip(found.columns, kinds, strict=True))


def _has_layout(table: "Table", order: Order) -> bool:
    wanted = parse_partitioning(order.partition_by, table.schema())
    return [(f.source_id, f.transform) for f in table.spec().fields] == [
        (f.source_id, f.transform) for f in wanted.fields
    ]
