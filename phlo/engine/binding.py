"""From a statement's names to the views that a DuckDB needs to run it."""

from dataclasses import dataclass, field
from functools import cache

import duckdb

from phlo.engine.connection import open_engine
from phlo.engine.names import Chain, attached_name, chains, with_attached_names
from phlo.engine.pins import Named, Pin, Pins
from phlo.engine.views import BoundView
from phlo.errors import SqlError
from phlo.model import TableContent, ViewContent, key_text
from phlo.ports import BucketAccess, Catalog
from phlo.tables.plan import ReadPlan, cached_plan, plan_table


@dataclass(slots=True)
class Bound:
    """A statement as DuckDB takes it, and the views it needs, those that others read first."""

    sql: str
    views: dict[tuple[str, str, str], BoundView] = field(default_factory=dict)


@cache
def _planner(access: BucketAccess | None) -> duckdb.DuckDBPyConnection:
    return open_engine(access=access, threads=1)


class Binder:
    """Finds what the names of a statement mean at pinned refs."""

    def __init__(self, catalog: Catalog, ref: str, pins: Pins | None = None) -> None:
        self._catalog = catalog
        self._pins = pins or Pins(catalog)
        self.home = self._pins.get(ref)

    def bind(self, query: str) -> Bound:
        """Find the tables of a query.

        The text changes only where a ref has a name that DuckDB keeps for itself, ``main`` above
        all.

        Raises:
            SqlError: If a view reads itself.
            UnsupportedTable: If a table cannot be read rightly.
        """
        bound = Bound(query)
        bound.sql = self._bind(query, self.home, (), bound.views)
        return bound

    def _bind(
        self,
        query: str,
        home: Pin,
        inside: tuple[str, ...],
        views: dict[tuple[str, str, str], BoundView],
    ) -> str:
        places: dict[int, tuple[int, str]] = {}
        for chain in chains(query):
            found = self._find(chain, home)
            if found is None:
                continue
            pin, named, is_qualified = found
            self._add(pin, named, inside, views)
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

    def _add(
        self,
        pin: Pin,
        named: Named,
        inside: tuple[str, ...],
        views: dict[tuple[str, str, str], BoundView],
    ) -> None:
        key, content = named
        schema, name, catalog = key_text(key[:-1]), key[-1], attached_name(pin.ref)
        full = f"{pin.ref}.{key_text(key)}"
        if (catalog, schema.lower(), name.lower()) in views:
            return
        if full in inside:
            raise SqlError(
                f"view {key_text(key)!r} reads itself: {' -> '.join((*inside, full))}",
                fix="change one of these views so that it reads tables",
            )
        if isinstance(content, ViewContent):
            body = self._bind(content.sql, pin, (*inside, full), views)
            view = BoundView(catalog, schema, name, body)
        else:
            plan = self._plan(named, pin)
            view = BoundView(catalog, schema, name, plan.sql, plan.files)
        views[view.place] = view

    def _plan(self, named: Named, pin: Pin) -> ReadPlan:
        key, content = named
        assert isinstance(content, TableContent)
        plan = cached_plan(content.metadata_location)
        if plan is None:
            table = self._catalog.at(pin.commit.id).load_table(key)
            plan = plan_table(_planner(self._catalog.access).cursor(), table)
        return plan
