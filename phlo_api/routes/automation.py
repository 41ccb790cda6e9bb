"""Schedules, sensors and backfills."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path

from phlo_api.deps import ApiState, Cursor, GivenRef, Limit
from phlo_api.schemas import automation as wire
from phlo_api.schemas.common import Done
from phlo_api.views import automation, backfills

router = APIRouter(prefix="/api/dagster", tags=["dagster"])

Name = Annotated[str, Path(max_length=300, description="A schedule or sensor.")]
BackfillId = Annotated[str, Path(max_length=64, description="A backfill.")]
TickStatus = Literal["started", "skipped", "success", "failure"]


@router.get("/schedules")
def list_schedules(api: ApiState) -> wire.InstigatorList:
    """List schedules with their state, last and next tick."""
    return automation.list_all(api, "schedule")


@router.get("/sensors")
def list_sensors(api: ApiState) -> wire.InstigatorList:
    """List sensors with their state and last tick."""
    return automation.list_all(api, "sensor")


@router.put("/schedules/{name}")
def set_schedule(api: ApiState, name: Name, body: wire.InstigatorState) -> wire.Instigator:
    """Turn a schedule on or off."""
    return automation.turn(api, "schedule", name, body.running)


@router.put("/sensors/{name}")
def set_sensor(api: ApiState, name: Name, body: wire.InstigatorState) -> wire.Instigator:
    """Turn a sensor on or off."""
    return automation.turn(api, "sensor", name, body.running)


@router.get("/schedules/{name}/ticks")
def list_schedule_ticks(
    api: ApiState,
    name: Name,
    status: TickStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> wire.TickPage:
    """List the ticks of a schedule, newest first."""
    return automation.ticks(api, "schedule", name, status, cursor, limit)


@router.get("/sensors/{name}/ticks")
def list_sensor_ticks(
    api: ApiState,
    name: Name,
    status: TickStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> wire.TickPage:
    """List the ticks of a sensor, newest first."""
    return automation.ticks(api, "sensor", name, status, cursor, limit)


@router.get("/backfills")
def list_backfills(api: ApiState, cursor: Cursor = None, limit: Limit = 25) -> wire.BackfillPage:
    """List backfills, newest first."""
    return backfills.list_page(api, cursor, limit)


@router.post("/backfills", status_code=201)
def launch_backfill(
    api: ApiState, ref: GivenRef, body: wire.BackfillRequest
) -> wire.BackfillLaunched:
    """Materialize many partitions."""
    return backfills.launch(api, body, ref)


@router.get("/backfills/{backfill_id}")
def get_backfill(api: ApiState, backfill_id: BackfillId) -> wire.BackfillDetail:
    """Describe a backfill and its runs."""
    return backfills.detail(api, backfill_id)


@router.post("/backfills/{backfill_id}/cancel")
def cancel_backfill(api: ApiState, backfill_id: BackfillId) -> Done:
    """Cancel a backfill and the runs it started."""
    return backfills.cancel(api, backfill_id)
