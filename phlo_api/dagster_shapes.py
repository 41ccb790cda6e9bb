"""Dagster's objects as values of our own. They are read by attribute, so nothing is imported."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from phlo_api import dagster_facts as facts
from phlo_api.dagster_values import instant, instant_or_none, plain_metadata, promise_of
from phlo_api.schemas.common import CheckStatus

Theirs = Any
"""An object of Dagster's, whose class is not public."""

OVER = frozenset({"SUCCESS", "FAILURE", "CANCELED"})
"""The states of a run that is over."""

_KIND = "dagster/kind/"
_PARENT, _ROOT = "dagster/parent_run_id", "dagster/root_run_id"


def dotted(key: Theirs) -> str:
    """Return an asset key as one name."""
    return ".".join(key.path)


def node_of(node: Theirs) -> facts.AssetNode:
    """Return an asset of the graph."""
    tags = dict(node.tags)
    condition = node.automation_condition
    return facts.AssetNode(
        name=dotted(node.key),
        key=tuple(node.key.path),
        group=node.group_name,
        kinds=tuple(sorted(t.removeprefix(_KIND) for t in tags if t.startswith(_KIND))),
        owners=tuple(node.owners),
        description=node.description or "",
        is_partitioned=node.is_partitioned,
        is_executable=node.is_executable,
        is_external=node.is_external,
        upstream=tuple(sorted(dotted(k) for k in node.parent_keys)),
        downstream=tuple(sorted(dotted(k) for k in node.child_keys)),
        tags={k: v for k, v in tags.items() if not k.startswith(_KIND)},
        jobs=tuple(sorted(j for j in node.job_names if not j.startswith("__"))),
        automation=(condition.get_label() or str(condition)) if condition else None,
        pools=tuple(sorted(node.pools or ())),
        checks=tuple(sorted(k.name for k in node.check_keys)),
        code_version=node.code_version,
        metadata=plain_metadata(node.metadata),
        promise=promise_of(node.freshness_policy),
    )


def materialized_of(record: Theirs) -> facts.Materialized | None:
    """Return a materialization, or None if the record holds none."""
    if record is None:
        return None
    entry = record.event_log_entry
    written = entry.asset_materialization
    if written is None:
        return None
    return facts.Materialized(
        record.storage_id,
        instant(entry.timestamp),
        entry.run_id,
        written.partition,
        entry.step_key,
        plain_metadata(written.metadata),
    )


def run_of(record: Theirs) -> facts.RunFacts:
    """Return a run."""
    run = record.dagster_run
    return facts.RunFacts(
        run_id=run.run_id,
        job=run.job_name,
        status=run.status.value.lower(),
        created_at=_utc(record.create_timestamp),
        updated_at=_utc(record.update_timestamp),
        started_at=instant_or_none(record.start_time),
        ended_at=instant_or_none(record.end_time),
        assets=tuple(sorted(dotted(k) for k in run.asset_selection or ())),
        checks=tuple(sorted(k.name for k in run.asset_check_selection or ())),
        tags=dict(run.tags),
        config=run.run_config,
        parent_run_id=run.parent_run_id or run.tags.get(_PARENT),
        root_run_id=run.root_run_id or run.tags.get(_ROOT),
        is_finished=run.status.value in OVER,
        has_origin=run.remote_job_origin is not None,
    )


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def check_of(record: Theirs, runs: Mapping[str, str]) -> facts.CheckFacts:
    """Return an execution of a check, given the states of the runs of planned ones."""
    event = record.event.dagster_event if record.event else None
    data = event.event_specific_data if event else None
    done = data if hasattr(data, "passed") else None
    return facts.CheckFacts(
        id=record.id,
        time=instant(record.event.timestamp if record.event else record.create_timestamp),
        run_id=record.run_id,
        status=_check_status(record, done, runs.get(record.run_id)),
        severity=done.severity.value.lower() if done else None,
        blocking=done.blocking if done else None,
        partition=record.partition,
        description=(done.description or "") if done else "",
        metadata=plain_metadata(done.metadata) if done else {},
    )


def _check_status(record: Theirs, done: Theirs, run: str | None) -> CheckStatus:
    """Return our word for an execution; what was planned takes its state from the run."""
    if record.status.value == "SUCCEEDED":
        return "passed"
    if record.status.value == "FAILED":
        return "warned" if done and done.severity.value == "WARN" else "failed"
    if run is None:
        return "unknown"
    if run == "FAILURE":
        return "error"
    return "skipped" if run in OVER else "running"


def event_of(storage_id: int, entry: Theirs) -> facts.EventFacts:
    """Return a line of a run's log."""
    event = entry.dagster_event
    data = event.event_specific_data if event else None
    kind = event.event_type_value if event else "LOG"
    failure = getattr(data, "error", None) or entry.error_info
    evaluation = data if kind == "ASSET_CHECK_EVALUATION" else None
    key = evaluation.asset_key if evaluation else event.asset_key if event else None
    written = entry.asset_materialization
    metadata = written.metadata if written else evaluation.metadata if evaluation else {}
    return facts.EventFacts(
        storage_id=storage_id,
        time=instant(entry.timestamp),
        level=int(entry.level),
        kind=kind,
        step=entry.step_key,
        asset=dotted(key) if key else None,
        check=evaluation.check_name if evaluation else None,
        partition=written.partition if written else None,
        message=(event.message if event else None) or entry.user_message,
        error=failure.to_string() if failure else None,
        metadata=plain_metadata(metadata),
    )


def instigator_of(
    kind: facts.InstigatorKind, item: Theirs, state: Theirs, ticks: Theirs
) -> facts.InstigatorFacts:
    """Return a schedule or sensor with its state and last tick."""
    now = item.get_current_instigator_state(state)
    is_schedule = kind == "schedule"
    cron = item.cron_schedule if is_schedule else None
    upcoming = None
    if is_schedule and now.is_running:
        upcoming = next(item.execution_time_iterator(datetime.now(UTC).timestamp()), None)
    targets = [] if is_schedule else list(item.get_targets())
    job = item.job_name if is_schedule else next((t.job_name for t in targets), None)
    return facts.InstigatorFacts(
        name=item.name,
        kind=kind,
        type="schedule" if is_schedule else item.sensor_type.value.lower(),
        is_running=now.is_running,
        cron=cron if cron is None or isinstance(cron, str) else ", ".join(cron),
        timezone=(item.execution_timezone or "UTC") if is_schedule else None,
        interval_s=None if is_schedule else item.min_interval_seconds,
        description=item.description or "",
        job=None if job is None or job.startswith("__") else job,
        assets=_selected(item.asset_selection),
        next_at=upcoming.astimezone(UTC) if upcoming else None,
        origin_id=item.get_remote_origin_id(),
        selector_id=item.selector_id,
        compound_id=item.get_compound_id().to_string(),
        last=tick_of(ticks[0]) if ticks else None,
    )


def _selected(selection: Theirs) -> tuple[str, ...]:
    keys = getattr(selection, "selected_keys", None) or ()
    return tuple(sorted(dotted(key) for key in keys))


def tick_of(tick: Theirs) -> facts.TickFacts:
    """Return a tick."""
    return facts.TickFacts(
        id=str(tick.tick_id),
        time=instant(tick.timestamp),
        ended_at=instant_or_none(tick.end_timestamp),
        status=tick.status.value.lower(),
        run_ids=tuple(tick.run_ids),
        skip_reason=tick.skip_reason,
        error=tick.error.to_string() if tick.error else None,
        cursor=tick.cursor,
    )


def backfill_of(found: Theirs) -> facts.BackfillFacts:
    """Return a backfill."""
    names, data = found.partition_names, found.asset_backfill_data
    count = len(names) if names is not None else None
    if count is None and data is not None:
        count = data.target_subset.num_partitions_and_non_partitioned_assets
    return facts.BackfillFacts(
        id=found.backfill_id,
        status=found.status.value.lower(),
        created_at=instant(found.backfill_timestamp),
        ended_at=instant_or_none(found.backfill_end_timestamp),
        title=found.title,
        assets=tuple(sorted(dotted(k) for k in found.asset_selection or ())),
        partitions=count,
        error=found.error.to_string() if found.error else None,
        tags=dict(found.tags),
    )


def step_of(step: Theirs) -> facts.StepFacts:
    """Return a step of a run."""
    return facts.StepFacts(
        step.step_key,
        step.status.value.lower() if step.status else "pending",
        instant_or_none(step.start_time),
        instant_or_none(step.end_time),
        tuple(
            (instant_or_none(attempt.start_time), instant_or_none(attempt.end_time))
            for attempt in step.attempts_list
        ),
        len(step.materialization_events),
        0,
    )


def daemon_of(status: Theirs) -> facts.DaemonFacts:
    """Return a part of the daemon."""
    heartbeat = status.last_heartbeat
    return facts.DaemonFacts(
        status.daemon_type,
        bool(status.required),
        status.healthy,
        instant(heartbeat.timestamp) if heartbeat else None,
        tuple(error.message for error in (heartbeat.errors or ())) if heartbeat else (),
    )


def partition_word_of(definition: Theirs) -> str:
    """Return how an asset is partitioned, such as daily, hourly or static."""
    every = getattr(definition, "schedule_type", None)
    if every is not None:
        return str(every.value).lower()
    return type(definition).__name__.removesuffix("PartitionsDefinition").lower()
