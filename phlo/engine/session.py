"""A DuckDB over the tables of pinned refs."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

import duckdb

from phlo.engine.connection import open_engine
from phlo.engine.failures import explained
from phlo.engine.names import Chain, attached_name, chains, with_attached_names
from phlo.engine.pins import Named, Pin, Pins
from phlo.errors import SqlError
from phlo.model import Commit, TableContent, ViewContent, key_text
from phlo.ports import Catalog
from phlo.tables.plan import ReadPlan, cached_plan, plan_table
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
        self._catalog = catalog
        self._pins = Pins(catalog)
        self._pin = self._pins.get(ref)
        self._lock = RLock()
        self._bound: set[tuple[str, str]] = set()
        self._schemas: set[tuple[str, str]] = set()
        self.con = open_engine(memory_mb=memory_mb, threads=threads, scratch=scratch)
        self._schema(self._pin, "main")
        self.con.execute(self._use)

    @property
    def commit(self) -> Commit:
        """The commit that unqualified names are read from."""
        return self._pin.commit

    @property
    def pin(self) -> Pin:
        """The pinned ref of unqualified names, with its tables and views."""
        return self._pin

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
        bound = self.bind(query)
        with explained(query, known=self._pin.names):
            return self.con.sql(bound, params=params)

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
            with explained(query, known=self._pin.names):
                yield from cursor.execute(bound, params).to_arrow_reader(rows)
        finally:
            cursor.close()

    def bind(self, query: str) -> str:
        """Make the tables that a query names known, and return the query as DuckDB takes it.

        The text differs only where a ref has a name that DuckDB keeps for itself, ``main`` above
        all.
        """
        return self._bind(query, self._pin, ())

    def plan(self, named: Named, pin: Pin) -> ReadPlan:
        """Return how to read a table at a pinned commit."""
        key, content = named
        assert isinstance(content, TableContent)
        plan = cached_plan(content.metadata_location)
        if plan is None:
            table = self._catalog.at(pin.commit.id).load_table(key)
            plan = plan_table(self.con, table)
        return plan

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

    def _bind(self, query: str, home: Pin, inside: tuple[str, ...]) -> str:
        places: dict[int, tuple[int, str]] = {}
        for chain in chains(query):
            found = self._find(chain, home)
            if found is None:
                continue
            pin, named, is_qualified = found
            self._bind_relation(pin, named, inside)
            attached = attached_name(pin.ref)
            if is_qualified and attached != chain.parts[0]:
                places[chain.start] = (chain.end, attached)
        return with_attached_names(query, places) if places else query

    def _find(self, chain: Chain, home: Pin) -> tuple[Pin, Named, bool] | None:
        """Return what a dotted name means: a table of the home ref, or one of a named ref."""
        parts = chain.parts
        named = home.find(parts[0], parts[1])
        if named is not None:
            return home, named, False
        if len(parts) > 2:
            pin = self._pins.maybe(parts[0])
            named = pin.find(parts[1], parts[2]) if pin else None
            if pin is not None and named is not None:
                return pin, named, True
        return None

    def _bind_relation(self, pin: Pin, named: Named, inside: tuple[str, ...]) -> None:
        key, content = named
        place = (pin.ref, key_text(key).lower())
        with self._lock:
            if place in self._bound:
                return
            if f"{pin.ref}.{key_text(key)}" in inside:
                raise SqlError(
                    f"view {key_text(key)!r} reads itself: {' -> '.join(inside)}",
                    fix="change one of these views so that it reads tables",
                )
            if isinstance(content, ViewContent):
                body = self._bind(content.sql, pin, (*inside, f"{pin.ref}.{key_text(key)}"))
            else:
                body = self.plan(named, pin).sql
            self._create_view(pin, key_text(key[:-1]), key[-1], body)
            self._bound.add(place)

    def _create_view(self, pin: Pin, schema: str, name: str, body: str) -> None:
        self._schema(pin, schema)
        catalog = identifier(attached_name(pin.ref))
        cursor = self.con.cursor()
        try:
            with explained(body, known=pin.names):
                cursor.execute(f'use {catalog}."main"')
                view = f"{catalog}.{identifier(schema)}.{identifier(name)}"
                cursor.execute(f"create or replace view {view} as {body}")
        finally:
            cursor.close()

    def _schema(self, pin: Pin, schema: str) -> None:
        catalog = attached_name(pin.ref)
        if (catalog, "") not in self._schemas:
            self.con.execute(f"attach if not exists ':memory:' as {identifier(catalog)}")
            self._schemas.add((catalog, ""))
        if (catalog, schema) not in self._schemas:
            self.con.execute(
                f"create schema if not exists {identifier(catalog)}.{identifier(schema)}"
            )
            self._schemas.add((catalog, schema))
