"""What Dagster knows, as values of our own: nothing of Dagster leaves through them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from phlo_api.schemas.common import CheckStatus, RunStatus, Severity

TickStatus = Literal["started", "skipped", "success", "failure"]
InstigatorKind = Literal["schedule", "sensor"]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """How fresh an asset is to be. ``window_s`` is None for a deadline by cron."""

    text: str
    window_s: float | None = None


@dataclass(frozen=True, slots=True)
class AssetNode:
    """An asset as the code location declares it."""

    name: str
    key: Key
    group: str | None
    kinds: tuple[str, ...]
    owners: tuple[str, ...]
    description: str
    is_partitioned: bool
    is_executable: bool
    is_external: bool
    upstream: tuple[str, ...]
    downstream: tuple[str, ...]
    tags: Mapping[str, str]
    jobs: tuple[str, ...]
    automation: str | None
    pools: tuple[str, ...]
    checks: tuple[str, ...]
    code_version: str | None
    metadata: Mapping[str, Any]
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Materialized:
    """One time an asset was written."""

    storage_id: int
    time: datetime
    run_id: str
    partition: str | None
    step: str | None
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """The latest of an asset."""

    last: Materialized | None
    last_run_id: str | None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run. ``status`` is Dagster's word in lower case."""

    run_id: str
    job: str
    status: RunStatus
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    assets: tuple[str, ...]
    checks: tuple[str, ...]
    tags: Mapping[str, str]
    config: Any
    parent_run_id: str | None
    root_run_id: str | None
    is_finished: bool
    has_origin: bool


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step of a run."""

    step: str
    status: str
    started_at: datetime | None
    ended_at: datetime | None
    attempts: tuple[tuple[datetime | None, datetime | None], ...]
    materializations: int
    checks: int


@dataclass(frozen=True, slots=True)
class RunStats:
    """Counts of a run."""

    steps_succeeded: int
    steps_failed: int
    materializations: int


@dataclass(frozen=True, slots=True)
class EventFacts:
    """A line of a run's log. ``level`` is Python's number."""

    storage_id: int
    time: datetime
    level: int
    kind: str
    step: str | None
    asset: str | None
    check: str | None
    partition: str | None
    message: str
    error: str | None
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """One execution of a check. ``status`` is our own word."""

    id: int
    time: datetime
    run_id: str
    status: CheckStatus
    severity: Severity | None
    blocking: bool | None
    partition: str | None
    description: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckNode:
    """A check as the code location declares it."""

    asset: str
    name: str
    description: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class PartitionFacts:
    """The partitions of one asset. ``keys`` is in order, oldest first."""

    kind: str
    keys: tuple[str, ...]
    materialized: frozenset[str]
    failed: frozenset[str]
    running: frozenset[str]


@dataclass(frozen=True, slots=True)
class TickFacts:
    """One look at a schedule or sensor."""

    id: str
    time: datetime
    ended_at: datetime | None
    status: TickStatus
    run_ids: tuple[str, ...]
    skip_reason: str | None
    error: str | None
    cursor: str | None


@dataclass(frozen=True, slots=True)
class InstigatorFacts:
    """A schedule or sensor. ``compound_id`` is what Dagster's mutations take."""

    name: str
    kind: InstigatorKind
    type: str
    is_running: bool
    cron: str | None
    timezone: str | None
    interval_s: int | None
    description: str
    job: str | None
    assets: tuple[str, ...]
    next_at: datetime | None
    origin_id: str
    selector_id: str
    compound_id: str
    last: TickFacts | None = None


@dataclass(frozen=True, slots=True)
class BackfillFacts:
    """Many partitions, run together."""

    id: str
    status: str
    created_at: datetime
    ended_at: datetime | None
    title: str | None
    assets: tuple[str, ...]
    partitions: int | None
    error: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DaemonFacts:
    """A part of the daemon."""

    name: str
    is_required: bool
    is_healthy: bool | None
    last_heartbeat_at: datetime | None
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunWish:
    """Which runs are wanted."""

    statuses: tuple[str, ...] = ()
    job: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    run_ids: tuple[str, ...] = ()
    updated_after: datetime | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
