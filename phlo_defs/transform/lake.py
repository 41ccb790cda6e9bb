"""The tables and views of one branch as a dbt run sees and writes them.

Reads are of one commit, resolved when the run starts (R12); writes are collected in one stage, so
that a run is one commit. Used in the worker's process, by several threads of dbt.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from phlo.engine.bucket import reach
from phlo.errors import DeclarationError
from phlo.model import Commit, Content, Key, TableContent, ViewContent
from phlo.ports import Catalog, Stage
from phlo.tables.conform import storable_select
from phlo.tables.plan import scan_sql
from phlo.tables.quoting import identifier
from phlo.tables.write import append, replace, upsert
from phlo_defs.transform.shape import Order, shaped

if TYPE_CHECKING:
    from pyiceberg.table import Table

_DATABASE = '"memory".'


@dataclass(slots=True)
class LakeRun:
    """One dbt run over a branch. ``names`` limits which tables are made readable.

    ``rows`` tells, per key that was stored or counted, how many rows it has.
    """

    catalog: Catalog
    stage: Stage | None
    base: Commit
    names: Collection[Key] | None = None
    rows: dict[Key, int] = field(default_factory=dict)
    _con: duckdb.DuckDBPyConnection | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def contents(self) -> Mapping[Key, Content]:
        """Return the tables and views at the start of the run that it may read."""
        found = self.catalog.contents(self.base.id)
        return {
            key: content
            for key, content in found.items()
            if isinstance(content, TableContent | ViewContent)
            and (self.names is None or key in self.names)
        }

    def bind(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make every readable table and view visible in a fresh connection."""
        self._con = con
        reach(con, self.catalog.access)
        con.execute("set global TimeZone = 'UTC'")
        con.execute("set global parquet_metadata_cache = true")
        contents = self.contents()
        for namespace in sorted({key[0] for key in contents}):
            con.execute(f"create schema if not exists {identifier(namespace)}")
        tables = self.catalog.at(self.base.id)
        for key, content in contents.items():
            if isinstance(content, TableContent):
                self._show(con, key, scan_sql(con, tables.load_table(key)))
        self._bind_views(con, contents)

    def _bind_views(self, con: duckdb.DuckDBPyConnection, contents: Mapping[Key, Content]) -> None:
        """Create views in whatever order their own reads allow; leave out what cannot be."""
        left = {key: c.sql for key, c in contents.items() if isinstance(c, ViewContent)}
        while left:
            stuck: dict[Key, str] = {}
            for key, sql in left.items():
                try:
                    self._show(con, key, sql)
                except duckdb.Error:
                    stuck[key] = sql
            if len(stuck) == len(left):
                return
            left = stuck

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor that sees what the run sees."""
        if self._con is None:
            raise AssertionError("dbt has not connected yet")
        cursor = self._con.cursor()
        cursor.execute("set TimeZone = 'UTC'")
        return cursor

    def store(self, order: Order) -> None:
        """Store one model on the branch, and let the models after it read the result."""
        cursor = self.cursor()
        try:
            with self._lock:
                if order.mode == "view":
                    self._store_view(cursor, order)
                else:
                    self._store_table(cursor, order)
        finally:
            cursor.close()

    def count(self, key: Key) -> int:
        """Return how many rows a table or view has now; counted once."""
        if key not in self.rows:
            cursor = self.cursor()
            try:
                row = cursor.execute(f"select count(*) from {_name(key)}").fetchone()
            finally:
                cursor.close()
            self.rows[key] = int(row[0]) if row else 0
        return self.rows[key]

    def sample(self, sql: str, limit: int) -> tuple[dict[str, Any], ...]:
        """Return the first rows of a select over what the run sees."""
        return self._first(f"select * from ({sql}) limit {limit}")[1]

    def preview(
        self, key: Key, limit: int
    ) -> tuple[tuple[tuple[str, str], ...], tuple[dict[str, Any], ...]]:
        """Return the columns of a table or view with their types, and its first rows."""
        return self._first(f"select * from {_name(key)} limit {limit}")

    def _first(self, query: str) -> tuple[tuple[tuple[str, str], ...], tuple[dict[str, Any], ...]]:
        cursor = self.cursor()
        try:
            found = cursor.sql(query)
            names = found.columns
            types = [str(kind).lower() for kind in found.types]
            rows = tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())
            return tuple(zip(names, types, strict=True)), rows
        finally:
            cursor.close()

    def _show(self, con: duckdb.DuckDBPyConnection, key: Key, sql: str) -> None:
        con.execute(f"create or replace view {_name(key)} as {sql}")

    def _writable(self) -> Stage:
        if self.stage is None:
            raise DeclarationError(
                "this dbt run only reads, and a model asked to be built",
                fix="materialize the model, or run its tests alone",
            )
        return self.stage

    def _store_view(self, con: duckdb.DuckDBPyConnection, order: Order) -> None:
        sql = portable(order.sql)
        stage = self._writable()
        self._make_way(con, order.key)
        con.execute(f"create schema if not exists {identifier(order.key[0])}")
        self._show(con, order.key, sql)
        if self._is(order.key, TableContent):
            stage.remove(order.key)
        stage.put_view(order.key, sql, comment=order.comment)

    def _store_table(self, con: duckdb.DuckDBPyConnection, order: Order) -> None:
        stage = self._writable()
        select = storable_select(con, order.sql)
        if self._is(order.key, ViewContent):
            stage.remove(order.key)
        con.execute(f"create schema if not exists {identifier(order.key[0])}")
        table, select = shaped(con, stage, order, select, exists=self._existed(order.key))
        properties = {"phlo.dbt.node": order.node}
        if order.mode == "append":
            table = append(con, table, select, properties=properties).table
        elif order.mode == "upsert":
            table = upsert(con, table, select, order.unique_key, properties=properties).table
        elif order.mode == "snapshot" and self._existed(order.key):
            changed = f"{select} except {scan_sql(con, table)}"
            table = upsert(con, table, changed, order.unique_key, properties=properties).table
        else:
            table = replace(con, table, select, properties=properties).table
        self.rows[order.key] = _row_count(table)
        shown = scan_sql(con, table)
        self._make_way(con, order.key)
        self._show(con, order.key, shown)

    def _is(self, key: Key, kind: type[Content]) -> bool:
        return isinstance(self.contents().get(key), kind)

    def _existed(self, key: Key) -> bool:
        return self._is(key, TableContent)

    def _make_way(self, con: duckdb.DuckDBPyConnection, key: Key) -> None:
        """Drop dbt's local working table of a seed or snapshot; a view is replaced in place."""
        rows: Sequence[Any] = con.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = ?", list(key)
        ).fetchall()
        if rows:
            con.execute(f"drop table {_name(key)}")


def portable(sql: str) -> str:
    """Return a select of dbt without the name of the run's own database."""
    return sql.replace(_DATABASE, "").strip()


def _name(key: Key) -> str:
    return ".".join(identifier(part) for part in key)


def _row_count(table: "Table") -> int:
    snapshot = table.current_snapshot()
    total = snapshot.summary.get("total-records") if snapshot and snapshot.summary else None
    return int(total or 0)
