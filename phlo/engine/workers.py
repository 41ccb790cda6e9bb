"""A pool of warm processes that run ad hoc SQL, each killed rather than waited for."""

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from phlo.engine.binding import Binder, Bound
from phlo.engine.guard import check_sql
from phlo.engine.listing import listing_sql
from phlo.engine.names import attached_name
from phlo.engine.pins import Pins
from phlo.engine.stream import QueryStats, QueryStream
from phlo.engine.worker import Worker
from phlo.errors import QueryLimit, TableNotFound
from phlo.ports import Catalog

if TYPE_CHECKING:
    from phlo.engine.session import Params

_PINNED_REFS = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use.

    Beyond ``rows`` and ``bytes`` the result is cut and says so; beyond ``time_s`` (from the start
    to the last row read) or ``memory_mb`` the query is killed.
    """

    rows: int = 1_000_000
    bytes: int = 256 * 2**20
    time_s: float = 30.0
    memory_mb: int = 2_048


class WorkerPool:
    """Runs reads of untrusted origin outside this process.

    Args:
        lake: The lake's address, or its catalog if it is open already.
        size: Processes, and so queries at a time.
        limits: Bounds of every query.
        threads: Threads of one worker; as many as there are processors otherwise.
        wait_s: How long a query waits for a free worker.
    """

    def __init__(
        self,
        lake: str | Catalog,
        size: int = 2,
        limits: Limits | None = None,
        *,
        threads: int | None = None,
        wait_s: float = 30.0,
    ) -> None:
        self.limits = limits or Limits()
        self._catalog = _opened(lake)
        self._wait_s = wait_s
        self._settings = {"memory_mb": self.limits.memory_mb, "threads": threads}
        self._idle: LifoQueue[Worker] = LifoQueue()
        self._lock = threading.Lock()
        self._running: dict[str, QueryStream] = {}
        self._workers: set[Worker] = set()
        self._pins: OrderedDict[str, Pins] = OrderedDict()
        self._is_closed = False
        for _ in range(size):
            self._start()

    def query(
        self,
        sql: str,
        *,
        ref: str = "main",
        params: "Params | None" = None,
        id: str | None = None,  # noqa: A002 - the name of the caller's choice for cancel()
        limits: Limits | None = None,
    ) -> QueryStream:
        """Start a read and return its rows as a stream; close it or read it to the end.

        Raises:
            UnsafeSql: If it is not one read of tables.
            TableNotFound: If it names a table that the ref does not have.
            RefNotFound: If there is no such ref.
            QueryLimit: If no worker is free in time. Later, from the stream: if a bound is hit.
            SqlError: From the stream: if DuckDB refuses the statement.
        """
        checked = check_sql(sql)
        pins = self._pinned(ref)
        binder = Binder(self._catalog, ref, pins)
        text = listing_sql(pins.get(ref)) if checked.kind == "list" else sql
        bound = binder.bind(text)
        _refuse_missing(checked.tables, bound, ref, pins.get(ref).names)
        bounds = self._bounded(limits)
        request = _request(bound, attached_name(ref), params, bounds)
        if self._catalog.access is not None:
            request["access"] = asdict(self._catalog.access)
        stats = QueryStats(id or uuid4().hex, pins.get(ref).commit.id)
        worker = self._take(bounds)
        stream = QueryStream(worker, stats, bounds.time_s, self._finished)
        with self._lock:
            self._running[stats.id] = stream
        stream.start(request)
        return stream

    def cancel(self, id: str) -> bool:  # noqa: A002 - as in query()
        """Kill a running query; its reader gets ``QueryCancelled``. False if it is not running."""
        with self._lock:
            stream = self._running.get(id)
        return stream is not None and stream.cancel()

    def running(self) -> list[str]:
        """Return the ids of running queries."""
        with self._lock:
            return list(self._running)

    def close(self) -> None:
        """Kill all workers and remove their scratch folders."""
        self._is_closed = True
        with self._lock:
            workers, self._workers = self._workers, set()
        for worker in workers:
            worker.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _bounded(self, limits: Limits | None) -> Limits:
        """Return the bounds of one query, which may only be tighter than the pool's."""
        if limits is None:
            return self.limits
        ours, theirs = asdict(self.limits), asdict(limits)
        return replace(limits, **{name: min(ours[name], theirs[name]) for name in ours})

    def _pinned(self, ref: str) -> Pins:
        """Return the newest commits of a ref and of those that were named along with it."""
        with self._lock:
            known = self._pins.get(ref)
        pins = known.renewed() if known else Pins(self._catalog)
        with self._lock:
            self._pins[ref] = pins
            self._pins.move_to_end(ref)
            while len(self._pins) > _PINNED_REFS:
                self._pins.popitem(last=False)
        return pins

    def _start(self) -> None:
        worker = Worker(self._settings)
        with self._lock:
            self._workers.add(worker)
        self._idle.put(worker)

    def _take(self, limits: Limits) -> Worker:
        while True:
            try:
                worker = self._idle.get(timeout=self._wait_s)
            except Empty:
                raise QueryLimit(
                    f"no query worker became free within {self._wait_s:g} s",
                    fix="wait for running queries, cancel one, or raise the number of workers",
                ) from None
            if worker.wait_ready(max(limits.time_s, 10.0)):
                return worker
            self._replace(worker)

    def _finished(self, stream: QueryStream, worker: Worker) -> None:
        with self._lock:
            self._running.pop(stream.stats.id, None)
        if worker.is_usable:
            self._idle.put(worker)
        else:
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        with self._lock:
            self._workers.discard(worker)
        if not self._is_closed:
            self._start()


def _opened(lake: str | Catalog) -> Catalog:
    if not isinstance(lake, str):
        return lake
    from phlo.catalog import open_catalog

    return open_catalog(lake)


def _request(bound: Bound, home: str, params: "Params | None", limits: Limits) -> dict[str, Any]:
    views = [[v.catalog, v.schema, v.name, v.body, list(v.files)] for v in bound.views.values()]
    key = hashlib.sha256(json.dumps([home, views]).encode()).hexdigest()
    return {
        "key": key,
        "home": home,
        "sql": bound.sql,
        "views": views,
        "params": params,
        "rows": limits.rows,
        "bytes": limits.bytes,
    }


def _refuse_missing(
    tables: tuple[tuple[str, ...], ...], bound: Bound, ref: str, known: list[str]
) -> None:
    """Refuse a name that is no table: DuckDB would look for it among its own."""
    places = {(place[1], place[2]) for place in bound.views}
    for name in tables:
        if (name[-2].lower(), name[-1].lower()) not in places:
            raise TableNotFound.named(".".join(name), known=known, where=f"on {ref!r}")
