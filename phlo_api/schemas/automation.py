"""What runs by itself: schedules, sensors, their ticks, backfills."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    Asked,
    AssetName,
    NextCursor,
    RefText,
    RunId,
    Time,
    Wire,
)
from phlo_api.schemas.runs import Run


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
