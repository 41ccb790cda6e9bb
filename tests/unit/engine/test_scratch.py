"""No query worker leaves its scratch folder behind, however its parent ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phlo.engine.scratch import remove_scratch, spill_folder, sweep
from phlo.engine.worker import Worker

SPILLING = "select i, repeat(i::varchar, 99) as s from range(30000000) t(i) order by s desc"
ENDLESS = "select * from range(10000000000)"
PARENT = """
import sys, time
from phlo.catalog import open_catalog
from phlo.engine.workers import Limits, WorkerPool
lake, before = sys.argv[1:]
limits = Limits(rows=10**12, bytes=10**15, time_s=600, memory_mb=300)
pool = WorkerPool(open_catalog(lake), size=1, limits=limits, threads=1)
if before:
    stream = pool.query(before)
    if before == "select 1":
        stream.read_all()
(worker,) = pool._workers
print(worker._scratch, flush=True)
time.sleep(600)
"""


def wait_until(happened, timeout_s: float = 60) -> bool:
    deadline = time.monotonic() + timeout_s
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return happened()


@pytest.mark.parametrize(
    "before",
    ["", "select 1", SPILLING, ENDLESS],
    ids=["starting", "idle", "spilling", "answering"],
)
def test_a_worker_removes_its_scratch_when_its_parent_is_killed(tmp_path, before) -> None:
    scratches = tmp_path / "scratches"
    scratches.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "lake"), before],
        env={**os.environ, "TMPDIR": str(scratches)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        try:
            scratch = Path(parent.stdout.readline().strip())
            assert scratch.parent == scratches
            assert scratch.is_dir()
            if before == SPILLING:
                spilled = scratch / "spill"
                assert wait_until(lambda: spilled.is_dir() and any(spilled.iterdir()))
        finally:
            parent.kill()

    assert wait_until(lambda: not list(scratches.iterdir()))


def test_a_worker_that_its_parent_ends_leaves_nothing() -> None:
    worker = Worker({"memory_mb": 300, "threads": 1})
    scratch = Path(worker._scratch)
    assert scratch.is_dir()

    worker.kill()

    assert not scratch.exists()


def test_a_scratch_folder_that_is_gone_is_no_error(tmp_path) -> None:
    remove_scratch(tmp_path / "never-was")

    assert list(tmp_path.iterdir()) == []


SPILL = """
import sys, threading, time
from pathlib import Path
from phlo.engine.connection import open_engine
con = open_engine(memory_mb=100, threads=1)
folder = Path(con.execute("select current_setting('temp_directory')").fetchone()[0])
print(folder, flush=True)
con.execute(sys.argv[1]).fetchone()
"""


def test_what_a_killed_process_spilled_the_next_one_removes(tmp_path) -> None:
    names = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", SPILL, SPILLING], env=names, stdout=subprocess.PIPE, text=True
    ) as killed:
        try:
            spilled = Path(killed.stdout.readline().strip())
            assert wait_until(lambda: spilled.is_dir() and any(spilled.iterdir()))
            sweep(str(tmp_path))
            assert any(spilled.iterdir())
        finally:
            killed.kill()
    assert spilled.is_dir()
    foreign = tmp_path / "phlo-spill-0badcafe-1-1-of_another_machine"
    foreign.mkdir()

    subprocess.run([sys.executable, "-c", SPILL, "select 1"], env=names, check=True)

    assert list(tmp_path.iterdir()) == [foreign]


def test_the_next_process_removes_what_a_killed_parent_and_its_worker_left(tmp_path) -> None:
    ours = tmp_path / spill_folder().name
    ours.mkdir()
    left = ours.name.replace("spill", "worker").replace(f"-{os.getpid()}-", "-999999999-")
    (tmp_path / left / "spill").mkdir(parents=True)

    sweep(str(tmp_path))

    assert list(tmp_path.iterdir()) == [ours]
