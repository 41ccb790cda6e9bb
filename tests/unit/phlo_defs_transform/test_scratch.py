"""No dbt worker leaves its scratch folder behind, however it or its parent ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phlo.errors import PhloError
from phlo_defs.transform.folder import DbtFolder
from phlo_defs.transform.protocol import Request
from phlo_defs.transform.runner import DbtWorker
from tests.unit.phlo_defs_transform.lakes import new_project, write_files

PARENT = """
import sys, time
from pathlib import Path
from phlo.errors import PhloError
from phlo_defs.transform.folder import DbtFolder
from phlo_defs.transform.protocol import Request
from phlo_defs.transform.runner import DbtWorker
worker = DbtWorker(DbtFolder.from_text(sys.argv[2]))
if sys.argv[1] == "idle":
    try:
        list(worker.run(Request("test", "/nowhere", sys.argv[3], "main")))
    except PhloError:
        pass
print(worker._scratch, flush=True)
time.sleep(600)
"""


@pytest.fixture
def dbt(tmp_path: Path) -> DbtFolder:
    root = tmp_path / "project" / "dbt"
    write_files(root, {"dbt_project.yml": "name: t\nversion: '1'\nprofile: t\n"})
    project, _ = new_project(tmp_path / "project", root)
    return DbtFolder("t", root, project.root, "t")


@pytest.fixture
def scratches(tmp_path: Path) -> Path:
    (tmp_path / "scratches").mkdir()
    return tmp_path / "scratches"


@pytest.mark.parametrize("when", ["starting", "idle"])
def test_a_worker_removes_its_scratch_when_its_parent_is_killed(dbt, scratches, when) -> None:
    lake = dbt.project_root / ".phlo" / "lake"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, when, dbt.to_text(), str(lake)],
        env={**os.environ, "TMPDIR": str(scratches)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        try:
            scratch = Path(parent.stdout.readline().strip())
            assert scratch.parent == scratches
            assert scratch.is_dir()
        finally:
            parent.kill()

    deadline = time.monotonic() + 60
    while scratch.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(scratches.iterdir()) == []


def test_a_worker_that_is_stopped_or_dies_in_a_run_leaves_nothing(dbt) -> None:
    request = Request("test", "/nowhere", str(dbt.project_root / ".phlo" / "lake"), "main")
    stopped, died = DbtWorker(dbt), DbtWorker(dbt)
    scratches = [Path(stopped._scratch), Path(died._scratch)]
    assert all(scratch.is_dir() for scratch in scratches)

    stopped.stop()
    os.kill(died.pid, 9)
    with pytest.raises(PhloError, match="ended with status -9"):
        list(died.run(request))

    assert not any(scratch.exists() for scratch in scratches)
