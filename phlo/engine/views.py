"""The tables of a statement as views of a DuckDB: what a session and a query worker share."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from phlo.tables.quoting import identifier


@dataclass(frozen=True, slots=True)
class BoundView:
    """One table or view of a ref as a DuckDB view; ``files`` are all paths it opens itself."""

    catalog: str
    schema: str
    name: str
    body: str
    files: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands, ignoring case."""
        return self.catalog, self.schema.lower(), self.name.lower()


def create_views(
    con: duckdb.DuckDBPyConnection,
    views: Mapping[tuple[str, str, str], BoundView],
    known: set[tuple[str, ...]],
) -> None:
    """Create those views that are not ``known`` to the database yet, with what they stand in."""
    for place, view in views.items():
        if place in known:
            continue
        create_place(con, view.catalog, view.schema, known)
        cursor = con.cursor()
        try:
            catalog = identifier(view.catalog)
            cursor.execute(f'use {catalog}."main"')  # names inside a view are of its own ref
            full = f"{catalog}.{identifier(view.schema)}.{identifier(view.name)}"
            cursor.execute(f"create or replace view {full} as {view.body}")
        finally:
            cursor.close()
        known.add(place)


def create_place(
    con: duckdb.DuckDBPyConnection, catalog: str, schema: str, known: set[tuple[str, ...]]
) -> None:
    """Create the DuckDB catalog of a ref and a schema in it, if they are not ``known``."""
    if (catalog,) not in known:
        con.execute(f"attach if not exists ':memory:' as {identifier(catalog)}")
        known.add((catalog,))
    if (catalog, schema) not in known:
        con.execute(f"create schema if not exists {identifier(catalog)}.{identifier(schema)}")
        known.add((catalog, schema))
