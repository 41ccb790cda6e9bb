"""A DuckDB over the tables of pinned refs."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

import duckdb

from phlo.engine.binding import Binder
from phlo.engine.connection import open_engine
from phlo.engine.failures import explained
from phlo.engine.names import attached_name
from phlo.engine.pins import Pin
from phlo.engine.pivots import rows_of
from phlo.engine.views import create_place, create_views
from phlo.errors import SqlError
from phlo.model import Commit
from phlo.ports import Catalog
from phlo.tables.quoting import identifier

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Params = Sequence[Any] | Mapping[str, Any]


class Session:
    """SQL over one ref, and over any other that a statement names.

    Tables are known as ``namespace.table`` and ``ref.namespace.table``. A table is planned when a
    statement first names it; what is read is the commit that the ref had when the session first
    used it. The lake cannot be written through a session: its tables are views.

    Args:
        catalog: The catalog of the lake.
        ref: The ref of unqualified names.
        memory_mb: See ``open_engine``.
        threads: See ``open_engine``.
        scratch: See ``open_engine``.

    Raises:
        RefNotFound: If there is no such ref.
    """

    def __init__(
        self,
        catalog: Catalog,
        ref: str = "main",
        *,
        memory_mb: int | None = None,
        threads: int | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.ref = ref
        self._binder = Binder(catalog, ref)
        self._lock = RLock()
        self._known: set[tuple[str, ...]] = set()
        self.con = open_engine(
            access=catalog.access, memory_mb=memory_mb, threads=threads, scratch=scratch
        )
        create_place(self.con, attached_name(ref), "main", self._known)
        self.con.execute(self._use)

    @property
    def commit(self) -> Commit:
        """The commit that unqualified names are read from."""
        return self.pin.commit

    @property
    def pin(self) -> Pin:
        """The pinned ref of unqualified names, with its tables and views."""
        return self._binder.home

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return another connection to the same tables, for another thread or open result."""
        cursor = self.con.cursor()
        cursor.execute(self._use)
        return cursor

    def sql(self, query: str, params: Params | None = None) -> duckdb.DuckDBPyRelation:
        """Bind the tables that a query names and return it as a relation, not yet run.

        Raises:
            SqlError: If the query is wrong.
            TableNotFound: If it names a table that the ref does not have.
            UnsupportedTable: If a table cannot be read rightly.
        """
        if not query.strip():
            raise SqlError("the query is empty", fix="write a SELECT")
        bound = self.bind(query)
        with explained(query, known=self.pin.names):
            return self.con.sql(rows_of(self.con, bound), params=params)

    def arrow(self, query: str, params: Params | None = None) -> "pa.Table":
        """Run a query and return its rows as one Arrow table."""
        with explained():
            return self.sql(query, params).to_arrow_table()

    def polars(self, query: str, params: Params | None = None) -> "pl.DataFrame":
        """Run a query and return its rows as a Polars frame."""
        import polars as pl

        return pl.DataFrame(self.arrow(query, params))

    def batches(
        self, query: str, params: Params | None = None, *, rows: int = 122_880
    ) -> Iterator["pa.RecordBatch"]:
        """Run a query and yield its rows in batches; memory is the batch, not the result."""
        bound = self.bind(query)
        cursor = self.cursor()
        try:
            with explained(query, known=self.pin.names):
                found = cursor.execute(rows_of(cursor, bound), params)
                yield from found.to_arrow_reader(rows)
        finally:
            cursor.close()

    def bind(self, query: str) -> str:
        """Make the tables that a query names known, and return the query as DuckDB takes it."""
        bound = self._binder.bind(query)
        with self._lock, explained(query, known=self.pin.names):
            create_views(self.con, bound.views, self._known)
        return bound.sql

    def close(self) -> None:
        """Give back memory and scratch space."""
        self.con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _use(self) -> str:
        return f'use {identifier(attached_name(self.ref))}."main"'
