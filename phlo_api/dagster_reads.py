"""Reads straight from the Dagster instance: the only file that knows Dagster's internals.

Over 300 lines: it is the whole seam to Dagster, kept in one place so that an upgrade is one review.
Every read is batched. Run ids are checked before any read by run, since SQLite storage makes a
file for whatever id it is asked for.
"""

# over 300 lines: the one seam to Dagster's internals

import sys
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import dagster as dg
from dagster import AssetCheckKey, AssetKey, DagsterRunStatus, RunsFilter
from dagster._core.event_api import EventLogCursor
from dagster._core.events import DagsterEventType
from dagster._core.instance.ref import InstanceRef
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)
from dagster._core.storage.dagster_run import RunRecord
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetKeyTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs.schema import RunsTable
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget, WorkspaceFileTarget

from phlo.errors import AssetNotFound, RunNotFound
from phlo_api import dagster_facts as facts
from phlo_api.dagster_columns import Columns, Kept, Tables
from phlo_api.dagster_shapes import (
    OVER,
    backfill_of,
    check_of,
    daemon_of,
    dotted,
    event_of,
    instigator_of,
    materialized_of,
    node_of,
    partition_word_of,
    run_of,
    step_of,
    tick_of,
)
from phlo_api.dagster_values import instant
from phlo_api.errors import BackfillNotFound, LocationBroken, ScheduleNotFound

LOCATION = "phlo"
REPOSITORY = "__repository__"
_WRITTEN: Literal[DagsterEventType.ASSET_MATERIALIZATION] = DagsterEventType.ASSET_MATERIALIZATION
_BRANCH = "phlo/branch"
_JUDGED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
_OUTPUT_BYTES = 256 * 1024
_TABLES = Tables(RunsTable, SqlEventLogStorageTable, AssetKeyTable, AssetCheckExecutionsTable)


Context = WorkspaceProcessContext


def instance_at(folder: Path, config: Path, overrides: Mapping[str, Any]) -> dg.DagsterInstance:
    """Open the instance whose state is in a folder and whose `dagster.yaml` in another."""
    reference = InstanceRef.from_dir(str(folder), config_dir=str(config), overrides=dict(overrides))
    return dg.DagsterInstance.from_ref(reference)


def process_context(
    instance: dg.DagsterInstance, root: Path, *, file: Path | None = None
) -> Context:
    """Load the code location in this process: that of `workspace.yaml`, a file, or phlo's own."""
    workspace = root / "workspace.yaml"
    if file is None and workspace.is_file():
        targets = [
            (origin.loadable_target_origin, origin.location_name)
            for origin in WorkspaceFileTarget([str(workspace)]).create_origins()
        ]
    else:
        named = {"python_file": str(file)} if file else {"module_name": "phlo_defs.definitions"}
        origin = LoadableTargetOrigin(
            executable_path=sys.executable, working_directory=str(root), **named
        )
        targets = [(origin, LOCATION)]
    origins = [InProcessCodeLocationOrigin(o, location_name=name) for o, name in targets]
    return WorkspaceProcessContext(
        instance, InProcessWorkspaceLoadTarget(origins), version=dg.__version__
    )


class DagsterReads:
    """The instance and the code location of a project, for reading. Threads share it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.instance = context.instance
        self.columns = Columns(self.instance.run_storage, self.instance.event_log_storage, _TABLES)
        self._records: Kept[str, facts.AssetRecord] = Kept()
        self._executions: Kept[tuple[str, str], facts.CheckFacts] = Kept()
        self._moved: Kept[str, facts.RunFacts] = Kept()

    # the code location

    @cached_property
    def load_error(self) -> str | None:
        """Why the code location could not be loaded, or None."""
        with self.context.create_request_context() as request:
            error = request.get_code_location_error(LOCATION) if self._is_broken(request) else None
        return error.to_string() if error else None

    def _is_broken(self, request: Any) -> bool:  # noqa: ANN401 - Dagster's own context
        return bool(request.has_code_location_error(LOCATION))

    @cached_property
    def _repository(self) -> Any:  # noqa: ANN401 - Dagster's own repository
        with self.context.create_request_context() as request:
            if not request.has_code_location(LOCATION):
                raise LocationBroken(
                    f"the code location {LOCATION!r} could not be loaded",
                    fix="see /api/dagster/health for the file and line, mend it and restart",
                )
            return request.get_code_location(LOCATION).get_repository(REPOSITORY)

    @cached_property
    def assets(self) -> Mapping[str, facts.AssetNode]:
        """Every asset by its dotted name, sorted."""
        if self.load_error:
            return {}
        graph = self._repository.asset_graph
        nodes = (node_of(graph.get(key)) for key in graph.get_all_asset_keys())
        return {node.name: node for node in sorted(nodes, key=lambda n: n.name)}

    @cached_property
    def checks(self) -> Mapping[tuple[str, str], facts.CheckNode]:
        """Every check by asset and name, sorted."""
        if self.load_error:
            return {}
        snaps = self._repository.get_asset_check_node_snaps()
        nodes = [
            facts.CheckNode(
                dotted(snap.asset_key), snap.name, snap.description or "", bool(snap.blocking)
            )
            for snap in snaps
        ]
        return {(n.asset, n.name): n for n in sorted(nodes, key=lambda n: (n.asset, n.name))}

    def asset(self, name: str) -> facts.AssetNode:
        """Return an asset. Raises ``AssetNotFound``."""
        found = self.assets.get(name)
        if found is None:
            raise AssetNotFound.named(name, known=self.assets)
        return found

    # assets

    def asset_records(self, names: Iterable[str]) -> dict[str, facts.AssetRecord]:
        """Return the latest of each asset that was ever written or planned."""
        keys = {AssetKey(self.assets[name].key).to_string(): name for name in names}
        found = self._records.get(self.columns.asset_prints(keys), self._read_assets)
        return {keys[key]: record for key, record in found.items()}

    def _read_assets(self, keys: list[str]) -> dict[str, facts.AssetRecord]:
        wanted = [key for text in keys if (key := AssetKey.from_db_string(text)) is not None]
        return {
            record.asset_entry.asset_key.to_string(): facts.AssetRecord(
                materialized_of(record.asset_entry.last_materialization_record),
                record.asset_entry.last_run_id,
            )
            for record in self.instance.get_asset_records(wanted)
        }

    def freshness(self, names: Iterable[str]) -> dict[str, str]:
        """Return the state of each promise: pass, warn, fail or unknown."""
        keys = [AssetKey(self.assets[n].key) for n in names if self.assets[n].promise]
        if not keys:
            return {}
        records = self.instance.get_freshness_state_records(keys)
        return {
            dotted(key): record.freshness_state.value.lower() for key, record in records.items()
        }

    def materializations(
        self, name: str, partition: str | None, before: int | None, limit: int
    ) -> list[facts.Materialized]:
        """Return the times an asset was written, newest first, below a storage id."""
        wish = dg.AssetRecordsFilter(
            AssetKey(self.asset(name).key),
            asset_partitions=[partition] if partition is not None else None,
            before_storage_id=before,
        )
        records = self.instance.fetch_materializations(wish, limit=limit).records
        return [found for record in records if (found := materialized_of(record)) is not None]

    def recent_materializations(self, limit: int) -> list[facts.Materialized]:
        """Return what was written last, any asset; the asset's name stands in the metadata."""
        records = self.instance.get_asset_event_summary_records(_WRITTEN, limit=limit)
        return [
            facts.Materialized(
                r.storage_id,
                instant(r.timestamp),
                r.run_id or "",
                r.partition,
                None,
                {"asset": dotted(r.asset_key)},
            )
            for r in records
        ]

    def partitions(self, name: str) -> facts.PartitionFacts | None:
        """Return the partitions of an asset by state, or None if it has none."""
        key = AssetKey(self.asset(name).key)
        definition = self._definition(name)
        if definition is None:
            return None
        keys = definition.get_partition_keys(dynamic_partitions_store=self.instance)
        materialized = self.instance.get_materialized_partitions(key)
        failed, running = self._failed_partitions(key)
        return facts.PartitionFacts(
            partition_word_of(definition),
            tuple(keys),
            frozenset(materialized),
            frozenset(failed),
            frozenset(running),
        )

    def partition_kind(self, name: str) -> str | None:
        """Return how an asset is partitioned, in words."""
        definition = self._definition(name)
        return None if definition is None else str(definition)

    def _definition(self, name: str) -> Any:  # noqa: ANN401 - Dagster's own definition
        key = AssetKey(self.asset(name).key)
        return self._repository.asset_graph.get(key).partitions_def

    def _failed_partitions(self, key: AssetKey) -> tuple[set[str], set[str]]:
        """Return the partitions whose latest try failed, and those of a run on its way."""
        storage = self.instance.event_log_storage
        tries = (
            storage.get_latest_asset_partition_materialization_attempts_without_materializations(
                key
            )
        )
        runs = {run_id for run_id, _ in tries.values()}
        found = self.instance.get_runs(RunsFilter(run_ids=list(runs))) if runs else []
        status = {run.run_id: run.status for run in found}
        failed = {p for p, (r, _) in tries.items() if status.get(r) is DagsterRunStatus.FAILURE}
        running = {p for p, (r, _) in tries.items() if r in status and status[r].value not in OVER}
        return failed, running

    # checks

    def latest_checks(
        self, keys: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], facts.CheckFacts]:
        """Return the latest execution of each check that ever ran."""
        wanted = {
            (AssetKey(self.assets[asset].key).to_string(), check): (asset, check)
            for asset, check in keys
            if asset in self.assets
        }
        prints = self.columns.check_prints({key for key, _ in wanted})
        found = self._executions.get(
            {key: mark for key, mark in prints.items() if key in wanted}, self._read_checks
        )
        return {wanted[key]: check for key, check in found.items()}

    def _read_checks(self, keys: list[tuple[str, str]]) -> dict[tuple[str, str], facts.CheckFacts]:
        pairs = [(AssetKey.from_db_string(text), check) for text, check in keys]
        wanted = [AssetCheckKey(key, check) for key, check in pairs if key is not None]
        storage = self.instance.event_log_storage
        records = dict(storage.get_latest_asset_check_execution_by_key(wanted))
        planned = self._planners(records.values())
        for key, record in list(records.items()):
            if _BRANCH in getattr(planned.get(record.run_id), "tags", ()):
                # A run on a branch tells its results to the branch alone: go by the last of main.
                judged = storage.get_asset_check_execution_history(key, 1, status=_JUDGED)
                records[key] = judged[0] if judged else record
        statuses = {one: run.status.value for one, run in planned.items()}
        return {
            (key.asset_key.to_string(), key.name): check_of(record, statuses)
            for key, record in records.items()
        }

    def check_history(
        self, asset: str, check: str, before: int | None, limit: int
    ) -> list[facts.CheckFacts]:
        """Return the executions of a check, newest first, below an id."""
        key = AssetCheckKey(AssetKey(self.asset(asset).key), check)
        records = self.instance.event_log_storage.get_asset_check_execution_history(
            key, limit=limit, cursor=before
        )
        statuses = {one: run.status.value for one, run in self._planners(records).items()}
        return [check_of(record, statuses) for record in records]

    def _planners(self, records: Iterable[AssetCheckExecutionRecord]) -> dict[str, dg.DagsterRun]:
        """Return the runs whose checks were planned: storage never resolves them."""
        planned = {r.run_id for r in records if r.status not in _JUDGED}
        if not planned:
            return {}
        wish = RunsFilter(run_ids=list(planned))
        return {run.run_id: run for run in self.instance.get_runs(wish)}

    # runs

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

    # schedules, sensors, backfills, daemon

    def instigators(self, *kinds: facts.InstigatorKind) -> list[facts.InstigatorFacts]:
        """Return the schedules or sensors, or both, with their last ticks, by name."""
        if self.load_error:
            return []
        repository = self._repository
        get = {"schedule": repository.get_schedules, "sensor": repository.get_sensors}
        found = [(kind, item) for kind in kinds for item in get[kind]()]
        states = {s.selector_id: s for s in self.instance.all_instigator_state()}
        ids = [item.selector_id for _, item in found]
        ticks = self.instance.get_batch_ticks(ids, limit=1) if ids else {}
        items = [
            instigator_of(
                kind, item, states.get(item.selector_id), ticks.get(item.selector_id) or ()
            )
            for kind, item in found
        ]
        return sorted(items, key=lambda item: item.name)

    def instigator(self, kind: facts.InstigatorKind, name: str) -> facts.InstigatorFacts:
        """Return a schedule or sensor. Raises ``ScheduleNotFound``."""
        found = {item.name: item for item in self.instigators(kind)}
        if name not in found:
            raise ScheduleNotFound.named(name, known=found)
        return found[name]

    def ticks(
        self, one: facts.InstigatorFacts, status: str | None, before: float | None, limit: int
    ) -> list[facts.TickFacts]:
        """Return the ticks of a schedule or sensor, newest first."""
        statuses = [TickStatus(status.upper())] if status else None
        found = self.instance.get_ticks(
            one.origin_id, one.selector_id, before=before, limit=limit, statuses=statuses
        )
        return [tick_of(tick) for tick in found]

    def backfills(self, before: str | None, limit: int) -> list[facts.BackfillFacts]:
        """Return backfills, newest first."""
        return [backfill_of(b) for b in self.instance.get_backfills(cursor=before, limit=limit)]

    def backfill(self, backfill_id: str) -> facts.BackfillFacts:
        """Return a backfill. Raises ``BackfillNotFound``."""
        found = self.instance.get_backfill(backfill_id)
        if found is None:
            known = [b.backfill_id for b in self.instance.get_backfills(limit=100)]
            raise BackfillNotFound.named(backfill_id, known=known)
        return backfill_of(found)

    def daemons(self) -> list[facts.DaemonFacts]:
        """Return the parts of the daemon and when they were seen."""
        return [daemon_of(status) for status in self.instance.get_daemon_statuses().values()]

    def newest(self) -> tuple[str, str]:
        """Return a cheap print of everything that changes: runs, then events of assets."""
        return self.columns.newest_run(), self.columns.newest_event()


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
