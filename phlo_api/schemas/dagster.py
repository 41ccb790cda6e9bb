"""Assets, their freshness and partitions, the health of Dagster, the first page."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    AssetName,
    CheckName,
    Health,
    JsonValue,
    NextCursor,
    RunId,
    RunStatus,
    Time,
    Wire,
)


class Daemon(Wire):
    """A part of the daemon."""

    name: str = Field(examples=["SCHEDULER"])
    required: bool
    healthy: bool | None = Field(description="Null: it was never seen.")
    last_heartbeat_at: Time | None
    errors: list[str]


class LoadFailure(Wire):
    """A file of the project, or the code location, that could not be loaded."""

    file: str
    line: int
    problem: str
    fix: str
    detail: str


class DagsterHealth(Wire):
    """Whether work can run."""

    version: str
    location: str = Field(examples=["phlo"])
    loaded: bool
    failures: list[LoadFailure]
    daemons: list[Daemon]
    daemon_running: bool


class RunCounts(Wire):
    """How many runs there are of each kind."""

    queued: int
    in_progress: int
    failed_24h: int
    succeeded_24h: int


class RunDay(Wire):
    """The runs made on one day (UTC)."""

    day: str = Field(examples=["2026-01-31"])
    succeeded: int
    failed: int
    cancelled: int
    unfinished: int


class AssetChecks(Wire):
    """The latest results of an asset's checks."""

    total: int
    passed: int
    warned: int
    failed: int
    unknown: int


class Materialization(Wire):
    """One time an asset was written."""

    storage_id: int
    time: Time
    run_id: RunId
    partition: str | None
    step: str | None
    rows: int | None = Field(description="Rows of the table after it, where the run told.")
    commit: str | None
    ref: str | None
    metadata: dict[str, JsonValue] = Field(
        description="All that was measured; empty in lists of assets, whole in the history."
    )


class Freshness(Wire):
    """What an asset promised and whether it holds."""

    asset: AssetName
    state: Literal["pass", "warn", "fail", "unknown", "none"]
    policy: str | None = Field(examples=["within 24 h"])
    window_s: float | None
    last_at: Time | None
    age_s: float | None
    due_at: Time | None


class AssetSummary(Wire):
    """An asset with one health: the worst of its run, freshness and checks."""

    asset: AssetName
    namespace: str
    group: str | None
    kinds: list[str]
    owners: list[str]
    description: str
    partitioned: bool
    executable: bool
    health: Health
    why: list[str] = Field(description="What makes the health what it is.")
    run_status: RunStatus | None
    run_id: RunId | None
    freshness: Freshness
    checks: AssetChecks
    last: Materialization | None
    upstream: list[AssetName]
    downstream: list[AssetName]


class AssetPage(Wire):
    """A page of assets, sorted by name."""

    total: int
    items: list[AssetSummary]
    next_cursor: NextCursor


class AssetDetail(AssetSummary):
    """An asset with its declaration."""

    tags: dict[str, str]
    jobs: list[str]
    automation: str | None
    partition_definition: str | None
    pools: list[str]
    check_names: list[CheckName]
    code_version: str | None
    metadata: dict[str, JsonValue]


class MaterializationPage(Wire):
    """A page of materializations, newest first."""

    asset: AssetName
    items: list[Materialization]
    next_cursor: NextCursor


PartitionState = Literal["materialized", "failed", "running", "missing"]


class PartitionRange(Wire):
    """Neighbouring partitions of one state, both ends included."""

    start: str
    end: str
    state: PartitionState
    count: int


class PartitionGrid(Wire):
    """The partitions of an asset by state."""

    asset: AssetName
    kind: str | None = Field(examples=["daily"])
    total: int
    materialized: int
    failed: int
    running: int
    missing: int
    ranges: list[PartitionRange]
    keys: list[str] = Field(description="The keys of the window asked for, in order.")
    states: list[PartitionState] = Field(description="The state of each of `keys`.")
    next_cursor: NextCursor


class FreshnessList(Wire):
    """Every asset that promised to be fresh, the latest first."""

    items: list[Freshness]


class Attention(Wire):
    """Something that needs a person, and the next action."""

    kind: Literal["run", "check", "freshness", "daemon", "definition", "schedule"]
    severity: Literal["fail", "warn"]
    title: str
    detail: str
    asset: AssetName | None
    check: CheckName | None
    run_id: RunId | None
    time: Time | None
    fix: str


class Activity(Wire):
    """Something that happened."""

    kind: Literal["materialization", "run", "commit"]
    time: Time
    title: str
    asset: AssetName | None
    partition: str | None
    run_id: RunId | None
    commit: str | None
    ref: str | None
    status: RunStatus | None


class HealthCounts(Wire):
    """Assets by health."""

    ok: int
    warn: int
    fail: int
    running: int
    unknown: int


class Home(Wire):
    """All that the first page shows, in one answer."""

    health: HealthCounts
    runs: RunCounts
    run_days: list[RunDay] = Field(description="The last 30 days, the oldest first.")
    checks: AssetChecks
    daemon_running: bool
    attention: list[Attention]
    activity: list[Activity]
    assets: list[AssetSummary]
    freshness: list[Freshness]
