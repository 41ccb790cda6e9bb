"""A process that is killed after the merge, before the event and before the marts file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from phlo.marts import published
from phlo_defs.transform.runner import stop_workers
from tests.unit.phlo_defs_transform.crashing import materialize
from tests.unit.phlo_defs_transform.lakes import ROOT, demo, rows

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def test_r21_the_next_run_tells_the_event_and_publishes_the_marts(tmp_path: Path) -> None:
    project, catalog = demo(tmp_path)
    program = "tests.unit.phlo_defs_transform.crashing"
    dead = subprocess.run(
        [sys.executable, "-m", program, str(tmp_path)],
        env={**os.environ, "PHLO_CRASH_AT": "before-event"},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert dead.returncode == -signal.SIGKILL
    assert rows(catalog, "select count(*) from marts.daily_glucose") == [(1,)]
    assert published(project.marts) == {}

    assert materialize(tmp_path)

    stop_workers()
    assert set(published(project.marts)) == {("marts", "daily_glucose")}
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        key = dg.AssetKey(["marts", "daily_glucose"])
        found = instance.fetch_materializations(key, limit=10).records
    numbers = [int(one.asset_materialization.tags["phlo/log_number"]) for one in found]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 2
