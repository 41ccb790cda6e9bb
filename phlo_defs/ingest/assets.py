"""One Dagster asset for each declared ingestion."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import dagster as dg

from phlo.catalog import open_catalog
from phlo.config import Project, Runtime
from phlo.declare import CheckSpec, Declarations, IngestionSpec, Partitioning
from phlo.engine.connection import open_engine
from phlo.engine.lake import Lake
from phlo.model import CheckResult, Key, TableContent
from phlo.ports import Catalog
from phlo.quality.checks import checks_of
from phlo.quality.run import run_check
from phlo_defs.ingest.load import Job, load
from phlo_defs.ingest.store import Loaded
from phlo_defs.publish.attempt import Attempt
from phlo_defs.publish.events import table_markdown
from phlo_defs.publish.outcome import Written, columns, markdown, plain
from phlo_defs.publish.wap import Plan, Results, write_audit_publish

_RETRY_DELAY_S = 1.0
_LOG_EVERY_ROWS = 1_000_000


def ingestion_asset(
    spec: IngestionSpec, declarations: Declarations, project: Project, runtime: Runtime
) -> dg.AssetsDefinition:
    """Return the asset of an ingestion: loads, checks, publishes."""
    checks = [check for check in checks_of(declarations, spec.table) if not check.monitor]
    retries = spec.retries if spec.retries is not None else runtime.load.retries

    @dg.multi_asset(
        name=spec.table.replace(".", "__"),
        specs=[asset_spec(spec)],
        check_specs=[check_spec(check, spec.partition) for check in checks],
        can_subset=True,
        partitions_def=partitions_def(spec.partition),
        pool=spec.pool,
        retry_policy=dg.RetryPolicy(
            max_retries=retries,
            delay=_RETRY_DELAY_S,
            backoff=dg.Backoff.EXPONENTIAL,
            jitter=dg.Jitter.PLUS_MINUS,
        )
        if retries
        else None,
    )
    def _load(context: dg.AssetExecutionContext) -> Results:
        catalog = open_catalog(project)
        op = _Op(context, catalog, spec, checks, project, runtime)
        yield from write_audit_publish(context, catalog, op.plan())

    return _load


class _Op:
    """What one execution of an ingestion does, as the plan of a publication."""

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        catalog: Catalog,
        spec: IngestionSpec,
        checks: Sequence[CheckSpec],
        project: Project,
        runtime: Runtime,
    ) -> None:
        self.context = context
        self.catalog = catalog
        self.spec = spec
        self.checks = checks
        self.project = project
        self.runtime = runtime
        self.partitions: tuple[str, ...] = ()

    def plan(self) -> Plan:
        return Plan(
            assets=(self.spec.asset_key,),
            write=self.write,
            audit=self.audit,
            required=lambda _key: [check.name for check in self.checks if check.blocking],
            reads=self.reads,
            mask=self.project.environment.mask,
        )

    def write(self, attempt: Attempt) -> Iterator[Written]:
        self.partitions = attempt.origin.partitions
        loads = [self._load(attempt, partition) for partition in attempt.origin.partitions or ("",)]
        content = self.catalog.contents(attempt.branch.name).get(self.spec.asset_key)
        yield Written(
            self.spec.asset_key,
            self._metadata(loads, content if isinstance(content, TableContent) else None, attempt),
            reads=tuple(_split(name) for name in self.spec.depends),
        )

    def _load(self, attempt: Attempt, partition: str) -> Loaded:
        settings = self.runtime.engine
        con = open_engine(
            access=self.catalog.access,
            memory_mb=settings.memory_mb or None,
            threads=settings.threads or None,
            scratch=None,
        )
        job = Job(
            project=self.project,
            catalog=self.catalog,
            branch=attempt.branch.name,
            run=attempt.origin.run,
            name=f"{attempt.name}-{partition}" if partition else attempt.name,
            partition=partition,
            on_rows=self._progress(),
        )
        try:
            return load(self.spec, job, con)
        finally:
            con.close()

    def _progress(self) -> Any:  # noqa: ANN401 - a callback
        told = 0

        def on_rows(rows: int) -> None:
            nonlocal told
            if rows - told >= _LOG_EVERY_ROWS:
                told = rows
                self.context.log.info(f"{self.spec.table}: {rows:,} rows read")

        return on_rows

    def _metadata(
        self, loads: Sequence[Loaded], content: TableContent | None, attempt: Attempt
    ) -> dict[str, Any]:
        def total(name: str) -> int:
            return sum(getattr(one, name) for one in loads)

        preview = [plain(dict(row)) for one in loads for row in one.preview][:10]
        notes = "; ".join(dict.fromkeys(one.note for one in loads if one.note))
        written = total("rows_added") + total("rows_updated")
        return {
            "phlo/rows_read": total("rows_read"),
            "phlo/rows_written": written,
            "phlo/rows_added": total("rows_added"),
            "phlo/rows_updated": total("rows_updated"),
            "phlo/rows_removed": total("rows_removed"),
            "phlo/rows_outside_partition": total("outside") or None,
            "phlo/rows_before_cursor": total("old") or None,
            "phlo/rows_superseded": total("duplicates") or None,
            "dagster/partition_row_count": total("rows_read") - total("outside")
            if len(loads) == 1 and self.spec.partition
            else None,
            "phlo/cursor": plain(loads[-1].cursor),
            "phlo/note": notes or None,
            "phlo/preview": markdown(table_markdown(preview)) if preview else None,
            "dagster/column_schema": self._columns(attempt) if content is not None else None,
        }

    def _columns(self, attempt: Attempt) -> Any:  # noqa: ANN401 - JSON
        table = self.catalog.at(attempt.branch.name).load_table(self.spec.asset_key)
        texts = column_texts(self.spec)
        return columns(
            (field.name, str(field.field_type), texts.get(field.name, _OURS.get(field.name, "")))
            for field in table.schema().fields
        )

    def audit(self, commit: str, key: Key) -> Sequence[CheckResult]:
        lake = Lake(self.catalog, ref=commit, project=self.project)
        window = None
        if self.spec.partition is not None and len(self.partitions) == 1:
            window = self.spec.partition.window(self.partitions[0])
        try:
            return [run_check(check, lake, self.spec.table, window=window) for check in self.checks]
        finally:
            lake.close()

    def reads(self, _key: Key) -> Iterable[Key]:
        named = {name for check in self.checks if check.blocking for name in check.reads}
        return [_split(name) for name in sorted(named) if name != self.spec.table]


_OURS = {
    "_phlo_row_id": "Identity of the row: the same after every load.",
    "_phlo_run_id": "The run that wrote the row last.",
    "_phlo_ingested_at": "When that was, UTC.",
    "_phlo_source": "Where the row came from.",
    "_phlo_partition": "The partition the row belongs to.",
}


def asset_spec(spec: IngestionSpec) -> dg.AssetSpec:
    """Return what Dagster shows of an ingestion before anything ran."""
    tags = {**dict(spec.tags), "phlo/write": spec.write}
    found = dg.AssetSpec(
        key=dg.AssetKey(spec.asset_key),
        deps=[dg.AssetKey(_split(name)) for name in spec.depends],
        description=spec.description or None,
        group_name=spec.group or spec.asset_key[0],
        owners=list(spec.owners),
        tags=tags,
        kinds={*spec.kinds, "iceberg"} if len(spec.kinds) < 3 else set(spec.kinds),
        metadata=_static_metadata(spec),
        automation_condition=_automation(spec),
    )
    if spec.freshness is not None:
        policy = dg.FreshnessPolicy.time_window(fail_window=spec.freshness)
        fresh: dg.AssetSpec = dg.apply_freshness_policy(found, policy)
        return fresh
    return found


def _static_metadata(spec: IngestionSpec) -> dict[str, Any]:
    found: dict[str, Any] = {
        "dagster/table_name": spec.table,
        "phlo/key": ", ".join(spec.key) or None,
        "phlo/write": spec.write,
        "phlo/cursor_column": spec.cursor,
        "phlo/declared_at": f"{spec.file}:{spec.line}" if spec.file else None,
    }
    if spec.schema is not None:
        texts = column_texts(spec)
        found["dagster/column_schema"] = dg.TableSchema(
            columns=[
                dg.TableColumn(name, type=kind, description=texts.get(name) or None)
                for name, kind in _column_types(spec).items()
            ]
        )
    return {name: value for name, value in found.items() if value is not None}


def _frame(spec: IngestionSpec) -> Any:  # noqa: ANN401 - pandera's own
    return spec.schema.to_schema() if hasattr(spec.schema, "to_schema") else spec.schema


def _column_types(spec: IngestionSpec) -> dict[str, str]:
    return {
        name: str(column.dtype) if column.dtype is not None else "any"
        for name, column in getattr(_frame(spec), "columns", {}).items()
    }


def column_texts(spec: IngestionSpec) -> dict[str, str]:
    """Return the descriptions of the columns that the declared schema gives."""
    if spec.schema is None:
        return {}
    found = getattr(_frame(spec), "columns", {})
    return {name: column.description or "" for name, column in found.items()}


def _automation(spec: IngestionSpec) -> dg.AutomationCondition[Any] | None:
    if spec.automation == "eager":
        eager = dg.AutomationCondition.eager()
        return eager & dg.AutomationCondition.all_deps_blocking_checks_passed()
    if spec.automation == "on_missing":
        return dg.AutomationCondition.on_missing()
    if spec.automation == "on_cron":
        assert spec.schedule is not None
        return dg.AutomationCondition.on_cron(spec.schedule)
    return None


def check_spec(check: CheckSpec, partition: Partitioning | None = None) -> dg.AssetCheckSpec:
    """Return what Dagster shows of a check; with partitions, each has an outcome of its own."""
    where = {"phlo/declared_at": f"{check.file}:{check.line}"} if check.file else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # partitions_def of checks
        return dg.AssetCheckSpec(
            name=check.name,
            asset=dg.AssetKey(_split(check.table)),
            description=check.description or None,
            blocking=check.blocking and not check.monitor,
            metadata=where,
            partitions_def=partitions_def(partition),
        )


def partitions_def(partition: Partitioning | None) -> dg.PartitionsDefinition[str] | None:
    """Return the partitions as Dagster counts them, with the same keys."""
    if partition is None:
        return None
    if partition.kind == "static":
        return dg.StaticPartitionsDefinition(list(partition.values))
    assert partition.start is not None
    if partition.kind == "daily":
        return dg.DailyPartitionsDefinition(
            start_date=partition.start.strftime("%Y-%m-%d"), timezone=partition.tz
        )
    return dg.HourlyPartitionsDefinition(
        start_date=partition.start.strftime("%Y-%m-%d-%H:%M"), timezone=partition.tz
    )


def _split(name: str) -> Key:
    return tuple(name.split("."))
