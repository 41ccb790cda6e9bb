"""Answers of queries: JSON, Arrow, CSV, Parquet, and how each query went."""

from collections.abc import Generator, Iterator
from contextlib import closing

from fastapi.responses import StreamingResponse

from phlo.engine.guard import check_sql
from phlo_api import exports
from phlo_api.encoding import columns_of, first_rows, rows_of
from phlo_api.paging import page_by_key
from phlo_api.queries import IN_MEMORY_BYTES, QueryEntry
from phlo_api.schemas import trino as wire
from phlo_api.state import Api

ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
_MOST_JSON_ROWS = 100_000
_MOST_JSON_VALUES = 500_000


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
    api: Api,
    body: wire.QueryRequest,
    ref: str | None,
    most: int | None = None,
    most_bytes: int | None = None,
) -> QueryEntry:
    limits = [n for n in (body.limit, most) if n is not None]
    return api.queries.start(
        body.sql,
        body.ref or ref or "main",
        limit=min(limits) if limits else None,
        most_bytes=most_bytes,
        query_id=body.id,
    )


def as_json(api: Api, body: wire.QueryRequest, ref: str | None) -> wire.QueryResult:
    """Run a statement and return its rows as JSON."""
    entry = _start(api, body, ref, _MOST_JSON_ROWS, IN_MEMORY_BYTES)
    whole = api.queries.table(entry)
    table = first_rows(whole, _MOST_JSON_VALUES)
    if table.num_rows < whole.num_rows:
        entry.stopped_by = entry.stopped_by or "rows"
    entry.rows = table.num_rows
    return wire.QueryResult(
        columns=columns_of(table.schema), rows=rows_of(table), query=shown(entry)
    )


def _stream(
    entry: QueryEntry, chunks: Generator[bytes], media_type: str, name: str | None = None
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
        with closing(chunks):
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
    chunks = exports.csv_of(api.queries.chunks(entry))
    return _stream(entry, chunks, "text/csv; charset=utf-8", "query.csv")


def as_parquet(api: Api, body: wire.QueryRequest, ref: str | None) -> StreamingResponse:
    """Run a statement and stream its rows as one Parquet file."""
    entry = _start(api, body, ref)
    chunks = exports.parquet_of(api.queries.chunks(entry))
    return _stream(entry, chunks, PARQUET, "query.parquet")


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
