"""What was merged but never told: adopted by its own re-run, otherwise told late (R21)."""

from collections.abc import Collection, Iterable, Iterator

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.events import DagsterEvent, DagsterEventType, StepMaterializationData

from phlo.model import Publication
from phlo.ports import Catalog
from phlo_defs.publish.events import LOG_NUMBER, TableEvent, events_of
from phlo_defs.publish.outcome import Origin, origin_of

MAIN = "main"
_LOOK_BACK = 50


def reconcile(
    instance: dg.DagsterInstance,
    catalog: Catalog,
    assets: Collection[str],
    origin: Origin,
) -> tuple[TableEvent, ...]:
    """Bring Dagster up to date with the log for these assets, before anything is written.

    Returns the events to adopt: those of a publication that the same step of the same root run
    made for the same partitions, and whose events were lost. All others are told late.
    """
    adopted: tuple[TableEvent, ...] = ()
    for publication in untold(instance, catalog, assets, partitions=origin.partitions):
        catalog.sync()  # an event must not outlive the entry that it tells of
        made_by = origin_of(publication)
        if made_by is not None and _same_work(made_by, origin):
            adopted = tuple(events_of(publication))
        else:
            tell_late(instance, publication)
    return adopted


def _same_work(one: Origin, other: Origin) -> bool:
    return (one.root, one.step, one.partitions) == (other.root, other.step, other.partitions)


def untold(
    instance: dg.DagsterInstance,
    catalog: Catalog,
    assets: Collection[str],
    *,
    partitions: tuple[str, ...] | None = None,
    run: str | None = None,
) -> Iterator[Publication]:
    """Yield the publications on main without events, in log order.

    Only the newest of each asset and partitions counts: Dagster takes what is stored last for the
    latest, so an older one is never told after a newer one.
    """
    newest: dict[tuple[tuple[str, ...], tuple[str, ...]], Publication] = {}
    for publication in catalog.publications(assets=list(assets)):
        made_by = origin_of(publication)
        if made_by is None or publication.ref != MAIN:
            continue
        if partitions is not None and made_by.partitions != partitions:
            continue
        newest[(tuple(publication.payload["assets"]), made_by.partitions)] = publication
    for publication in sorted(newest.values(), key=lambda found: found.number):
        made_by = origin_of(publication)
        if run is not None and (made_by is None or made_by.run != run):
            continue
        if any(not _is_told(instance, event) for event in events_of(publication)):
            yield publication


def _is_told(instance: dg.DagsterInstance, event: TableEvent) -> bool:
    return last_told(instance, event.asset, event.partitions) >= event.publication.number


def last_told(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partitions: Iterable[str] = ()
) -> int:
    """Return the highest log number among the latest materializations, 0 if there is none."""
    return max((number for number, _ in _told(instance, asset, tuple(partitions))), default=0)


def _told(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partitions: tuple[str, ...]
) -> Iterator[tuple[int, dg.EventLogRecord]]:
    wanted = dg.AssetRecordsFilter(asset_key=asset, asset_partitions=list(partitions) or None)
    for record in instance.fetch_materializations(wanted, limit=_LOOK_BACK).records:
        found = record.asset_materialization
        number = (found.tags or {}).get(LOG_NUMBER) if found is not None else None
        if number is not None and number.isdigit():
            yield int(number), record


def tell_late(instance: dg.DagsterInstance, publication: Publication) -> None:
    """Store the events of a publication under the run that made it, also if that is finished.

    Repeatable: what is there already is not stored again, and a crash in between is made good by
    the next call.
    """
    made_by = origin_of(publication)
    if made_by is None:
        return
    run = instance.get_run_by_id(made_by.run)
    for event in events_of(publication):
        for partition in event.partitions or (None,):
            if run is None:
                _tell_without_run(instance, event, partition)
            else:
                _tell(instance, run, made_by.step, event, partition)


def _tell_without_run(
    instance: dg.DagsterInstance, event: TableEvent, partition: str | None
) -> None:
    if last_told(instance, event.asset, _one(partition)) < event.publication.number:
        instance.report_runless_asset_event(_materialization(event, partition))


def _tell(
    instance: dg.DagsterInstance,
    run: dg.DagsterRun,
    step: str,
    event: TableEvent,
    partition: str | None,
) -> None:
    number = event.publication.number
    if last_told(instance, event.asset, _one(partition)) > number:
        return
    text = f"log entry {number}, told late"

    def store(kind: DagsterEventType, data: object) -> None:
        made = DagsterEvent(
            event_type_value=kind.value,
            job_name=run.job_name,
            step_key=step,
            event_specific_data=data,  # type: ignore[arg-type] # one of Dagster's own classes
            message=text,
        )
        instance.report_dagster_event(made, run_id=run.run_id)

    record = _record_of(instance, event, partition)
    if record is None:
        told = StepMaterializationData(_materialization(event, partition))
        store(DagsterEventType.ASSET_MATERIALIZATION, told)
        record = _record_of(instance, event, partition)
    if record is None:
        raise AssertionError(f"the event of log entry {number} was stored and is not there")
    target = AssetCheckEvaluationTargetMaterializationData(
        storage_id=record.storage_id, run_id=run.run_id, timestamp=record.timestamp
    )
    for check in event.checks:
        result = event.check_result(check)
        evaluation = dg.AssetCheckEvaluation(
            asset_key=event.asset,
            check_name=check["name"],
            passed=result.passed,
            severity=result.severity,
            blocking=check["blocking"],
            metadata=result.metadata,
            partition=partition,
            target_materialization_data=target,
        )
        if not _has_check(instance, evaluation, run.run_id):
            store(DagsterEventType.ASSET_CHECK_EVALUATION, evaluation)


def _has_check(instance: dg.DagsterInstance, evaluation: dg.AssetCheckEvaluation, run: str) -> bool:
    key = dg.AssetCheckKey(evaluation.asset_key, evaluation.check_name)
    history = instance.event_log_storage.get_asset_check_execution_history(key, limit=20)
    for record in history:
        found = record.evaluation
        if record.run_id == run and isinstance(found, dg.AssetCheckEvaluation):
            same_place = found.partition == evaluation.partition
            same_target = (
                found.target_materialization_data == evaluation.target_materialization_data
            )
            if same_place and same_target:
                return True
    return False


def _record_of(
    instance: dg.DagsterInstance, event: TableEvent, partition: str | None
) -> dg.EventLogRecord | None:
    told = _told(instance, event.asset, _one(partition))
    return next((record for number, record in told if number == event.publication.number), None)


def _materialization(event: TableEvent, partition: str | None) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset_key=event.asset,
        partition=partition,
        metadata=event.metadata,
        tags=event.tags,
    )


def _one(partition: str | None) -> tuple[str, ...]:
    return () if partition is None else (partition,)
