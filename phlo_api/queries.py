"""The queries of this process: one pool of workers, a book of what ran, one way to stop it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import uuid4

from phlo.engine.guard import check_sql
from phlo.errors import Conflict, PhloError, QueryCancelled, QueryLimit
from phlo.model import TableContent, key_text
from phlo.ports import Catalog
from phlo_api.errors import QueryNotFound

if TYPE_CHECKING:
    import pyarrow as pa

    from phlo.engine.stream import QueryStream
    from phlo.engine.workers import WorkerPool

IN_MEMORY_BYTES = 32 * 2**20
"""What an answer may have that this process holds as a whole, rather than streams through."""
_REMEMBERED = 500
State = Literal["running", "done", "failed", "cancelled"]
Bound = Literal["rows", "bytes", "time", "memory", "cancel"]


@dataclass
class QueryEntry:
    """One query, as it stands. Written by its reader, read by everybody."""

    id: str
    sql: str
    ref: str
    started_at: datetime
    commit: str | None = None
    state: State = "running"
    rows: int = 0
    bytes: int = 0
    scanned_bytes: int | None = None
    stopped_by: Bound | None = None
    error: PhloError | None = None
    stream: "QueryStream | None" = field(default=None, repr=False)
    started: float = field(default_factory=time.perf_counter)
    elapsed_ms: float = 0.0

    @property
    def shown_ms(self) -> float:
        """How long it ran, or has run so far."""
        if self.state != "running":
            return self.elapsed_ms
        return (time.perf_counter() - self.started) * 1000


class QueryBook:
    """Runs statements in workers and remembers how they went. Threads share it."""

    def __init__(self, catalog: Catalog, make_pool: "Callable[[], WorkerPool]") -> None:
        self._catalog = catalog
        self._make_pool = make_pool
        self._pool: WorkerPool | None = None
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, QueryEntry] = OrderedDict()

    @property
    def pool(self) -> "WorkerPool":
        """The workers, started at their first use or by ``warm``."""
        with self._lock:
            if self._pool is None:
                self._pool = self._make_pool()
            return self._pool

    def warm(self) -> None:
        """Start the workers now."""
        _ = self.pool

    def close(self) -> None:
        """Kill the workers."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def start(
        self,
        sql: str,
        ref: str,
        *,
        limit: int | None = None,
        most_bytes: int | None = None,
        query_id: str | None = None,
        params: "list[Any] | None" = None,
        remembered: bool = True,
    ) -> QueryEntry:
        """Start a statement on a ref. Raises what the guard, the ref or the pool refuse."""
        entry = QueryEntry(query_id or str(uuid4()), sql, ref, datetime.now(UTC))
        entry.scanned_bytes = self.size_of(sql, ref)[1]
        if remembered:
            self._remember(entry)
        limits = self.pool.limits
        rows = limits.rows if limit is None else min(limits.rows, limit)
        size = limits.bytes if most_bytes is None else min(limits.bytes, most_bytes)
        tighter = replace(limits, rows=rows, bytes=size)
        try:
            entry.stream = self.pool.query(sql, ref=ref, id=entry.id, params=params, limits=tighter)
        except PhloError as error:
            self._failed(entry, error)
            raise
        entry.commit = entry.stream.stats.commit
        return entry

    def _remember(self, entry: QueryEntry) -> None:
        with self._lock:
            if entry.id in self._entries:
                raise Conflict(
                    f"a query with the id {entry.id!r} ran already", fix="give another id, or none"
                )
            self._entries[entry.id] = entry
            while len(self._entries) > _REMEMBERED:
                self._entries.popitem(last=False)

    def chunks(self, entry: QueryEntry) -> Generator[bytes]:
        """Yield the Arrow IPC stream of a query and keep its entry up to date."""
        stream = entry.stream
        assert stream is not None
        try:
            for chunk in stream.chunks():
                entry.bytes += len(chunk)
                yield chunk
        except PhloError as error:
            self._failed(entry, error)
            raise
        except GeneratorExit:
            stream.close()
            self._failed(entry, QueryCancelled("its reader went away", fix="run it again"))
            raise
        stats = stream.stats
        entry.rows, entry.stopped_by = stats.rows, cast("Bound | None", stats.truncated)
        self._over(entry, "done")

    def table(self, entry: QueryEntry) -> "pa.Table":
        """Read a query to its end."""
        import pyarrow as pa

        data = b"".join(self.chunks(entry))
        with pa.ipc.open_stream(data) as reader:
            return reader.read_all()

    def run(self, sql: str, ref: str, params: "list[Any] | None" = None) -> "pa.Table":
        """Run a statement of our own in a worker, off the record. Raises ``QueryLimit`` if cut."""
        entry = self.start(sql, ref, most_bytes=IN_MEMORY_BYTES, params=params, remembered=False)
        table = self.table(entry)
        if entry.stopped_by is not None:
            raise QueryLimit(
                f"the answer has more {entry.stopped_by} than this process holds",
                fix="ask for fewer rows or columns, or stream a query of your own",
            )
        return table

    def cancel(self, query_id: str) -> QueryEntry:
        """Stop a query; one that is over stays as it is. Raises ``QueryNotFound``."""
        entry = self.get(query_id)
        if entry.state == "running" and entry.stream is not None:
            entry.stream.cancel()
            entry.stopped_by = "cancel"
            self._over(entry, "cancelled")
        return entry

    def get(self, query_id: str) -> QueryEntry:
        """Return a query. Raises ``QueryNotFound``."""
        with self._lock:
            found, known = self._entries.get(query_id), list(self._entries)
        if found is None:
            raise QueryNotFound.named(query_id, known=known)
        return found

    def all(self) -> list[QueryEntry]:
        """Return what ran, newest first."""
        with self._lock:
            return list(reversed(self._entries.values()))

    def size_of(self, sql: str, ref: str) -> tuple[list[str], int, int, int]:
        """Return the tables that a statement names on its ref, their bytes, files and rows."""
        contents = self._catalog.contents(ref)
        by_name = {key_text(key).lower(): (key, content) for key, content in contents.items()}
        found: dict[str, TableContent | None] = {}
        for parts in check_sql(sql).tables:
            key, content = by_name.get(".".join(parts[-2:]).lower(), (None, None))
            if key is not None:
                found[key_text(key)] = content if isinstance(content, TableContent) else None
        known = [content for content in found.values() if content is not None]
        return (
            sorted(found),
            sum(content.bytes or 0 for content in known),
            sum(content.files or 0 for content in known),
            sum(content.rows or 0 for content in known),
        )

    def _failed(self, entry: QueryEntry, error: PhloError) -> None:
        if entry.state != "running":
            return
        entry.error = error
        if isinstance(error, QueryCancelled):
            entry.stopped_by = "cancel"
        elif isinstance(error, QueryLimit):
            entry.stopped_by = "time" if "longer than" in error.problem else "memory"
        self._over(entry, "cancelled" if isinstance(error, QueryCancelled) else "failed")

    def _over(self, entry: QueryEntry, state: State) -> None:
        if entry.state == "running":
            entry.elapsed_ms = (time.perf_counter() - entry.started) * 1000
            entry.state = state
        entry.stream = None
