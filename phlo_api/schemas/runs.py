"""Runs: one, its steps, log and output; what launches and ends it."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    Asked,
    AssetName,
    CheckName,
    JsonValue,
    NextCursor,
    RefName,
    RefText,
    RunId,
    RunStatus,
    Time,
    Wire,
)


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
