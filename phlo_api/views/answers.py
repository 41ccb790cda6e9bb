"""Answers of queries: JSON, Arrow, CSV, Parquet, and how each query went."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fastapi.responses import StreamingResponse

from phlo.engine.guard import check_sql
from phlo_api.encoding import columns_of, rows_of
from phlo_api.paging import page_by_key
from phlo_api.queries import QueryEntry
from phlo_api.schemas import trino as wire
from phlo_api.state import Api

if TYPE_CHECKING:
    import pyarrow as pa

ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
_MOST_JSON_ROWS = 100_000


def connection(api: Api) -> wire.Connection:
    """Describe the engine in use."""
    import duckdb

    limits = api.runtime.query
    return wire.Connection(
        engine=api.project.engine,
        version=duckdb.__version__,
        workers=limits.workers,
        limits=wire.QueryLimits(
            rows=limits.max_rows,
            bytes=limits.max_bytes,
            time_s=limits.timeout_s,
            memory_mb=limits.memory_mb,
        ),
    )


def shown(entry: QueryEntry) -> wire.QueryRun:
    """Return how a query stands."""
    return wire.QueryRun(
        id=entry.id,
        sql=entry.sql,
        ref=entry.ref,
        commit=entry.commit,
        state=entry.state,
        started_at=entry.started_at,
        elapsed_ms=round(entry.shown_ms, 3),
        rows=entry.rows,
        bytes=entry.bytes,
        scanned_bytes=entry.scanned_bytes,
        stopped_by=entry.stopped_by,
        problem=entry.error.problem if entry.error else None,
        fix=entry.error.fix if entry.error else None,
    )


def _start(
    api: Api, body: wire.QueryRequest, ref: str | None, most: int | None = None
) -> QueryEntry:
    limits = [n for n in (body.limit, most) if n is not None]
    return api.queries.start(
        body.sql,
        body.ref or ref or "main",
        limit=min(limits) if limits else None,
        query_id=body.id,
    )


def as_json(api: Api, body: wire.QueryRequest, ref: str | None) -> wire.QueryResult:
    """Run a statement and return its rows as JSON."""
    entry = _start(api, body, ref, _MOST_JSON_ROWS)
    table = api.queries.table(entry)
    entry.rows = table.num_rows
    return wire.QueryResult(
        columns=columns_of(table.schema), rows=rows_of(table), query=shown(entry)
    )


def _stream(
    entry: QueryEntry, chunks: Iterator[bytes], media_type: str, name: str | None = None
) -> StreamingResponse:
    """Stream an answer; what fails before the first bytes is still a problem of its own."""
    first = next(chunks, b"")
    headers = {
        "x-phlo-query-id": entry.id,
        "x-phlo-commit": entry.commit or "",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
    }
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'

    def body() -> Iterator[bytes]:
        yield first
        yield from chunks

    return StreamingResponse(body(), media_type=media_type, headers=headers)


def as_arrow(api: Api, body: wire.QueryRequest, ref: str | None) -> StreamingResponse:
    """Run a statement and stream its rows as Arrow IPC."""
    entry = _start(api, body, ref)
    return _stream(entry, api.queries.chunks(entry), ARROW)


def as_csv(api: Api, body: wire.QueryRequest, ref: str | None) -> StreamingResponse:
    """Run a statement and stream its rows as CSV."""
    entry = _start(api, body, ref)
    chunks = _csv(_batches(api.queries.chunks(entry)))
    return _stream(entry, chunks, "text/csv; charset=utf-8", "query.csv")


def as_parquet(api: Api, body: wire.QueryRequest, ref: str | None) -> StreamingResponse:
    """Run a statement and stream its rows as one Parquet file."""
    entry = _start(api, body, ref)
    chunks = _parquet(_batches(api.queries.chunks(entry)))
    return _stream(entry, chunks, PARQUET, "query.parquet")


class _Bytes(io.RawIOBase):
    """Chunks as a file that Arrow reads from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _batches(chunks: Iterator[bytes]) -> Iterator["pa.RecordBatch | pa.Schema"]:
    """Yield the schema, then each batch; the chunks are read to their end."""
    import pyarrow as pa

    with pa.ipc.open_stream(io.BufferedReader(_Bytes(chunks), 1 << 20)) as reader:
        yield reader.schema
        yield from reader
    for _ in chunks:
        pass


def _csv(batches: Iterator[Any]) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import csv

    schema = _flat(next(batches))
    sink = io.BytesIO()
    with csv.CSVWriter(sink, schema) as writer:
        yield _taken(sink)
        for batch in batches:
            columns = [_as_text(batch.column(i), f.type) for i, f in enumerate(schema)]
            writer.write_batch(pa.record_batch(columns, schema=schema))
            yield _taken(sink)
    yield _taken(sink)


def _flat(schema: "pa.Schema") -> "pa.Schema":
    import pyarrow as pa

    plain = [f if not _is_nested(f.type) else f.with_type(pa.string()) for f in schema]
    return pa.schema(plain)


def _is_nested(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    odd = (pa.types.is_nested, pa.types.is_binary, pa.types.is_interval, pa.types.is_duration)
    return any(test(kind) for test in odd) or pa.types.is_large_binary(kind)


def _as_text(column: "pa.Array", kind: "pa.DataType") -> "pa.Array":
    import orjson
    import pyarrow as pa

    from phlo_api.encoding import wire as value_of

    if column.type == kind:
        return column
    texts = [
        None if value is None else orjson.dumps(value_of(value)).decode()
        for value in column.to_pylist()
    ]
    return pa.array(texts, pa.string())


def _taken(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data


class _Tape(io.RawIOBase):
    """A file that is only written on to, and given away as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        part = bytes(data)
        self._parts.append(part)
        self._at += len(part)
        return len(part)

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _parquet(batches: Iterator[Any]) -> Iterator[bytes]:
    from pyarrow import parquet

    tape = _Tape()
    with parquet.ParquetWriter(tape, next(batches), compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield tape.take()
    yield tape.take()


def plan(api: Api, body: wire.QueryRequest, ref: str | None) -> wire.QueryPlan:
    """Say how a statement would be run and what it would read."""
    at = body.ref or ref or "main"
    commit = api.catalog.resolve(at)
    checked = check_sql(body.sql)
    tables, size, files, rows = api.queries.size_of(body.sql, commit.id)
    text = body.sql if checked.kind != "query" else f"explain {body.sql}"
    answer = api.queries.run(text, commit.id)
    lines = [str(row[-1]) for row in rows_of(answer)] if checked.kind != "list" else []
    return wire.QueryPlan(
        sql=body.sql,
        ref=at,
        commit=commit.id,
        tables=tables,
        files=files,
        bytes=size,
        rows=rows,
        plan="\n".join(lines),
    )


def history(api: Api, cursor: str | None, limit: int) -> wire.QueryPage:
    """Return a page of the queries of this process, newest first."""
    places = list(enumerate(api.queries.all()))
    page, following = page_by_key(places, lambda item: f"{item[0]:06d}", cursor, limit)
    return wire.QueryPage(items=[shown(entry) for _, entry in page], next_cursor=following)


def state_of(api: Api, query_id: str) -> wire.QueryRun:
    """Return the progress or the outcome of a query."""
    return shown(api.queries.get(query_id))


def cancel(api: Api, query_id: str) -> wire.QueryRun:
    """Stop a query."""
    return shown(api.queries.cancel(query_id))
