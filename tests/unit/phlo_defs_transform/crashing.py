"""Materialize the glucose models of a project, to be killed on the way by ``PHLO_CRASH_AT``."""

import sys
from pathlib import Path

import dagster as dg

from phlo.config import load_project
from phlo_defs.transform import build_assets

GLUCOSE = dg.AssetSelection.assets(
    ["staging", "stg_nightscout__glucose"], ["marts", "daily_glucose"]
)


def materialize(root: Path) -> bool:
    """Run the models with an instance of their own, below the project."""
    home = root / "dagster"
    home.mkdir(exist_ok=True)
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        result = dg.materialize(
            build_assets(load_project(root)),
            instance=instance,
            selection=GLUCOSE,
            raise_on_error=False,
        )
    return result.success


if __name__ == "__main__":
    sys.exit(0 if materialize(Path(sys.argv[1])) else 1)
