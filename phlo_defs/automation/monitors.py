"""Monitors: checks of what is published, which never hold a publication back."""

from collections.abc import Callable

import dagster as dg

from phlo.catalog import open_catalog
from phlo.config import Project
from phlo.declare import CheckSpec
from phlo.engine.lake import Lake
from phlo.quality.run import run_check
from phlo_defs.publish.events import check_result
from phlo_defs.publish.outcome import check_json

_PINNED = "phlo/branch"


def monitor(check: CheckSpec, project: Project) -> dg.AssetChecksDefinition:
    """Return the check that looks at main, or at the branch that the run is pinned to."""
    asset = dg.AssetKey(check.table.split("."))

    @dg.asset_check(
        asset=asset,
        name=check.name,
        description=check.description or None,
        blocking=False,
    )
    def _monitor(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        catalog = open_catalog(project)
        ref = context.run.tags.get(_PINNED) or "main"
        with Lake(catalog, ref=ref, project=project) as lake:
            result = run_check(check, lake, check.table)
            commit = lake.commit.id
        told = {**check_json(result), "name": check.name}
        return check_result(asset, told, commit=commit)

    made: Callable[..., object] = _monitor
    assert isinstance(made, dg.AssetChecksDefinition)
    return made
