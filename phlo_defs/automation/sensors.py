"""Sensors: new files start loads, and a janitor cleans up what dead runs left."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from phlo.catalog import open_catalog
from phlo.config import Project
from phlo.declare import IngestionSpec
from phlo.errors import NotFound
from phlo_defs.publish.janitor import Cleaned, clean

_FILES_EVERY_S = 30
_JANITOR_EVERY_S = 60
_SETTLED_S = 2.0
Tick = Iterator[dg.RunRequest | dg.SkipReason | dg.SensorResult]


def new_files_sensor(spec: IngestionSpec, project: Project) -> dg.SensorDefinition | None:
    """Return the sensor of an ingestion that waits for files, or None.

    It remembers size and time of each file it has seen. A file that was written a moment ago waits
    for the next tick. With partitions, the partition is the key that the file's name holds.
    """
    if spec.on_new_files is None:
        return None
    pattern = spec.on_new_files

    def requests(context: dg.SensorEvaluationContext) -> Tick:
        seen: dict[str, list[int]] = json.loads(context.cursor) if context.cursor else {}
        found = {
            path: mark
            for path, mark in files_now(project, pattern).items()
            if seen.get(path) != mark
        }
        if not found:
            yield dg.SkipReason(f"no new file matches {pattern}")
            return
        yield from _requests(spec, found)
        context.update_cursor(json.dumps({**seen, **found}))

    return dg.SensorDefinition(
        name=f"{spec.table.replace('.', '__')}_new_files",
        evaluation_fn=requests,
        minimum_interval_seconds=_FILES_EVERY_S,
        target=dg.AssetSelection.assets(dg.AssetKey(spec.asset_key)),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Loads {spec.table} when a file below {pattern} is new or has changed.",
    )


def files_now(project: Project, pattern: str) -> dict[str, list[int]]:
    """Return the files that match and have settled, with what tells a change."""
    place = Path(pattern).expanduser()
    base = Path(place.anchor) if place.is_absolute() else project.root
    inside = str(place.relative_to(place.anchor)) if place.is_absolute() else pattern
    limit = time.time() - _SETTLED_S
    found = {}
    for path in sorted(base.glob(inside)):
        stat = path.stat()
        if path.is_file() and stat.st_mtime <= limit:
            found[str(path)] = [stat.st_mtime_ns, stat.st_size]
    return found


def _requests(spec: IngestionSpec, found: Mapping[str, list[int]]) -> Tick:
    if spec.partition is None:
        yield dg.RunRequest(run_key=_run_key(found))
        return
    keys = spec.partition.keys()
    unknown = []
    for path, mark in found.items():
        named = [key for key in keys if key in Path(path).name]
        if not named:
            unknown.append(Path(path).name)
            continue
        key = max(named, key=len)
        yield dg.RunRequest(run_key=_run_key({path: mark}), partition_key=key)
    if unknown:
        yield dg.SkipReason(f"no partition of {spec.table} is named by: {', '.join(unknown)}")


def _run_key(found: Mapping[str, list[int]]) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:32]


def janitor_sensors(project: Project) -> list[dg.SensorDefinition]:
    """Return the sensors that clean up: after a failed run, a cancelled one, and from time to time.

    All three do the same, so that each alone would do.
    """
    keep = timedelta(days=project.retention.branches_days)

    def clean_up(instance: dg.DagsterInstance, run: str | None = None) -> Cleaned:
        try:
            catalog = open_catalog(project, create=False)
        except NotFound:
            return Cleaned()
        return clean(instance, catalog, keep=keep, run=run)

    @dg.run_failure_sensor(
        name="failed_run_cleanup",
        description="Tells what a failed run merged and drops the branches it left.",
        minimum_interval_seconds=_JANITOR_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def failed(context: dg.RunFailureSensorContext) -> Any:  # noqa: ANN401 - Dagster's own
        return _said(clean_up(context.instance, context.dagster_run.run_id))

    @dg.run_status_sensor(
        name="cancelled_run_cleanup",
        run_status=dg.DagsterRunStatus.CANCELED,
        description="Tells what a cancelled run merged and drops the branches it left.",
        minimum_interval_seconds=_JANITOR_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def cancelled(context: dg.RunStatusSensorContext) -> Any:  # noqa: ANN401 - Dagster's own
        return _said(clean_up(context.instance, context.dagster_run.run_id))

    @dg.sensor(
        name="abandoned_branch_cleanup",
        description="Drops branches whose run is over, and tells merges that nobody told.",
        minimum_interval_seconds=_JANITOR_EVERY_S * 5,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def abandoned(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        return _said(clean_up(context.instance))

    return [failed, cancelled, abandoned]


def _said(cleaned: Cleaned) -> dg.SkipReason:
    parts = [
        f"told log entries {', '.join(map(str, cleaned.told))}" if cleaned.told else "",
        f"dropped {', '.join(cleaned.dropped)}" if cleaned.dropped else "",
        f"kept for a look: {', '.join(cleaned.kept)}" if cleaned.kept else "",
        f"failed runs of dead processes: {', '.join(cleaned.failed_runs)}"
        if cleaned.failed_runs
        else "",
    ]
    return dg.SkipReason("; ".join(part for part in parts if part) or "nothing to clean up")
