"""The code location of a project: everything that its declarations mean to Dagster."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from phlo.config import Project, load_runtime
from phlo.declare import Declarations, LoadError, load_declarations
from phlo.errors import DeclarationError
from phlo_defs.automation.monitors import monitor
from phlo_defs.automation.schedules import schedule_of
from phlo_defs.automation.sensors import janitor_sensors, new_files_sensor
from phlo_defs.ingest.assets import ingestion_asset
from phlo_defs.known import KnownAsset, remember


def build_definitions(project: Project) -> dg.Definitions:
    """Build the definitions of a project, without opening its lake.

    Raises:
        DeclarationError: files of the project are broken; names each with its fix.
    """
    declarations = load_declarations(project)
    _refuse(declarations.errors)
    runtime = load_runtime(project.root, project.environment)
    assets: list[Any] = [
        ingestion_asset(spec, declarations, project, runtime) for spec in declarations.ingestions
    ]
    models = _models(project, declarations)
    if models is not None:
        assets += models
        _refuse_unknown(declarations, assets)
    remember(project, _known(declarations, assets))
    return dg.Definitions(
        assets=assets,
        asset_checks=[monitor(check, project) for check in declarations.checks if check.monitor],
        schedules=[
            schedule
            for spec in declarations.ingestions
            if (schedule := schedule_of(spec, project)) is not None
        ],
        sensors=[*_sensors(project, declarations, assets)],
        executor=dg.in_process_executor,
    )


def _known(declarations: Declarations, assets: Sequence[Any]) -> Iterator[KnownAsset]:
    for made in assets:
        checks = list(made.check_specs) if isinstance(made, dg.AssetsDefinition) else []
        for asset in _specs(made):
            table = ".".join(asset.key.path)
            spec = declarations.ingestion(table)
            yield KnownAsset(
                table=table,
                group=asset.group_name or "",
                partitions=spec.partition.kind if spec and spec.partition else "",
                freshness_s=spec.freshness.total_seconds() if spec and spec.freshness else None,
                schedule=spec.schedule if spec else None,
                checks=sum(1 for check in checks if check.asset_key == asset.key),
            )


def _sensors(
    project: Project, declarations: Declarations, assets: Sequence[Any]
) -> list[dg.SensorDefinition]:
    found = [new_files_sensor(spec, project) for spec in declarations.ingestions]
    sensors = [sensor for sensor in found if sensor is not None] + janitor_sensors(project)
    if any(spec.automation_condition for made in assets for spec in _specs(made)):
        sensors.append(
            dg.AutomationConditionSensorDefinition(
                "automation",
                target=dg.AssetSelection.all(),
                default_status=dg.DefaultSensorStatus.RUNNING,
                description="Runs the tables whose automation= says that it is time.",
            )
        )
    return sensors


def _specs(made: object) -> Sequence[dg.AssetSpec]:
    return tuple(made.specs) if isinstance(made, dg.AssetsDefinition) else ()


def _models(project: Project, declarations: Declarations) -> list[Any] | None:
    """Return the assets of the dbt project, if there is one; nothing of dbt is imported here."""
    if not (project.dbt / "dbt_project.yml").is_file():
        return []
    from phlo_defs import transform

    build = getattr(transform, "build_assets", None)
    return None if build is None else list(build(project, declarations))


def _refuse(errors: Sequence[LoadError]) -> None:
    if not errors:
        return
    files = sorted({error.file for error in errors})
    lines = "\n\n".join(
        f"{error.file}:{error.line}: {error.problem}\n  fix: {error.fix}" for error in errors
    )
    raise DeclarationError(
        f"{len(errors)} declarations of the project are broken:\n\n{lines}\n",
        fix=f"mend {', '.join(files)}, then reload the location",
    )


def _refuse_unknown(declarations: Declarations, assets: Sequence[Any]) -> None:
    """Refuse checks of tables that nothing makes: they would be silently missing."""
    made = {".".join(spec.key.path) for item in assets for spec in _specs(item)}
    if not made:
        made = {spec.table for spec in declarations.ingestions}
    errors = [
        LoadError(
            check.file,
            check.line,
            f"the check {check.name!r} is of {check.table!r}, which no declaration or model makes",
            f"name one of: {', '.join(sorted(made))}",
        )
        for check in declarations.checks
        if check.table not in made
    ]
    _refuse(errors)
