"""Queries: the engine in use, answers, profiles, history, saved queries."""

from typing import Literal

from pydantic import ConfigDict, Field

from phlo_api.schemas.common import (
    Asked,
    Column,
    ColumnName,
    CommitId,
    JsonValue,
    NextCursor,
    RefText,
    SnapshotId,
    TableName,
    Time,
    Wire,
)


class QueryLimits(Wire):
    """The bounds of one query."""

    rows: int
    bytes: int
    time_s: float
    memory_mb: int


class Connection(Wire):
    """The query engine in use."""

    engine: str = Field(examples=["duckdb"])
    version: str
    workers: int
    limits: QueryLimits


class QueryRequest(Asked):
    """A statement to run on a ref; reads only."""

    sql: str = Field(
        min_length=1,
        max_length=200_000,
        examples=["select carrier, count(*) from raw.flights group by all"],
    )
    ref: RefText | None = None
    limit: int | None = Field(default=None, ge=1, description="At most this many rows.")
    id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9-]{8,64}$",
        description="A name of your own for the query, so that it can be cancelled at once.",
        examples=["0d6f2a52-53f3-4cc2-a4d2-6f3b2d0a5c11"],
    )


QueryState = Literal["running", "done", "failed", "cancelled"]


class QueryRun(Wire):
    """A query that runs or ran."""

    id: str
    sql: str
    ref: RefText
    commit: CommitId | None
    state: QueryState
    started_at: Time
    elapsed_ms: float
    rows: int
    bytes: int = Field(description="Bytes of the answer so far.")
    scanned_bytes: int | None = Field(description="Bytes of the files that the statement names.")
    stopped_by: Literal["rows", "bytes", "time", "memory", "cancel"] | None = Field(
        description="The bound that was hit, so that the answer is not whole."
    )
    problem: str | None = None
    fix: str | None = None


class QueryPage(Wire):
    """A page of queries, newest first."""

    items: list[QueryRun]
    next_cursor: NextCursor


class QueryResult(Wire):
    """An answer as JSON."""

    columns: list[Column]
    rows: list[list[JsonValue]] = Field(examples=[[["UA", 58665], ["B6", 54635]]])
    query: QueryRun


class QueryPlan(Wire):
    """How a statement would be run, without running it."""

    sql: str
    ref: RefText
    commit: CommitId
    tables: list[TableName]
    files: int
    bytes: int
    rows: int
    plan: str


class Preview(Wire):
    """The first rows of a table; no order is promised."""

    table: TableName
    commit: CommitId
    columns: list[Column]
    rows: list[list[JsonValue]]
    total_rows: int | None
    next_cursor: NextCursor


class Bin(Wire):
    """One bar of a histogram; the last one includes its upper bound."""

    low: JsonValue
    high: JsonValue
    rows: int


class TopValue(Wire):
    """A frequent value."""

    value: JsonValue
    rows: int


class ColumnProfile(Wire):
    """What one column holds."""

    column: ColumnName
    type: str
    rows: int
    nulls: int
    distinct: int | None = Field(description="Approximate above a few thousand values.")
    distinct_exact: bool
    min: JsonValue = None
    max: JsonValue = None
    mean: float | None = None
    stddev: float | None = None
    quantiles: dict[str, JsonValue] = Field(examples=[{"0.25": 502, "0.5": 872, "0.75": 1389}])
    histogram: list[Bin]
    top: list[TopValue]


class Profile(Wire):
    """The columns of a table, measured in one scan."""

    table: TableName
    commit: CommitId
    rows: int
    elapsed_ms: float
    columns: list[ColumnProfile]


class TableMetrics(Wire):
    """What metadata alone says of a table."""

    table: TableName
    commit: CommitId
    rows: int | None
    bytes: int | None
    files: int | None
    snapshots: int
    partitions: int | None
    snapshot_id: SnapshotId | None
    updated_at: Time | None


class Row(Wire):
    """One row by its id."""

    table: TableName
    commit: CommitId
    row_id: str
    columns: list[Column]
    values: dict[str, JsonValue]


class SavedQueryBody(Asked):
    """A query to keep in the lake."""

    name: str = Field(min_length=1, max_length=120, examples=["Late flights by carrier"])
    sql: str = Field(min_length=1, max_length=200_000)
    ref: RefText | None = None
    description: str = Field(default="", max_length=2000)
    tags: list[str] = Field(default_factory=list, max_length=20)


class SavedQuery(SavedQueryBody):
    """A query kept in the lake."""

    model_config = ConfigDict(strict=False)

    id: str
    author: str
    created_at: Time
    updated_at: Time


class SavedQueryList(Wire):
    """Saved queries by name."""

    items: list[SavedQuery]
