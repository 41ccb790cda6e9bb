"""Arrow data as a relation of a connection, without holding it in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@contextmanager
def staged(
    con: "duckdb.DuckDBPyConnection", data: "pa.RecordBatchReader | pa.Table"
) -> Iterator[str]:
    """Yield a select over Arrow data; every write reads it exactly once, so a reader is enough."""
    name = f"phlo_staged_{uuid4().hex[:12]}"
    con.register(name, data)
    try:
        yield f"select * from {name}"
    finally:
        con.unregister(name)
