"""dbt as people start it, on a branch of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from phlo.errors import RefNotFound
from phlo_defs.transform.by_hand import main, open_run
from tests.unit.phlo_defs_transform.lakes import ROOT, demo, rows


def _dbt(project: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PHLO_PROJECT": str(project), "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, "-m", "phlo_defs.transform.by_hand", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_dbt_build_by_hand_runs_unit_tests_and_writes_to_dev(tmp_path: Path) -> None:
    project, catalog = demo(tmp_path)
    catalog.create_branch("dev")
    before = catalog.resolve("main")

    done = _dbt(project.root, "build", "--target-path", str(tmp_path / "target"), "--no-use-colors")

    assert done.returncode == 0, done.stdout
    assert "5 unit tests" in done.stdout
    assert rows(catalog, "select flights from marts.carrier_delays", "dev") == [(4,)]
    assert catalog.resolve("main") == before
    messages = {commit.message for commit in catalog.log("dev", limit=16)}
    assert "dbt model.flights.carrier_delays" in messages


def test_a_branch_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, _ = demo(tmp_path)
    monkeypatch.setenv("PHLO_PROJECT", str(project.root))
    monkeypatch.setenv("PHLO_REF", "mine")

    with pytest.raises(RefNotFound, match="there is no branch 'mine'") as caught:
        open_run()

    assert "phlo branch create mine" in caught.value.fix


def test_a_folder_without_a_project_is_explained(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["build"]) != 0
    assert "fix:" in capsys.readouterr().err
