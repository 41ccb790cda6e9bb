"""No query worker leaves its scratch folder behind, however its parent ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phlo.engine.scratch import remove_scratch
from phlo.engine.worker import Worker

SPILLING = "select i, repeat(i::varchar, 99) as s from range(30000000) t(i) order by s desc"
PARENT = """
import sys, time
from phlo.engine.worker import Worker
worker = Worker({"memory_mb": 300, "threads": 1})
if sys.argv[1] != "starting":
    assert worker.wait_ready(60)
if sys.argv[1] in ("busy", "answering"):
    sql = "select * from range(10000000000)" if sys.argv[1] == "answering" else sys.argv[2]
    worker.send({"key": "k", "home": "~main", "views": [], "params": None, "sql": sql,
                 "rows": 10**12, "bytes": 10**15})
print(worker._scratch, flush=True)
time.sleep(600)
"""


def wait_until(happened, timeout_s: float = 60) -> bool:
    deadline = time.monotonic() + timeout_s
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return happened()


@pytest.mark.parametrize("when", ["starting", "idle", "busy", "answering"])
def test_a_worker_removes_its_scratch_when_its_parent_is_killed(tmp_path, when) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, when, SPILLING],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        scratch = Path(parent.stdout.readline().strip())
        assert scratch.parent == tmp_path
        assert scratch.is_dir()
        if when == "busy":
            spilled = scratch / "spill"
            assert wait_until(lambda: spilled.is_dir() and any(spilled.iterdir()))

        parent.kill()

    assert wait_until(lambda: not scratch.exists())
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_its_parent_ends_leaves_nothing() -> None:
    worker = Worker({"memory_mb": 300, "threads": 1})
    scratch = Path(worker._scratch)
    assert scratch.is_dir()

    worker.kill()

    assert not scratch.exists()


def test_a_scratch_folder_that_is_gone_is_no_error(tmp_path) -> None:
    remove_scratch(tmp_path / "never-was")

    assert list(tmp_path.iterdir()) == []
