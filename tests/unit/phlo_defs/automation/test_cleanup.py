"""What the sensors after a failed and a cancelled run do, ticked over runs that really ended so."""

import os
import signal
import sys
import time
from types import ModuleType

import dagster as dg
import pytest

from phlo_defs.location import build_definitions
from phlo_defs.publish import wap

DECLARED = """
@phlo.ingestion(table="raw.t", write="append", retries=0)
def t():
    import declared_hooks
    declared_hooks.during_load()
    return phlo.csv("t.csv")
"""


@pytest.fixture
def hooks(monkeypatch):
    module = ModuleType("declared_hooks")
    module.during_load = lambda: None
    monkeypatch.setitem(sys.modules, "declared_hooks", module)
    return module


@pytest.fixture
def loading(house, hooks):
    house.declare(DECLARED)
    house.file("t.csv", "id\n1\n")
    house.load("raw.t")
    house.file("t.csv", "id\n2\n")
    return house


class Daemon:
    """Ticks one sensor as the daemon does, its cursor kept between ticks."""

    def __init__(self, house, name: str) -> None:
        self.house, self.cursor = house, None
        self.repository = build_definitions(house.project).get_repository_def()
        self.sensor = self.repository.get_sensor_def(name)
        self.tick()

    def tick(self) -> str:
        context = dg.build_sensor_context(
            instance=self.house.instance, cursor=self.cursor, repository_def=self.repository
        )
        data = self.sensor.evaluate_tick(context)
        self.cursor = data.cursor or self.cursor
        return data.skip_message or ""


def dies_untold(monkeypatch, house) -> str:
    """Run the table; it merges, then fails before it has told anybody. Returns the run."""

    def stop(step: str) -> None:
        if step == "before-event":
            raise RuntimeError("the disk of the run history is full")

    with monkeypatch.context() as patched:
        patched.setattr(wap, "reached", stop)
        return house.run("raw.t").run_id


def status(house, run: str) -> dg.DagsterRunStatus:
    found = house.instance.get_run_by_id(run)
    assert found is not None
    return found.status


def test_after_a_failed_run_its_merge_is_told_and_its_branch_dropped(loading, monkeypatch) -> None:
    daemon = Daemon(loading, "failed_run_cleanup")
    run = dies_untold(monkeypatch, loading)
    left = loading.catalog.create_branch(f"wap/{run}/raw__t/all/7").name
    other = loading.catalog.create_branch("wap/some-other-run/raw__t/all/0").name
    merged = loading.catalog.resolve("main")
    before = loading.events("raw.t")

    said = daemon.tick()

    assert status(loading, run) == dg.DagsterRunStatus.FAILURE
    assert merged.run == run
    assert merged.number not in before
    assert loading.events("raw.t") == [*before, merged.number]
    assert f"told log entries {merged.number}" in said
    assert f"dropped {left}" in said
    assert loading.branches() == [other]


def test_after_a_cancelled_run_its_branch_is_dropped(loading, hooks) -> None:
    daemon = Daemon(loading, "cancelled_run_cleanup")

    def cancel() -> None:
        (run,) = loading.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        loading.catalog.create_branch(f"wap/{run.run_id}/raw__t/all/7")
        loading.instance.report_run_canceling(run)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    hooks.during_load = cancel
    run = loading.run("raw.t").run_id
    (left,) = loading.branches()

    said = daemon.tick()

    assert status(loading, run) == dg.DagsterRunStatus.CANCELED
    assert f"dropped {left}" in said
    assert loading.branches() == []
    assert loading.rows("raw.t") == [{"id": 1}]


def test_a_run_that_goes_well_wakes_neither(loading) -> None:
    daemons = [Daemon(loading, f"{name}_run_cleanup") for name in ("failed", "cancelled")]
    run = loading.load("raw.t").run_id
    left = loading.catalog.create_branch(f"wap/{run}/raw__t/all/7").name

    for daemon in daemons:
        daemon.tick()

    assert loading.branches() == [left]
