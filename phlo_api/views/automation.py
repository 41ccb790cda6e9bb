"""Schedules and sensors."""

from typing import Any

from phlo_api import dagster_documents as documents
from phlo_api import dagster_writes
from phlo_api.dagster_facts import InstigatorFacts, InstigatorKind, TickFacts
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import automation as wire
from phlo_api.state import Api
from phlo_api.views.launching import SELECTOR


def shown(one: InstigatorFacts) -> wire.Instigator:
    """Return a schedule or sensor."""
    return wire.Instigator(
        name=one.name,
        kind=one.kind,
        type=one.type,
        running=one.is_running,
        cron=one.cron,
        timezone=one.timezone,
        interval_s=one.interval_s,
        description=one.description,
        job=one.job,
        assets=list(one.assets),
        next_at=one.next_at,
        last=tick(one.last) if one.last else None,
    )


def tick(found: TickFacts) -> wire.Tick:
    """Return a tick."""
    return wire.Tick(
        id=found.id,
        time=found.time,
        ended_at=found.ended_at,
        status=found.status,
        run_ids=list(found.run_ids),
        skip_reason=found.skip_reason,
        error=found.error,
        cursor=found.cursor,
    )


def list_all(api: Api, kind: InstigatorKind) -> wire.InstigatorList:
    """Return the schedules or sensors by name."""
    return wire.InstigatorList(items=[shown(one) for one in api.dagster.instigators(kind)])


def turn(api: Api, kind: InstigatorKind, name: str, running: bool) -> wire.Instigator:
    """Turn a schedule or sensor on or off; as it is already, nothing happens."""
    one = api.dagster.instigator(kind, name)
    if one.is_running != running:
        document, variables = _mutation(one, running)
        dagster_writes.execute(api.dagster, document, variables)
    return shown(api.dagster.instigator(kind, name))


def _mutation(one: InstigatorFacts, running: bool) -> tuple[str, dict[str, Any]]:
    if one.kind == "schedule":
        if running:
            return documents.START_SCHEDULE, {"selector": {**SELECTOR, "scheduleName": one.name}}
        return documents.STOP_SCHEDULE, {"id": one.compound_id}
    if running:
        return documents.START_SENSOR, {"selector": {**SELECTOR, "sensorName": one.name}}
    return documents.STOP_SENSOR, {"id": one.compound_id}


def ticks(
    api: Api, kind: InstigatorKind, name: str, status: str | None, cursor: str | None, limit: int
) -> wire.TickPage:
    """Return a page of ticks, newest first."""
    one = api.dagster.instigator(kind, name)
    before = decode_cursor(cursor, float)[0] if cursor else None
    found = api.dagster.ticks(one, status, before, limit + 1)
    page = found[:limit]
    following = encode_cursor(page[-1].time.timestamp()) if len(found) > limit else None
    return wire.TickPage(name=name, items=[tick(t) for t in page], next_cursor=following)
