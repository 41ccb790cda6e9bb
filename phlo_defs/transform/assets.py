"""The models of the dbt project as Dagster assets: one op builds, tests and publishes them."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

import dagster as dg

from phlo.catalog import open_catalog
from phlo.config import Project
from phlo.declare import CheckSpec, Declarations
from phlo.engine.lake import Lake
from phlo.marts import publish
from phlo.marts.publish import NAMESPACE
from phlo.model import CheckResult, Key, key_text
from phlo.ports import Catalog
from phlo.quality.checks import checks_of
from phlo.quality.run import run_checks
from phlo_defs.ingest.assets import check_spec
from phlo_defs.publish.attempt import Attempt
from phlo_defs.publish.ending import is_event, line_of
from phlo_defs.publish.events import check_result, table_markdown
from phlo_defs.publish.outcome import Written, check_json, columns, markdown, plain
from phlo_defs.publish.wap import PINNED, Plan, write_audit_publish
from phlo_defs.transform.build import Built, DbtProject, Target
from phlo_defs.transform.folder import find_dbt
from phlo_defs.transform.manifest import ensure_manifest, refuse_without_macros
from phlo_defs.transform.models import Model, Models, read_models
from phlo_defs.transform.protocol import NodeDone
from phlo_defs.transform.runner import warm
from phlo_defs.transform.specs import asset_specs, check_specs, keys_of

FULL_REFRESH = "phlo/full_refresh"
"""The run tag that builds incremental models from scratch."""
_MAIN = "main"
_WORKER = "dbt_worker"
_RETRIES = 2
_RETRY_DELAY_S = 2.0


def build_assets(
    project: Project, declarations: Declarations | None = None
) -> list[dg.AssetsDefinition]:
    """Return the assets of the project's dbt models; none if it has no dbt project.

    Reads the manifest that is there; a stale one is built first, and the log says so. Tests of
    severity error, and the blocking declared checks, keep a build from being published.

    Raises:
        DeclarationError: If dbt cannot parse the project, or a model's settings mean nothing.
    """
    dbt = find_dbt(project)
    if dbt is None:
        return []
    manifest = ensure_manifest(dbt)
    parsed = manifest.read()
    models = read_models(parsed)
    if not models.models:
        return []
    refuse_without_macros(dbt, parsed)
    declared = _declared(models, declarations or Declarations())
    builder = DbtProject(project, manifest, models)

    @dg.multi_asset(
        name=f"dbt_{dbt.name}",
        specs=asset_specs(models),
        check_specs=[*check_specs(models), *map(check_spec, declared)],
        can_subset=True,
        required_resource_keys={_WORKER},
        pool=f"dbt_{dbt.name}",
        retry_policy=dg.RetryPolicy(
            max_retries=_RETRIES, delay=_RETRY_DELAY_S, backoff=dg.Backoff.EXPONENTIAL
        ),
    )
    def _build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        catalog = open_catalog(project)
        op = _Op(context, catalog, project, builder, declared)
        if context.selected_asset_keys:
            yield from op.publish()
        else:
            yield from op.check()

    return list(dg.with_resources([_build], {_WORKER: _worker_of(project)}))


def _worker_of(project: Project) -> dg.ResourceDefinition:
    """Return a resource that starts dbt's process when the run starts, beside its first steps."""

    def start(_context: dg.InitResourceContext) -> None:
        warm(project)

    return dg.ResourceDefinition(start, description="The process that runs dbt.")


def _declared(models: Models, declarations: Declarations) -> list[CheckSpec]:
    return [
        check
        for model in models.models
        for check in checks_of(declarations, key_text(model.key))
        if not check.monitor
    ]


class _Op:
    """What one execution does."""

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        catalog: Catalog,
        project: Project,
        builder: DbtProject,
        declared: Sequence[CheckSpec],
    ) -> None:
        self._context = context
        self._catalog = catalog
        self._project = project
        self._builder = builder
        self._declared = declared
        self._selected = keys_of(context.selected_asset_keys)
        self._tests: dict[str, list[CheckResult]] = {}

    def publish(self) -> Iterator[Any]:
        """Build the selected models on a branch, publish them at once, then the marts file."""
        plan = Plan(
            assets=tuple(sorted(self._selected)),
            write=self._write,
            audit=self._audit,
            required=self._required,
            reads=self._reads,
        )
        yield from write_audit_publish(self._context, self._catalog, plan)
        if not self._context.run.tags.get(PINNED) and self._has_marts():
            self._publish_marts()

    def check(self) -> Iterator[dg.AssetCheckResult]:
        """Run the selected checks on what is published; nothing is built."""
        ref = self._catalog.resolve(self._context.run.tags.get(PINNED) or _MAIN).id
        wanted = {(key.asset_key, key.name) for key in self._context.selected_asset_check_keys}
        keys = keys_of({asset for asset, _ in wanted})
        for result in [*self._builder.test(ref, keys), *self._run_declared(ref, keys)]:
            asset = dg.AssetKey(result.table.split("."))
            if (asset, result.check) in wanted:
                yield check_result(asset, check_json(result), commit=ref)

    def _write(self, attempt: Attempt) -> Iterator[Written | CheckResult]:
        target = Target(
            ref=attempt.branch.name,
            run=attempt.origin.run,
            message=f"dbt build of {len(self._selected)} models",
            full_refresh=self._context.run.tags.get(FULL_REFRESH) == "true",
            tell=self._context.log.info,
            note=partial(self._note, attempt),
        )
        built = self._builder.build(target, self._selected)
        self._tests[self._catalog.resolve(attempt.branch.name).id] = []
        yield from built.checks
        for model in self._builder.models.models:
            done = built.models.get(model.key)
            if done is not None:
                yield Written(model.key, _metadata(model, done, built), model.upstream)

    def _note(self, attempt: Attempt, result: CheckResult) -> None:
        """Show a test in the log as soon as it is done, once: its event comes with the others."""
        log = self._context.log
        (log.debug if is_event(self._context, attempt, result) else log.info)(line_of(result))

    def _audit(self, commit: str, key: Key) -> list[CheckResult]:
        """Run the declared checks; dbt's own again only where they have not seen the state."""
        if commit not in self._tests:
            self._tests[commit] = self._builder.test(commit, self._selected)
        tests = [one for one in self._tests[commit] if one.table == key_text(key)]
        return [*tests, *self._run_declared(commit, [key])]

    def _run_declared(self, ref: str, keys: Collection[Key]) -> Sequence[CheckResult]:
        tables = {key_text(key) for key in keys}
        checks = [check for check in self._declared if check.table in tables]
        if not checks:
            return ()
        lake = Lake(self._catalog, ref, self._project)
        try:
            return run_checks(checks, lake)
        finally:
            lake.close()

    def _required(self, key: Key) -> list[str]:
        tests = [test.name for test in self._builder.models.tests_of(key) if test.blocking]
        return tests + [check.name for check in self._blocking(key)]

    def _reads(self, key: Key) -> set[Key]:
        tests = self._builder.models.tests_of(key)
        found = {other for test in tests if test.blocking for other in test.reads}
        for check in self._blocking(key):
            found |= {tuple(name.split(".")) for name in check.reads}
        return found - {key}

    def _blocking(self, key: Key) -> list[CheckSpec]:
        name = key_text(key)
        return [check for check in self._declared if check.table == name and check.blocking]

    def _has_marts(self) -> bool:
        return any(model.key[0] == NAMESPACE for model in self._builder.models.models)

    def _publish_marts(self) -> None:
        outcome = publish(self._catalog, self._project.marts)
        self._context.log.info(
            f"{self._project.marts.name} is {outcome.done}: log entry {outcome.log_number}, "
            f"{len(outcome.built)} tables read, {outcome.rows:,} rows"
        )


def _metadata(model: Model, done: NodeDone, built: Built) -> dict[str, Any]:
    texts = {column.name: column.description for column in model.columns}
    rows = [plain(dict(row)) for row in done.sample]
    return {
        "phlo/duration_s": done.seconds,
        "dagster/row_count": done.rows,
        "dagster/table_name": key_text(model.key),
        "dagster/column_schema": columns(
            (name, kind, texts.get(name, "")) for name, kind in done.columns
        ),
        "phlo/preview": markdown(table_markdown(rows)) if rows else None,
        "phlo/read_commit": built.base,
        "dbt/sql": markdown(f"```sql\n{done.sql}\n```") if done.sql else None,
        "dbt/status": done.message,
    }
