"""Runs, assets, schedules: what Dagster knows."""

# over 300 lines: one family of wire types, without any logic

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    Asked,
    AssetName,
    CheckName,
    Health,
    JsonValue,
    NextCursor,
    RefName,
    RefText,
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


class Run(Wire):
    """A run."""

    run_id: RunId
    job: str
    status: RunStatus
    created_at: Time
    started_at: Time | None
    ended_at: Time | None
    duration_s: float | None
    assets: list[AssetName]
    checks: list[str]
    partition: str | None
    ref: RefName = Field(description="The branch it writes to: main, unless it is pinned to one.")
    launched_by: Literal["person", "schedule", "sensor", "automation", "backfill", "retry"]
    by_name: str | None
    parent_run_id: RunId | None
    root_run_id: RunId | None
    backfill_id: str | None
    tags: dict[str, str]


class RunPage(Wire):
    """A page of runs, newest first."""

    items: list[Run]
    next_cursor: NextCursor


class StepAttempt(Wire):
    """One try of a step."""

    started_at: Time | None
    ended_at: Time | None


class Step(Wire):
    """A step of a run."""

    step: str
    status: Literal["pending", "running", "success", "failure", "skipped"]
    started_at: Time | None
    ended_at: Time | None
    duration_s: float | None
    attempts: list[StepAttempt]
    materializations: int
    checks: int


class RunDetail(Run):
    """A run with its configuration and counts."""

    config: JsonValue
    finished: bool
    can_cancel: bool
    can_retry_failed: bool
    steps_succeeded: int
    steps_failed: int
    materializations: int
    check_results: int


class StepList(Wire):
    """The steps of a run, by start."""

    run_id: RunId
    steps: list[Step]


class LogEvent(Wire):
    """A line of a run's log."""

    id: int = Field(description="Rises along the run; the cursor of the live log.")
    time: Time
    level: Literal["debug", "info", "warning", "error", "critical"]
    type: str = Field(examples=["STEP_START", "LOG"])
    step: str | None
    asset: AssetName | None
    check: CheckName | None
    partition: str | None
    message: str
    error: str | None = Field(description="The error with its trace, where there is one.")
    metadata: dict[str, JsonValue]


class LogPage(Wire):
    """A page of a run's log, oldest first."""

    run_id: RunId
    items: list[LogEvent]
    next_cursor: NextCursor
    finished: bool = Field(description="The run is over and this is the last page.")


class RunOutput(Wire):
    """What a run wrote to stdout or stderr."""

    run_id: RunId
    stream: Literal["stdout", "stderr"]
    step: str | None
    steps: list[str] = Field(description="Steps that have an output.")
    text: str
    next_cursor: NextCursor


class LaunchRequest(Asked):
    """Assets to materialize."""

    assets: list[AssetName] = Field(min_length=1, max_length=2000)
    partition: str | None = Field(default=None, max_length=300, examples=["2013-01-01"])
    ref: RefText | None = Field(
        default=None, description="A branch to write and read; null publishes to main."
    )
    config: dict[str, JsonValue] = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)


class ReexecuteRequest(Asked):
    """How to run a finished run again."""

    strategy: Literal["all", "failed"] = "all"


class RunLaunched(Wire):
    """A run that was put in the queue."""

    run_id: RunId
    status: RunStatus


class RunCancelled(Wire):
    """What became of the wish to cancel a run."""

    run_id: RunId
    status: RunStatus


class Tick(Wire):
    """One time that a schedule or sensor was looked at."""

    id: str
    time: Time
    ended_at: Time | None
    status: Literal["started", "skipped", "success", "failure"]
    run_ids: list[RunId]
    skip_reason: str | None
    error: str | None
    cursor: str | None


class TickPage(Wire):
    """A page of ticks, newest first."""

    name: str
    items: list[Tick]
    next_cursor: NextCursor


class Instigator(Wire):
    """A schedule or sensor."""

    name: str
    kind: Literal["schedule", "sensor"]
    type: str = Field(examples=["schedule", "asset", "run_status", "automation"])
    running: bool
    cron: str | None
    timezone: str | None
    interval_s: int | None
    description: str
    job: str | None
    assets: list[AssetName]
    next_at: Time | None
    last: Tick | None


class InstigatorList(Wire):
    """Schedules or sensors by name."""

    items: list[Instigator]


class InstigatorState(Asked):
    """Whether a schedule or sensor is on."""

    running: bool


class Backfill(Wire):
    """Many partitions, run together."""

    id: str
    status: str = Field(examples=["requested", "completed_success"])
    created_at: Time
    ended_at: Time | None
    title: str | None
    assets: list[AssetName]
    partitions: int | None
    error: str | None
    tags: dict[str, str]


class BackfillPage(Wire):
    """A page of backfills, newest first."""

    items: list[Backfill]
    next_cursor: NextCursor


class BackfillDetail(Backfill):
    """A backfill and its runs."""

    runs: list[Run]


class BackfillRequest(Asked):
    """Partitions to materialize."""

    assets: list[AssetName] = Field(min_length=1, max_length=200)
    partitions: list[str] = Field(min_length=1, max_length=20_000)
    ref: RefText | None = None
    title: str | None = Field(default=None, max_length=200)


class BackfillLaunched(Wire):
    """A backfill that was asked for."""

    id: str


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
