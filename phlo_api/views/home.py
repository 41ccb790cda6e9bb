"""The first page: health, what needs attention, what happened."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

from phlo.model import Commit
from phlo_api.dagster_facts import Materialized
from phlo_api.schemas import dagster as wire
from phlo_api.schemas.runs import Run
from phlo_api.state import Api
from phlo_api.views import attention, daemon
from phlo_api.views.freshness import ranked
from phlo_api.views.runs import shown
from phlo_api.views.standing import Standing, of_assets, summary

_ACTIVITY = 30
_DAYS = 30
_WAITING = ("queued", "not_started", "managed")
_MOVING = ("starting", "started", "canceling")


def fingerprint(api: Api) -> str:
    """Return a print of all that the first page depends on; ages count by the minute."""
    refs = [f"{ref.name}{ref.commit}" for ref in api.catalog.refs()]
    daemons = [f"{d.name}{d.is_healthy}" for d in api.dagster.daemons()]
    minute = str(int(datetime.now(UTC).timestamp() // 60))
    parts = [*api.dagster.newest(), *refs, *daemons, daemon.standing(api).state, minute]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def health(api: Api) -> wire.DagsterHealth:
    """Say whether work can run."""
    import dagster

    error = api.dagster.load_error
    failures = [
        wire.LoadFailure(file=f.file, line=f.line, problem=f.problem, fix=f.fix, detail=f.detail)
        for f in api.declared.failures
    ]
    if error and not failures:
        lines = error.strip().splitlines()
        failures.append(
            wire.LoadFailure(
                file="phlo_defs.definitions",
                line=0,
                problem=lines[0] if lines else "the code location could not be loaded",
                fix="mend what the trace names, then restart phlo-api",
                detail=error,
            )
        )
    return wire.DagsterHealth(
        version=dagster.__version__,
        location="phlo",
        loaded=error is None,
        failures=failures,
        daemons=_daemons(api),
        daemon_running=daemon.standing(api).state == "running",
    )


def _daemons(api: Api) -> list[wire.Daemon]:
    return [
        wire.Daemon(
            name=d.name,
            required=d.is_required,
            healthy=d.is_healthy,
            last_heartbeat_at=d.last_heartbeat_at,
            errors=list(d.errors),
        )
        for d in api.dagster.daemons()
    ]


def page(api: Api) -> wire.Home:
    """Return all that the first page shows, from batched reads."""
    found = of_assets(api, api.dagster.assets)
    running = daemon.standing(api).state == "running"
    return wire.Home(
        health=_counts(found),
        runs=run_counts(api),
        run_days=_run_days(api),
        checks=_checks(found),
        daemon_running=running,
        attention=attention.of(api, found, running),
        activity=_activity(api),
        assets=[summary(one) for one in found],
        freshness=ranked(found),
    )


def _counts(found: list[Standing]) -> wire.HealthCounts:
    counts: Counter[str] = Counter(one.judge()[0] for one in found)
    return wire.HealthCounts(
        **{word: counts[word] for word in ("ok", "warn", "fail", "running", "unknown")}
    )


def _checks(found: list[Standing]) -> wire.AssetChecks:
    counts = [one.counts for one in found]
    return wire.AssetChecks(
        total=sum(c.total for c in counts),
        passed=sum(c.passed for c in counts),
        warned=sum(c.warned for c in counts),
        failed=sum(c.failed for c in counts),
        unknown=sum(c.unknown for c in counts),
    )


def run_counts(api: Api) -> wire.RunCounts:
    """Count runs by kind, today's by their last change."""
    since = datetime.now(UTC) - timedelta(hours=24)
    tallies = {tally.status.lower(): tally for tally in api.dagster.columns.run_tallies(since)}
    return wire.RunCounts(
        queued=sum(tallies[s].total for s in _WAITING if s in tallies),
        in_progress=sum(tallies[s].total for s in _MOVING if s in tallies),
        failed_24h=tallies["failure"].lately if "failure" in tallies else 0,
        succeeded_24h=tallies["success"].lately if "success" in tallies else 0,
    )


def _run_days(api: Api) -> list[wire.RunDay]:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=back) for back in reversed(range(_DAYS))]
    known = api.dagster.columns.run_days(days[0])
    return [_run_day(f"{day:%Y-%m-%d}", known.get(f"{day:%Y-%m-%d}", Counter())) for day in days]


def _run_day(day: str, found: Counter[str]) -> wire.RunDay:
    succeeded, failed, cancelled = found["success"], found["failure"], found["canceled"]
    return wire.RunDay(
        day=day,
        succeeded=succeeded,
        failed=failed,
        cancelled=cancelled,
        unfinished=found.total() - succeeded - failed - cancelled,
    )


def _activity(api: Api) -> list[wire.Activity]:
    items = [_written(m) for m in api.dagster.recent_materializations(_ACTIVITY)]
    items += [_ran(run) for run in map(shown, api.dagster.newest_runs(_ACTIVITY))]
    items += [_committed(c) for c in islice(api.catalog.log("main", limit=_ACTIVITY), _ACTIVITY)]
    return sorted(items, key=lambda item: item.time, reverse=True)[:_ACTIVITY]


def _written(found: Materialized) -> wire.Activity:
    asset = str(found.metadata["asset"])
    part = f", {found.partition}" if found.partition else ""
    return wire.Activity(
        kind="materialization",
        time=found.time,
        title=f"{asset}{part} was written",
        asset=asset,
        partition=found.partition,
        run_id=found.run_id,
        commit=None,
        ref=None,
        status=None,
    )


def _ran(run: Run) -> wire.Activity:
    what = ", ".join(run.assets[:3]) or run.job
    return wire.Activity(
        kind="run",
        time=run.ended_at or run.started_at or run.created_at,
        title=f"run of {what}: {run.status.replace('_', ' ')}",
        asset=run.assets[0] if len(run.assets) == 1 else None,
        partition=run.partition,
        run_id=run.run_id,
        commit=None,
        ref=run.ref,
        status=run.status,
    )


def _committed(commit: Commit) -> wire.Activity:
    return wire.Activity(
        kind="commit",
        time=commit.time,
        title=commit.message or f"commit {commit.id[:8]}",
        asset=None,
        partition=None,
        run_id=commit.run,
        commit=commit.id,
        ref=commit.ref,
        status=None,
    )
