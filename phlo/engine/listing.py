"""SHOW TABLES over a ref, which DuckDB could answer only for tables that are bound already."""

from phlo.engine.pins import Pin
from phlo.model import TableContent
from phlo.tables.quoting import literal


def listing_sql(pin: Pin) -> str:
    """Return a select with one row for each table and view of a ref."""
    rows = []
    for key, content in pin.relations.values():
        is_table = isinstance(content, TableContent)
        count = content.rows if isinstance(content, TableContent) else None
        kind = "table" if is_table else "view"
        shown = "null" if count is None else str(count)
        rows.append(f"({literal('.'.join(key[:-1]))}, {literal(key[-1])}, '{kind}', {shown})")
    values = ", ".join(sorted(rows)) or "(null, null, null, null)"
    some = "" if rows else " where false"
    return (
        "select namespace, name, kind, cast(rows as bigint) as rows "
        f"from (values {values}) as t(namespace, name, kind, rows){some} order by all"
    )
