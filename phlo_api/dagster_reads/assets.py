"""Assets as they were written: records, partitions, freshness."""

from collections.abc import Iterable
from typing import Any, Literal

import dagster as dg
from dagster import AssetKey, DagsterRunStatus, RunsFilter
from dagster._core.events import DagsterEventType

from phlo_api import dagster_facts as facts
from phlo_api.dagster_columns import Kept
from phlo_api.dagster_reads.location import LocationReads
from phlo_api.dagster_reads.opening import Context
from phlo_api.dagster_shapes import OVER, dotted, materialized_of, partition_word_of
from phlo_api.dagster_values import instant

_WRITTEN: Literal[DagsterEventType.ASSET_MATERIALIZATION] = DagsterEventType.ASSET_MATERIALIZATION


class AssetReads(LocationReads):
    """Reads of assets."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._records: Kept[str, facts.AssetRecord] = Kept()

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
