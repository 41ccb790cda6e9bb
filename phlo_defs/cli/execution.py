"""Runs in this process, through the instance, so that the UI shows them like any other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg

from phlo.catalog import open_catalog
from phlo.config import Project
from phlo_defs.ingest.extract import import_dlt
from phlo_defs.instance import open_instance
from phlo_defs.location import build_definitions
from phlo_defs.publish.attempt import run_of
from phlo_defs.publish.events import LOG_NUMBER
from phlo_defs.publish.janitor import PROCESS, clean, fail_dead_runs, process_tag
from phlo_defs.publish.wap import PINNED
from phlo_defs.storage import kept_open

Tell = Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """What became of one asset (and partition) of a run."""

    asset: str
    partition: str | None
    status: str = "waiting"
    rows: int | None = None
    written: int | None = None
    log_number: int | None = None
    seconds: float | None = None
    checks_passed: int = 0
    checks_failed: int = 0
    problem: str = ""
    fix: str = ""
    code: str = ""
    note: str = ""


@dataclass(slots=True)
class RunOutcome:
    """What became of one run."""

    run: str
    partition: str | None
    success: bool = False
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """The codes of the errors."""
        return {outcome.code for outcome in self.outcomes.values() if outcome.status == "failed"}


class Runner:
    """Runs assets of a project in this process.

    Args:
        project: The project.
        ref: The branch to write to and read; main publishes.
        tell: Where lines of progress go.
        verbose: Show Dagster's own log too.
    """

    def __init__(
        self, project: Project, *, ref: str | None = None, tell: Tell, verbose: bool = False
    ) -> None:
        self.project = project
        self.catalog = open_catalog(project)
        if ref is not None and ref != "main":
            self.catalog.ref(ref)
        self.ref = ref if ref != "main" else None
        self.definitions = build_definitions(project)
        self.repository = self.definitions.get_repository_def()
        self.graph = self.repository.asset_graph
        self.instance = open_instance(project)
        self._tell = tell
        self._verbose = verbose
        self._clean_up()
        import_dlt(project.state_dir / "cache" / "dlt")  # before the clock of any run

    def _clean_up(self) -> None:
        """Fail the runs of dead processes, so that nothing waits for them.

        A process that dies while it cleans up leaves branches of runs that have failed by then.
        """
        from datetime import timedelta

        keep = timedelta(days=self.project.retention.branches_days)
        dead = set(fail_dead_runs(self.instance))
        left = {owner for ref in self.catalog.refs() if (owner := run_of(ref.name)) is not None}
        for run in sorted(dead | left):
            clean(self.instance, self.catalog, keep=keep, run=run)
            if run in dead:
                self._tell(f"run {run[:8]} had died: cleaned up")

    def run(
        self,
        assets: Sequence[dg.AssetKey],
        partition: str | None,
        tags: Mapping[str, str] | None = None,
    ) -> RunOutcome:
        """Run some assets, for one partition if they have any."""
        run = str(uuid4())
        done = RunOutcome(run, partition)
        for key in assets:
            name = ".".join(key.path)
            done.outcomes[name] = Outcome(name, partition)
        listener = _Listener(done, self._tell)
        self.instance.add_event_listener(run, listener)
        job = self.repository.get_job("__ASSET_JOB")
        level = "DEBUG" if self._verbose else "CRITICAL"
        own = {PROCESS: process_tag(), **(tags or {})}
        if self.ref is not None:
            own[PINNED] = self.ref
        with kept_open(self.project):
            result = job.execute_in_process(
                run_config={"loggers": {"console": {"config": {"log_level": level}}}},
                instance=self.instance,
                asset_selection=list(assets),
                partition_key=partition,
                run_id=run,
                tags=own,
                raise_on_error=False,
            )
        done.success = result.success
        for outcome in done.outcomes.values():
            if outcome.status in {"waiting", "running"}:
                outcome.status = "done" if result.success else "skipped"
        return done


class _Listener:
    """Turns the events of a run into outcomes and lines."""

    def __init__(self, done: RunOutcome, tell: Tell) -> None:
        self._done = done
        self._tell = tell
        self._seen: set[dg.AssetCheckKey] = set()

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None:
            said = entry.user_message
            if entry.step_key and ("rows read" in said or said.startswith("dbt ")):
                self._tell(f"  {said}")
            return
        kind = event.event_type_value
        handlers: dict[str, Callable[[dg.DagsterEvent], None]] = {
            "STEP_START": self._started,
            "ASSET_CHECK_EVALUATION": self._checked,
            "ASSET_MATERIALIZATION": self._materialized,
            "ASSET_OBSERVATION": self._observed,
            "STEP_FAILURE": self._failed,
            "STEP_UP_FOR_RETRY": self._retried,
        }
        if kind in handlers:
            handlers[kind](event)

    def _of_step(self, event: dg.DagsterEvent) -> list[Outcome]:
        step = (event.step_key or "").replace("__", ".", 1)
        exact = self._done.outcomes.get(step)
        if exact is not None:
            return [exact]
        return [o for o in self._done.outcomes.values() if o.status in {"waiting", "running"}]

    def _started(self, event: dg.DagsterEvent) -> None:
        at = f" {self._done.partition}" if self._done.partition else ""
        self._tell(f"{event.step_key}{at} …")

    def _checked(self, event: dg.DagsterEvent) -> None:
        found = event.asset_check_evaluation_data
        name = ".".join(found.asset_key.path)
        outcome = self._done.outcomes.get(name)
        if outcome is None or found.asset_check_key in self._seen:
            return
        self._seen.add(found.asset_check_key)
        if found.passed:
            outcome.checks_passed += 1
        else:
            outcome.checks_failed += 1
        mark = "✓" if found.passed else "✗"
        self._tell(f"  {mark} {name} {found.check_name}: {found.description or ''}".rstrip(": "))

    def _materialized(self, event: dg.DagsterEvent) -> None:
        self._published(event, event.materialization.metadata, event.materialization.asset_key)

    def _observed(self, event: dg.DagsterEvent) -> None:
        found = event.asset_observation_data.asset_observation
        self._published(event, found.metadata, found.asset_key)

    def _published(
        self, event: dg.DagsterEvent, metadata: Mapping[str, Any], key: dg.AssetKey
    ) -> None:
        name = ".".join(key.path)
        outcome = self._done.outcomes.get(name)
        if outcome is None:
            return
        outcome.status = "done"
        values = {title: getattr(value, "value", value) for title, value in metadata.items()}
        outcome.rows = values.get("dagster/row_count")
        outcome.written = values.get("phlo/rows_written")
        outcome.seconds = values.get("phlo/duration_s")
        outcome.log_number = values.get(LOG_NUMBER)
        outcome.note = values.get("phlo/note") or ""
        where = f"log entry {outcome.log_number}" if outcome.log_number else "on the branch only"
        rows = f"{outcome.rows:,} rows, " if isinstance(outcome.rows, int) else ""
        self._tell(f"  {name}: {rows}{where}")

    def _failed(self, event: dg.DagsterEvent) -> None:
        failure = event.step_failure_data
        for outcome in self._of_step(event):
            outcome.status = "failed"
            said = failure.user_failure_data
            if said is not None:
                text = (said.description or "").partition("\nfix: ")
                values = {k: str(getattr(v, "value", v)) for k, v in said.metadata.items()}
                outcome.problem, outcome.fix = text[0], values.get("fix", text[2])
                outcome.code = values.get("code", "error")
            elif failure.error is not None:
                outcome.problem = failure.error_display_string.strip().splitlines()[-1]
                outcome.code = "error"

    def _retried(self, event: dg.DagsterEvent) -> None:
        self._tell(f"  {event.step_key}: trying again on a fresh branch")
