"""Queries: one statement on a ref, in a worker process behind the guard."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from phlo_api.deps import ApiState, Cursor, GivenRef, Limit, Pinned, TablePath
from phlo_api.schemas import trino as wire
from phlo_api.schemas.common import Done
from phlo_api.views import answers, profiles, rows, saved

router = APIRouter(prefix="/api/trino", tags=["trino"])

QueryId = Annotated[str, Path(max_length=64, description="A query.")]
Columns = Annotated[
    list[str] | None, Query(max_length=500, description="Columns to profile; all if none is given.")
]
_STREAM = {"type": "string", "format": "binary"}


def _streams(media_type: str) -> dict[int | str, dict[str, object]]:
    text = "The rows as they come. X-Phlo-Query-Id names the query, for its state and to cancel it."
    return {200: {"description": text, "content": {media_type: {"schema": _STREAM}}}}


@router.get("/connection")
def get_connection(api: ApiState) -> wire.Connection:
    """Describe the query engine in use and its bounds."""
    return answers.connection(api)


@router.post("/query")
def run_query(api: ApiState, ref: GivenRef, body: wire.QueryRequest) -> wire.QueryResult:
    """Run a statement and return its rows as JSON."""
    return answers.as_json(api, body, ref)


@router.post(
    "/query/arrow",
    response_class=StreamingResponse,
    responses=_streams("application/vnd.apache.arrow.stream"),
)
def stream_query(api: ApiState, ref: GivenRef, body: wire.QueryRequest) -> StreamingResponse:
    """Run a statement and stream its rows as Arrow IPC, the first batch early."""
    return answers.as_arrow(api, body, ref)


@router.post("/query/csv", response_class=StreamingResponse, responses=_streams("text/csv"))
def export_query_csv(api: ApiState, ref: GivenRef, body: wire.QueryRequest) -> StreamingResponse:
    """Run a statement and return its rows as CSV, with a header line."""
    return answers.as_csv(api, body, ref)


@router.post(
    "/query/parquet",
    response_class=StreamingResponse,
    responses=_streams("application/vnd.apache.parquet"),
)
def export_query_parquet(
    api: ApiState, ref: GivenRef, body: wire.QueryRequest
) -> StreamingResponse:
    """Run a statement and return its rows as one Parquet file."""
    return answers.as_parquet(api, body, ref)


@router.post("/query/plan")
def plan_query(api: ApiState, ref: GivenRef, body: wire.QueryRequest) -> wire.QueryPlan:
    """Say how a statement would be run and what it would read, without running it."""
    return answers.plan(api, body, ref)


@router.get("/queries")
def list_queries(api: ApiState, cursor: Cursor = None, limit: Limit = 50) -> wire.QueryPage:
    """List the queries of this process, newest first."""
    return answers.history(api, cursor, limit)


@router.get("/queries/{query_id}")
def get_query(api: ApiState, query_id: QueryId) -> wire.QueryRun:
    """Return the progress or the outcome of a query."""
    return answers.state_of(api, query_id)


@router.delete("/queries/{query_id}")
def cancel_query(api: ApiState, query_id: QueryId) -> wire.QueryRun:
    """Stop a query. One that is over stays as it is."""
    return answers.cancel(api, query_id)


@router.get("/preview/{table}")
def preview_table(
    api: ApiState, at: Pinned, table: TablePath, cursor: Cursor = None, limit: Limit = 100
) -> wire.Preview:
    """Return some rows of a table; no order is promised, but pages do not overlap."""
    return rows.preview(api, at, table, cursor, limit)


@router.get("/profile/{table}")
def profile_table(
    api: ApiState, at: Pinned, table: TablePath, column: Columns = None
) -> wire.Profile:
    """Profile the columns of a table in one scan."""
    return profiles.of_table(api, at, table, column)


@router.get("/metrics/{table}")
def get_table_metrics(api: ApiState, at: Pinned, table: TablePath) -> wire.TableMetrics:
    """Return what metadata alone says of a table; no data file is opened."""
    return rows.metrics(api, at, table)


@router.get("/row/{table}/{row_id}")
def get_row(
    api: ApiState, at: Pinned, table: TablePath, row_id: Annotated[str, Path(max_length=200)]
) -> wire.Row:
    """Return one row by its `_phlo_row_id`."""
    return rows.by_id(api, at, table, row_id)


@router.get("/saved")
def list_saved_queries(api: ApiState) -> wire.SavedQueryList:
    """List the queries saved in the lake, by name."""
    return saved.list_all(api)


@router.post("/saved", status_code=201)
def save_query(api: ApiState, body: wire.SavedQueryBody) -> wire.SavedQuery:
    """Save a query in the lake."""
    return saved.create(api, body)


@router.get("/saved/{query_id}")
def get_saved_query(api: ApiState, query_id: QueryId) -> wire.SavedQuery:
    """Return a saved query."""
    return saved.get(api, query_id)


@router.put("/saved/{query_id}")
def update_saved_query(
    api: ApiState, query_id: QueryId, body: wire.SavedQueryBody
) -> wire.SavedQuery:
    """Replace a saved query."""
    return saved.update(api, query_id, body)


@router.delete("/saved/{query_id}")
def delete_saved_query(api: ApiState, query_id: QueryId) -> Done:
    """Delete a saved query."""
    return saved.delete(api, query_id)
