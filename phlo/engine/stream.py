"""The rows of one query as they come from a worker."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from phlo.engine.frames import DATA, FAILED, read_frame, unpack_error, wants_to_retire
from phlo.errors import PhloError, QueryCancelled, QueryLimit

if TYPE_CHECKING:
    import pyarrow as pa

    from phlo.engine.worker import Worker


@dataclass(frozen=True, slots=True)
class QueryStats:
    """How a query went: ``commit`` is what was read; the rest is known once it has ended.

    ``truncated`` names the cap (``rows`` or ``bytes``) that cut the result off, if one did.
    ``time_s`` is the worker's, ``peak_mb`` the most memory that its process ever had.
    """

    id: str
    commit: str
    rows: int = 0
    bytes: int = 0
    time_s: float = 0.0
    truncated: str | None = None
    peak_mb: int = 0


class QueryStream:
    """An Arrow IPC stream in chunks of bytes, and how the query went.

    Read it to the end or close it. The clock runs from ``start`` to the last chunk, so a reader
    that stops reading loses its query, not the pool a worker.
    """

    def __init__(
        self,
        worker: "Worker",
        stats: QueryStats,
        time_s: float,
        finished: Callable[["QueryStream", "Worker"], None],
    ) -> None:
        self.stats = stats
        self._worker = worker
        self._time_s = time_s
        self._finished = finished
        self._lock = threading.Lock()
        self._has_ended = False
        self._verdict: PhloError | None = None
        self._clock = threading.Timer(time_s, self._overdue)
        self._clock.daemon = True

    def start(self, request: dict[str, Any]) -> None:
        """Send the query and start the clock."""
        self._clock.start()
        self._worker.send(request)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of an Arrow IPC stream as they come: the schema, then each batch.

        Raises:
            QueryLimit: If the time or memory is used up.
            QueryCancelled: If somebody cancelled it.
            SqlError: If DuckDB refused the statement.
        """
        try:
            while True:
                frame = None if self._has_ended else read_frame(self._worker.output)
                if frame is None:
                    raise self._verdict or self._died()
                kind, payload = frame
                if kind == DATA:
                    yield payload
                else:
                    self._end(is_usable=not wants_to_retire(payload))
                    if kind == FAILED:
                        raise unpack_error(payload)
                    self.stats = replace(self.stats, **json.loads(payload)["stats"])
                    return
        finally:
            self.close()

    def batches(self) -> Iterator["pa.RecordBatch"]:
        """Yield the rows in Arrow batches. Raises what ``chunks`` raises."""
        import pyarrow as pa

        chunks = self.chunks()
        with pa.ipc.open_stream(_ChunkFile(chunks)) as reader:
            yield from reader
        for _ in chunks:  # what ends the query comes after what ends the stream
            pass

    def read_all(self) -> "pa.Table":
        """Return all rows as one Arrow table. Raises what ``chunks`` raises."""
        import pyarrow as pa

        data = b"".join(self.chunks())
        with pa.ipc.open_stream(data) as reader:
            return reader.read_all()

    def cancel(self) -> bool:
        """Kill the query; its reader gets ``QueryCancelled``. False if it has ended."""
        return self._kill(
            QueryCancelled("the query was cancelled", fix="run it again if it is still wanted")
        )

    def close(self) -> None:
        """End the query if it still runs; its worker is replaced then."""
        self._kill(QueryCancelled("the query was closed by its reader", fix="run it again"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _overdue(self) -> None:
        self._kill(
            QueryLimit(
                f"the query ran longer than {self._time_s:g} s and was ended",
                fix="filter earlier, aggregate, or read it in parts",
            )
        )

    def _kill(self, verdict: PhloError) -> bool:
        with self._lock:
            if self._has_ended:
                return False
            self._has_ended = True
            self._verdict = verdict
        self._clock.cancel()
        self._worker.kill()
        self._finished(self, self._worker)
        return True

    def _end(self, *, is_usable: bool) -> None:
        """Give the worker back; it has said its last word on this query."""
        with self._lock:
            if self._has_ended:
                return
            self._has_ended = True
        self._worker.is_usable &= is_usable
        self._clock.cancel()
        self._finished(self, self._worker)

    def _died(self) -> PhloError:
        self._kill(QueryCancelled("the query was closed", fix="run it again"))
        return QueryLimit(
            "the process of the query died, most likely for lack of memory",
            fix="read fewer columns or rows, or aggregate before building long texts or lists",
        )


class _ChunkFile:
    """Chunks as a file that Arrow reads from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        parts = [self._rest]
        have = len(self._rest)
        while size < 0 or have < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            parts.append(chunk)
            have += len(chunk)
        data = b"".join(parts)
        if size < 0:
            size = len(data)
        self._rest = data[size:]
        return data[:size]

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True
