"""How assets stand: the worst of run, freshness and checks, from four batched reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from phlo_api.dagster_facts import (
    AssetNode,
    AssetRecord,
    CheckFacts,
    Materialized,
    RunFacts,
)
from phlo_api.schemas import dagster as wire
from phlo_api.schemas.common import Health
from phlo_api.state import Api

State = Literal["pass", "warn", "fail", "unknown", "none"]
_SAID: dict[str, State] = {"pass": "pass", "warn": "warn", "fail": "fail"}
ROWS_LABELS = ("dagster/row_count", "rows", "total rows")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one asset right now."""

    node: AssetNode
    record: AssetRecord | None
    run: RunFacts | None
    freshness: wire.Freshness
    checks: dict[str, CheckFacts]

    @property
    def last(self) -> Materialized | None:
        """The last time it was written."""
        return self.record.last if self.record else None

    @property
    def counts(self) -> wire.AssetChecks:
        """Its checks by their latest status."""
        statuses = [check.status for check in self.checks.values()]
        done = {"passed": 0, "warned": 0, "failed": 0}
        for status in statuses:
            if status == "error":
                done["failed"] += 1
            elif status in done:
                done[status] += 1
        total = len(self.node.checks)
        return wire.AssetChecks(total=total, unknown=total - sum(done.values()), **done)

    @property
    def run_failed(self) -> bool:
        """Whether the last run that was to write it failed without doing so."""
        run = self.run
        if run is None or run.status != "failure":
            return False
        return self.last is None or self.last.run_id != run.run_id

    def judge(self) -> tuple[Health, list[str]]:
        """Return one health and what makes it so."""
        counts, fails, warns = self.counts, [], []
        if self.run_failed:
            fails.append("its last run failed")
        if counts.failed:
            fails.append(_many(counts.failed, "check fails", "checks fail"))
        if self.freshness.state == "fail":
            fails.append(f"it is older than promised ({self.freshness.policy})")
        if counts.warned:
            warns.append(_many(counts.warned, "check warns", "checks warn"))
        if self.freshness.state == "warn":
            warns.append("it will soon be older than promised")
        if fails or warns:
            return ("fail" if fails else "warn"), fails + warns
        if self.run is not None and not self.run.is_finished:
            return "running", [f"a run is {self.run.status.replace('_', ' ')}"]
        if self.last is None:
            return "unknown", ["it was never written" if not self.node.is_external else "not ours"]
        return "ok", []


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def of_assets(api: Api, names: Iterable[str]) -> list[Standing]:
    """Return how assets stand, with one read each for records, runs, freshness and checks."""
    nodes = [api.dagster.assets[name] for name in names]
    known = [node.name for node in nodes]
    records = api.dagster.asset_records(known)
    pairs = [(node.name, check) for node in nodes for check in node.checks]
    checks = api.dagster.latest_checks(pairs)
    states = api.dagster.freshness(known)
    run_ids = {r.last_run_id for r in records.values() if r.last_run_id}
    runs = api.dagster.runs_of(run_ids) if run_ids else {}
    now = datetime.now(UTC)
    found = []
    for node in nodes:
        record = records.get(node.name)
        run = runs.get(record.last_run_id or "") if record else None
        fresh = _freshness(node, record, states.get(node.name), now)
        mine = {c: checks[node.name, c] for c in node.checks if (node.name, c) in checks}
        found.append(Standing(node, record, run, fresh, mine))
    return found


def _freshness(
    node: AssetNode, record: AssetRecord | None, state: str | None, now: datetime
) -> wire.Freshness:
    """Judge a promise: a window by the clock, a deadline by what the daemon found."""
    last = record.last.time if record and record.last else None
    window = node.promise.window_s if node.promise else None
    due = last + timedelta(seconds=window) if last and window else None
    judged: State
    if node.promise is None:
        judged = "none"
    elif last is None:
        judged = "unknown"
    elif due is not None:
        judged = "fail" if now > due else ("warn" if state == "warn" else "pass")
    else:
        judged = _SAID.get(state or "", "unknown")
    return wire.Freshness(
        asset=node.name,
        state=judged,
        policy=node.promise.text if node.promise else None,
        window_s=window,
        last_at=last,
        age_s=round((now - last).total_seconds(), 3) if last else None,
        due_at=due,
    )


def materialization(found: Materialized, *, brief: bool = False) -> wire.Materialization:
    """Return one writing of an asset, in lists without its metadata."""
    metadata = found.metadata
    rows = next((metadata[k] for k in ROWS_LABELS if isinstance(metadata.get(k), int)), None)
    return wire.Materialization(
        storage_id=found.storage_id,
        time=found.time,
        run_id=found.run_id,
        partition=found.partition,
        step=found.step,
        rows=rows,
        commit=_text(metadata.get("phlo/commit")),
        ref=_text(metadata.get("phlo/published_to")),
        metadata={} if brief else dict(metadata),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def summary(standing: Standing) -> wire.AssetSummary:
    """Return an asset as lists show it."""
    node, (health, why) = standing.node, standing.judge()
    return wire.AssetSummary(
        asset=node.name,
        namespace=".".join(node.key[:-1]),
        group=node.group,
        kinds=list(node.kinds),
        owners=list(node.owners),
        description=node.description,
        partitioned=node.is_partitioned,
        executable=node.is_executable,
        health=health,
        why=why,
        run_status=standing.run.status if standing.run else None,
        run_id=standing.run.run_id if standing.run else None,
        freshness=standing.freshness,
        checks=standing.counts,
        last=materialization(standing.last, brief=True) if standing.last else None,
        upstream=list(node.upstream),
        downstream=list(node.downstream),
    )
