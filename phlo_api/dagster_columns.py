"""Plain columns of Dagster's history: what changed, and counts, without unpacking one event.

The tables come from ``dagster_reads``, which alone imports Dagster's internals.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as db

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_RECENT = 1000
_RECENT_TICKS = 100
_MOST_KEPT = 5000
PLANNED = "PLANNED"
# How a check that only warns is written in its event.
_WARN = "AssetCheckSeverity.WARN"


class Kept(Generic[K, V]):
    """Values by key, each read again only when its print has changed. Threads share it."""

    def __init__(self) -> None:
        self._known: dict[K, tuple[Hashable, V]] = {}

    def get(
        self, prints: Mapping[K, Hashable], read: Callable[[list[K]], Mapping[K, V]]
    ) -> dict[K, V]:
        """Return the values of keys, in their order; what has none is left out.

        The prints are older than what is read, so a change between the two is read twice and
        never missed.
        """
        held = {key: known for key in prints if (known := self._known.get(key)) is not None}
        changed = [k for k, mark in prints.items() if k not in held or held[k][0] != mark]
        fresh = read(changed) if changed else {}
        for key, value in fresh.items():
            self._known[key] = held[key] = (prints[key], value)
        if len(self._known) > _MOST_KEPT + len(prints):
            self._known = dict(held)
        for key in changed:
            if key not in fresh:
                held.pop(key, None)
        return {key: held[key][1] for key in prints if key in held}


@dataclass(frozen=True, slots=True)
class Tables:
    """Dagster's own tables."""

    runs: db.Table
    events: db.Table
    assets: db.Table
    checks: db.Table
    instigators: db.Table
    ticks: db.Table


@dataclass(frozen=True, slots=True)
class RunTally:
    """Runs of one status: all, and those that changed since a moment."""

    status: str
    total: int
    lately: int


class Database:
    """One of Dagster's databases, read by statements. Threads share it.

    Its SQLite storage makes an engine for each statement, which takes longer than most of them.
    One is kept here; it has no pool, so no file stays open between two statements. A storage
    that pools its connections is asked for them.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[db.Connection]]) -> None:
        self._connect = connect
        self._engine: db.Engine | None = None

    def rows(self, query: db.Executable) -> list[Any]:
        """Return all rows of a statement."""
        with self._engine.connect() if self._engine else self._connect() as connection:
            if isinstance(connection.engine.pool, db.pool.NullPool):
                self._engine = connection.engine
            return list(connection.execute(query).fetchall())


class Columns:
    """Reads of plain columns. Each is one statement that an index answers."""

    def __init__(self, instance: Any, tables: Tables) -> None:  # noqa: ANN401 - Dagster's own
        self._of_runs = Database(instance.run_storage.connect).rows
        self._of_events = Database(instance.event_log_storage.index_connection).rows
        schedules = instance.schedule_storage  # None where an instance lives in memory
        self._of_ticks = Database(schedules.connect).rows if schedules else None
        self._tables = tables

    def asset_prints(self, keys: Iterable[str]) -> dict[str, Hashable]:
        """Return what changes whenever an asset is written, planned or wiped, by key."""
        table = self._tables.assets.c
        query = db.select(
            table.asset_key,
            table.last_materialization_timestamp,
            table.last_run_id,
            table.wipe_timestamp,
            db.func.length(table.last_materialization),
        ).where(table.asset_key.in_(list(keys)))
        return {row[0]: tuple(row[1:]) for row in self._of_events(query)}

    def check_prints(self, assets: Iterable[str]) -> dict[tuple[str, str], Hashable]:
        """Return what changes with the latest execution of each check, by asset key and name.

        What is only planned is judged by its run, so its print never equals another.
        """
        table = self._tables.checks.c
        latest = (
            db.select(db.func.max(table.id).label("id"))
            .where(table.asset_key.in_(list(assets)))
            .group_by(table.asset_key, table.check_name)
            .subquery()
        )
        query = db.select(
            table.asset_key,
            table.check_name,
            table.id,
            table.execution_status,
            table.evaluation_event_storage_id,
        ).join(latest, table.id == latest.c.id)
        return {
            (row[0], row[1]): object() if row[3] == PLANNED else tuple(row[2:])
            for row in self._of_events(query)
        }

    def check_days(self, since: datetime) -> dict[str, Counter[str]]:
        """Count checks by day (UTC) and by result: passed, warned or failed."""
        table = self._tables.checks.c
        moment = table.evaluation_event_timestamp
        warned = table.evaluation_event.contains(_WARN)
        result = db.case(
            (table.execution_status == "SUCCEEDED", "passed"), (warned, "warned"), else_="failed"
        )
        query = db.select(moment, result).where(
            moment >= since.replace(tzinfo=None), table.execution_status != PLANNED
        )
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for time, word in self._of_events(query):
            found[f"{time:%Y-%m-%d}"][word] += 1
        return found

    def run_days(self, since: datetime) -> dict[str, Counter[str]]:
        """Count the runs made on each day (UTC) by their status."""
        table = self._tables.runs.c
        day = db.func.date(table.create_timestamp)
        query = db.select(day, table.status, db.func.count()).where(
            table.create_timestamp >= since.replace(tzinfo=None)
        )
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for date, status, count in self._of_runs(query.group_by(day, table.status)):
            found[str(date)][status.lower()] += count
        return found

    def run_tallies(self, since: datetime) -> list[RunTally]:
        """Count runs by status, and those of them that changed since a moment."""
        table = self._tables.runs.c
        lately = db.case((table.update_timestamp > since.replace(tzinfo=None), 1), else_=0)
        query = db.select(table.status, db.func.count(), db.func.sum(lately))
        return [RunTally(*row) for row in self._of_runs(query.group_by(table.status))]

    def run_prints(
        self, *, ids: Iterable[str] | None = None, limit: int | None = None
    ) -> dict[str, Hashable]:
        """Return what changes when a run moves on, by its id, newest first: of some, or all."""
        table = self._tables.runs.c
        query = db.select(table.run_id, table.update_timestamp).order_by(table.id.desc())
        if ids is not None:
            query = query.where(table.run_id.in_(list(ids)))
        return {row[0]: row[1] for row in self._of_runs(query.limit(limit))}

    def newest_run(self) -> str:
        """Return what changes when a run is made, moves on or is removed."""
        table = self._tables.runs.c
        query = db.select(db.func.max(table.update_timestamp), db.func.count(table.status))
        return str(self._of_runs(query)[0])

    def newest_event(self) -> str:
        """Return what changes when anything is said of an asset, or a planned check is over."""
        events, checks = self._tables.events.c, self._tables.checks.c
        last = db.select(db.func.max(checks.id)).scalar_subquery()
        ended = (
            db.select(db.func.max(checks.evaluation_event_storage_id))
            .where(checks.id > last - _RECENT)
            .scalar_subquery()
        )
        newest = db.select(db.func.max(events.id)).scalar_subquery()
        return str(self._of_events(db.select(newest, last, ended))[0])

    def newest_tick(self) -> str:
        """Return what changes when a schedule or sensor ticks, or is switched on or off."""
        if self._of_ticks is None:
            return ""
        table = self._tables.ticks.c
        states, last = self._tables.instigators.c, db.select(db.func.max(table.id))
        ticks = db.select(table.id, table.status, table.timestamp)
        switched = db.select(db.func.count(), db.func.max(states.update_timestamp))
        recent = ticks.where(table.id > last.scalar_subquery() - _RECENT_TICKS).order_by(table.id)
        return str([*self._of_ticks(switched), *self._of_ticks(recent)])
