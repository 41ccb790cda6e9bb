"""The process that runs ad hoc SQL: no secrets, no files but the planned ones, bounded memory.

It is started by ``phlo.engine.workers``, knows no catalog, and dies with its parent.
"""

import json
import os
import queue
import resource
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa

from phlo.engine.connection import open_engine
from phlo.engine.failures import explain
from phlo.engine.frames import (
    DATA,
    DONE,
    FAILED,
    READY,
    pack_error,
    read_frame,
    write_frame,
)
from phlo.engine.pivots import rows_of
from phlo.engine.scratch import remove_scratch
from phlo.engine.views import BoundView, create_place, create_views
from phlo.errors import PhloError, QueryLimit
from phlo.model import Json
from phlo.ports import BucketAccess
from phlo.tables.quoting import identifier, literal

_BATCH_ROWS = 8_192
_MEMORY_SHARE = 0.6
"""Of the process's memory, what DuckDB may plan with: values in flight are not counted by it."""
_RETIRE_SHARE = 0.75
"""A process that once held more than this share is replaced: freed memory is not given back."""
_SPILL = "4GB"


class _FrameSink:
    """A file that gathers what is written and sends it as one frame when told."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._parts: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> int:  # noqa: ANN401 - a buffer of Arrow
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def flush(self) -> None:
        """Do nothing: a frame is sent by ``send``."""

    def send(self) -> None:
        payload = b"".join(self._parts)
        self._parts.clear()
        if payload:
            write_frame(self._pipe, DATA, payload)

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


class _Worker:
    """Answers one query after another over DuckDBs that hold the views of recent ones."""

    def __init__(self, settings: Json, out: IO[bytes]) -> None:
        self._memory_mb = int(settings["memory_mb"])
        self._threads = settings.get("threads")
        self._out = out
        self._engines: dict[str, duckdb.DuckDBPyConnection] = {}

    def answer(self, request: Json) -> None:
        for key in request["forget"]:
            engine = self._engines.pop(key, None)
            if engine is not None:
                engine.close()
        started = time.monotonic()
        try:
            stats = self._run(request)
        except PhloError as error:
            write_frame(self._out, FAILED, pack_error(error))
        except duckdb.Error as error:
            write_frame(self._out, FAILED, pack_error(explain(error, request["sql"])))
        except (MemoryError, pa.ArrowMemoryError) as error:
            write_frame(self._out, FAILED, pack_error(_out_of_memory(error)))
        else:
            stats["time_s"] = time.monotonic() - started
            peak_mb = stats["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            answer = {"stats": stats, "retire": peak_mb > self._memory_mb * _RETIRE_SHARE}
            write_frame(self._out, DONE, json.dumps(answer).encode())

    def _run(self, request: Json) -> dict[str, Json]:
        engine = self._engines.get(request["key"])
        if engine is None:
            engine = self._engines[request["key"]] = self._locked_engine(request)
        cursor = engine.cursor()
        try:
            cursor.execute(f'use {identifier(request["home"])}."main"')
            found = cursor.execute(rows_of(cursor, request["sql"]), request["params"])
            reader = found.to_arrow_reader(_BATCH_ROWS)
            return self._send(reader, int(request["rows"]), int(request["bytes"]))
        finally:
            cursor.close()

    def _send(self, reader: pa.RecordBatchReader, rows: int, size: int) -> dict[str, Json]:
        """Send the rows until a cap is met; a batch that crosses one is cut."""
        sink = _FrameSink(self._out)
        sent_rows = sent_bytes = 0
        truncated = None
        with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), reader.schema) as stream:
            sink.send()
            for batch in _slices(reader):
                batch, truncated = _capped(batch, rows - sent_rows, size - sent_bytes)
                if batch.num_rows:
                    stream.write_batch(batch)
                    sink.send()
                    sent_rows += batch.num_rows
                    sent_bytes += batch.nbytes
                if truncated:
                    break
        sink.send()
        return {"rows": sent_rows, "bytes": sent_bytes, "truncated": truncated}

    def _locked_engine(self, request: Json) -> duckdb.DuckDBPyConnection:
        """Open a DuckDB with the views of a query and shut it off from everything else."""
        share = int(self._memory_mb * _MEMORY_SHARE)
        access = BucketAccess(**request["access"]) if request.get("access") else None
        scratch = Path.cwd() / "spill"
        con = open_engine(access=access, memory_mb=share, threads=self._threads, scratch=scratch)
        views = {v.place: v for v in (BoundView(*fields) for fields in request["views"])}
        known: set[tuple[str, ...]] = set()
        create_place(con, request["home"], "main", known)
        create_views(con, views, known)
        paths = sorted({path for view in views.values() for path in view.files})
        allowed = ", ".join(literal(path) for path in paths)
        for setting in (
            f"allowed_paths = [{allowed}]",
            f"max_temp_directory_size = '{_SPILL}'",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            con.execute(f"set global {setting}")
        return con


def _slices(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        if batch.num_rows:
            yield batch


def _capped(batch: pa.RecordBatch, rows: int, size: int) -> tuple[pa.RecordBatch, str | None]:
    """Cut a batch to what is left of the caps."""
    cause = None
    if batch.num_rows > rows:
        batch, cause = batch.slice(0, rows), "rows"
    while batch.num_rows and batch.nbytes > size:
        batch, cause = batch.slice(0, batch.num_rows // 2), "bytes"
    return batch, cause


def _out_of_memory(error: BaseException) -> QueryLimit:
    return QueryLimit(
        f"the query needs more memory than it may use: {str(error)[:200]}",
        fix="read fewer columns or rows, or aggregate before building long texts or lists",
    )


def _limit(memory_mb: int) -> None:
    """Bound the address space by what is mapped now plus the memory a query may use."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        mapped = pages * os.sysconf("SC_PAGESIZE")
        bound = mapped + memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _requests(pipe: IO[bytes], scratch: str) -> "queue.SimpleQueue[Json]":
    """Read requests in a thread that ends the process, and its scratch, when the parent is gone."""
    waiting: queue.SimpleQueue[Json] = queue.SimpleQueue()

    def read() -> None:
        try:
            while frame := read_frame(pipe):
                waiting.put(json.loads(frame[1]))
            remove_scratch(scratch)
        finally:
            os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return waiting


def _own_output() -> IO[bytes]:
    """Take the pipe off file descriptor 1, so that nothing printed can get between frames."""
    pipe = os.fdopen(os.dup(1), "wb")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    return pipe


def main() -> None:
    """Serve queries until the parent closes the pipe."""
    settings = json.loads(sys.argv[1])
    try:
        _serve(settings)
    finally:  # an answer that nobody takes any more gets here before the pipe's end is seen
        remove_scratch(settings["scratch"])


def _serve(settings: Json) -> None:
    out = _own_output()
    worker = _Worker(settings, out)
    duckdb.connect(":memory:").close()
    _limit(int(settings["memory_mb"]))
    requests = _requests(sys.stdin.buffer, settings["scratch"])
    write_frame(out, READY, b"")
    while True:
        worker.answer(requests.get())
