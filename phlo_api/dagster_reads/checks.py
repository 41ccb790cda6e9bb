"""Executions of checks."""

from collections.abc import Iterable

import dagster as dg
from dagster import AssetCheckKey, AssetKey, RunsFilter
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

from phlo_api import dagster_facts as facts
from phlo_api.dagster_columns import Kept
from phlo_api.dagster_reads.location import LocationReads
from phlo_api.dagster_reads.opening import Context
from phlo_api.dagster_shapes import check_of

_BRANCH = "phlo/branch"
_JUDGED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}


class CheckReads(LocationReads):
    """Reads of checks."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._executions: Kept[tuple[str, str], facts.CheckFacts] = Kept()

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
