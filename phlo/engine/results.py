"""Rows of a query as their reader wants them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb

from phlo.engine.failures import explained

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_SHOWN_ROWS = 20


class Result:
    """Rows of one query. Nothing is run before the first row is asked for.

    ``fetchone`` and ``fetchall`` go through the rows once; every ``to_…`` runs the query anew.
    """

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation
    ) -> None:
        self._cursor = cursor  # keeps the relation's connection open
        self._relation = relation

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._relation.columns)

    @property
    def types(self) -> list[str]:
        """The DuckDB types of the columns."""
        return [str(kind) for kind in self._relation.types]

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None after the last."""
        with explained():
            row: tuple[Any, ...] | None = self._relation.fetchone()
            return row

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows that are left."""
        with explained():
            return self._relation.fetchall()

    def to_arrow(self) -> "pa.Table":
        """Return all rows as one Arrow table."""
        with explained():
            return self._relation.to_arrow_table()

    def to_polars(self) -> "pl.DataFrame":
        """Return all rows as a Polars frame."""
        import polars as pl

        return pl.DataFrame(self.to_arrow())

    def batches(self, rows: int = 122_880) -> Iterator["pa.RecordBatch"]:
        """Yield the rows in Arrow batches; memory is the batch, not the result."""
        with explained():
            yield from self._relation.to_arrow_reader(rows)

    def __repr__(self) -> str:
        with explained():
            return str(self._relation.limit(_SHOWN_ROWS))
