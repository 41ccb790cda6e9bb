"""Runs, their steps, events and output. An id is checked before any read by it."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from dagster import DagsterRunStatus, RunsFilter
from dagster._core.event_api import EventLogCursor
from dagster._core.events import DagsterEventType
from dagster._core.storage.dagster_run import RunRecord

from phlo.errors import RunNotFound
from phlo_api import dagster_facts as facts
from phlo_api.dagster_columns import Kept
from phlo_api.dagster_reads.location import LocationReads
from phlo_api.dagster_reads.opening import Context
from phlo_api.dagster_shapes import (
    OVER,
    dotted,
    event_of,
    run_of,
    step_of,
)

_WRITTEN: Literal[DagsterEventType.ASSET_MATERIALIZATION] = DagsterEventType.ASSET_MATERIALIZATION
_OUTPUT_BYTES = 256 * 1024


class RunReads(LocationReads):
    """Reads of runs."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._moved: Kept[str, facts.RunFacts] = Kept()

    def runs(
        self,
        wish: facts.RunWish | None = None,
        *,
        before: str | None = None,
        limit: int | None = None,
        by_update: bool = False,
    ) -> list[facts.RunFacts]:
        """Return runs, newest first; with ``by_update`` those that changed, oldest change first."""
        records = self.instance.get_run_records(
            _filter(wish or facts.RunWish()),
            cursor=before,
            limit=limit,
            order_by="update_timestamp" if by_update else None,
            ascending=by_update,
        )
        return [run_of(record) for record in records]

    def newest_runs(self, limit: int) -> list[facts.RunFacts]:
        """Return the newest runs, newest first; only those that moved on are read."""
        return list(self._moved.get(self.columns.run_prints(limit=limit), self._read_runs).values())

    def runs_of(self, run_ids: Iterable[str]) -> dict[str, facts.RunFacts]:
        """Return runs by their ids; only those that moved on are read."""
        return self._moved.get(self.columns.run_prints(ids=run_ids), self._read_runs)

    def _read_runs(self, run_ids: list[str]) -> dict[str, facts.RunFacts]:
        return {run.run_id: run for run in self.runs(facts.RunWish(run_ids=tuple(run_ids)))}

    def run(self, run_id: str) -> facts.RunFacts:
        """Return a run. Raises ``RunNotFound``; an id that is no UUID is not asked for."""
        return run_of(self._record(run_id))

    def _record(self, run_id: str) -> RunRecord:
        record = self.instance.get_run_record_by_id(run_id) if is_run_id(run_id) else None
        if record is None:
            near = [r.dagster_run.run_id for r in self.instance.get_run_records(limit=100)]
            raise RunNotFound.named(run_id, known=near)
        return record

    def stats(self, run_id: str) -> facts.RunStats:
        """Return the counts of a run."""
        self._record(run_id)
        found = self.instance.get_run_stats(run_id)
        return facts.RunStats(found.steps_succeeded, found.steps_failed, found.materializations)

    def steps(self, run_id: str) -> list[facts.StepFacts]:
        """Return the steps of a run, by start."""
        self._record(run_id)
        found = [step_of(step) for step in self.instance.get_run_step_stats(run_id)]
        late = datetime.max.replace(tzinfo=UTC)
        return sorted(found, key=lambda s: (s.started_at or late, s.step))

    def events(
        self, run_id: str, after: int, limit: int, *, known: bool = False
    ) -> list[facts.EventFacts]:
        """Return the lines of a run's log above a storage id, oldest first."""
        if not known:
            self._record(run_id)
        cursor = EventLogCursor.from_storage_id(after).to_string() if after else None
        found = self.instance.get_records_for_run(run_id, cursor=cursor, limit=limit)
        return [event_of(record.storage_id, record.event_log_entry) for record in found.records]

    def last_event(self, run_id: str) -> int:
        """Return the storage id of the newest line of a run's log, or 0."""
        self._record(run_id)
        found = self.instance.get_records_for_run(run_id, limit=1, ascending=False).records
        return found[0].storage_id if found else 0

    def written_assets(self, run_id: str) -> set[str]:
        """Return the assets that a run wrote, at most a thousand."""
        self._record(run_id)
        found = self.instance.get_records_for_run(run_id, of_type={_WRITTEN}, limit=1000).records
        keys = [r.event_log_entry.dagster_event.asset_key for r in found]  # type: ignore[union-attr]  # chosen by its type
        return {dotted(key) for key in keys if key is not None}

    def count_checks(self, run_id: str) -> int:
        """Count the check results of a run, at most a thousand."""
        self._record(run_id)
        kinds = {DagsterEventType.ASSET_CHECK_EVALUATION}
        return len(self.instance.get_records_for_run(run_id, of_type=kinds, limit=1000).records)

    def output(
        self, run_id: str, stream: str, step: str | None, cursor: str | None
    ) -> tuple[str, str | None, list[str]]:
        """Return what a run wrote, from a cursor: the text, the next cursor, steps with output.

        The cursor is None at the end of a run that is over.
        """
        record = self._record(run_id)
        captured = self.instance.get_records_for_run(
            run_id, of_type={DagsterEventType.LOGS_CAPTURED}, limit=1000
        ).records
        files = {
            name: data.file_key
            for r in captured
            if r.event_log_entry.dagster_event is not None
            for data in [r.event_log_entry.dagster_event.logs_captured_data]
            for name in data.step_keys or ()
        }
        chosen = files.get(step) if step else next(iter(files.values()), None)
        if chosen is None:
            return "", None, sorted(files)
        manager = self.instance.compute_log_manager
        key = manager.build_log_key_for_run(run_id, chosen)
        data = manager.get_log_data(key, cursor=cursor, max_bytes=_OUTPUT_BYTES)
        raw = (data.stdout if stream == "stdout" else data.stderr) or b""
        more = len(raw) >= _OUTPUT_BYTES or record.dagster_run.status.value not in OVER
        return raw.decode("utf-8", "replace"), data.cursor if more else None, sorted(files)


def is_run_id(text: str) -> bool:
    """Tell whether a text is a run id as Dagster makes them."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _filter(wish: facts.RunWish) -> RunsFilter:
    return RunsFilter(
        run_ids=list(wish.run_ids) or None,
        job_name=wish.job,
        statuses=[DagsterRunStatus(s.upper()) for s in wish.statuses],
        tags=dict(wish.tags),
        updated_after=wish.updated_after,
        created_after=wish.created_after,
        created_before=wish.created_before,
    )
