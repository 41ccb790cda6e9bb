"""Schedules: one for each ingestion that says when it runs."""

from collections.abc import Iterator

import dagster as dg

from phlo.config import Project
from phlo.declare import IngestionSpec


def schedule_of(spec: IngestionSpec, project: Project) -> dg.ScheduleDefinition | None:
    """Return the schedule of an ingestion, or None if its automation condition is the schedule.

    A table with partitions by time gets the newest one that has ended, a static one all of them.
    """
    if spec.schedule is None or spec.automation == "on_cron":
        return None
    zone = spec.partition.tz if spec.partition and spec.partition.start else project.timezone

    def requests(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        partition = spec.partition
        if partition is None:
            yield dg.RunRequest()
            return
        keys = partition.keys(context.scheduled_execution_time)
        if not keys:
            yield dg.SkipReason(f"no partition of {spec.table} has ended yet")
        for key in keys if partition.kind == "static" else keys[-1:]:
            yield dg.RunRequest(partition_key=key)

    return dg.ScheduleDefinition(
        name=f"{spec.table.replace('.', '__')}_schedule",
        cron_schedule=spec.schedule,
        execution_timezone=zone,
        target=dg.AssetSelection.assets(dg.AssetKey(spec.asset_key)),
        execution_fn=requests,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Loads {spec.table}.",
    )
