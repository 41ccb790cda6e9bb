"""What becomes of an op: published, refused, tried again, cancelled, or kept on a branch."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from types import ModuleType

import dagster as dg
import pytest

from phlo.config.processes import birth_of
from phlo_defs.publish.janitor import clean, fail_dead_runs, process_tag

CHECKED = """
@phlo.ingestion(table="raw.t", key="id",
                checks=[phlo.not_null("x"), phlo.row_count(max=2, severity="warn")])
def t():
    return phlo.csv("t.csv", types={"x": "bigint"})
"""


@pytest.fixture
def checked(house):
    house.declare(CHECKED)
    house.file("t.csv", "id,x\n1,1\n")
    house.load("raw.t")
    return house


@pytest.fixture
def hooks(monkeypatch):
    module = ModuleType("declared_hooks")
    monkeypatch.setitem(sys.modules, "declared_hooks", module)
    return module


def checks(house, table: str = "raw.t") -> dict[str, bool]:
    """The newest outcome of each check, as Dagster's storage has it."""
    key = dg.AssetKey(table.split("."))
    names = ["not_null_x", "row_count"]
    keys = [dg.AssetCheckKey(key, name) for name in names]
    found = house.instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {check.name: record.status.value == "SUCCEEDED" for check, record in found.items()}


def test_a_failed_check_keeps_the_branch_and_leaves_main_alone(checked) -> None:
    checked.file("t.csv", "id,x\n2,\n")

    result = checked.run("raw.t")

    assert not result.success
    assert checks(checked)["not_null_x"] is False
    assert checked.rows("raw.t") == [{"id": 1, "x": 1}]
    (branch,) = checked.branches()
    assert {"id": 2, "x": None} in checked.rows("raw.t", ref=branch)
    assert len(checked.events("raw.t")) == 1


def test_a_check_that_passes_carries_its_commit_its_sql_and_what_it_measured(checked) -> None:
    key = dg.AssetCheckKey(dg.AssetKey(["raw", "t"]), "not_null_x")
    (record,) = checked.instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    found = record.evaluation

    assert found.passed
    assert found.metadata["phlo/commit"].value == checked.catalog.resolve("main").id
    assert found.metadata["measured"].value == 0
    assert "where" in found.metadata["sql"].value


def test_a_check_that_only_warns_does_not_hold_back(checked) -> None:
    checked.file("t.csv", "id,x\n2,2\n3,3\n")

    checked.load("raw.t")

    assert checks(checked) == {"not_null_x": True, "row_count": False}
    assert len(checked.rows("raw.t")) == 3


def test_checks_of_a_partition_are_up_to_date_after_the_run(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", key="id", checks=[phlo.not_null("x")],
                        partition=phlo.daily("at", start="2024-01-01"))
        def t(window):
            return phlo.csv("t.csv")
        """
    )
    house.file("t.csv", "id,x,at\n1,1,2024-01-01\n2,2,2024-01-02\n")

    house.load("raw.t", partition="2024-01-02")

    key = dg.AssetCheckKey(dg.AssetKey(["raw", "t"]), "not_null_x")
    storage = house.instance.event_log_storage
    (found,) = storage.get_asset_check_execution_history(key, limit=10)
    event = house.instance.get_latest_materialization_event(dg.AssetKey(["raw", "t"]))
    assert found.partition == "2024-01-02"
    assert found.evaluation.target_materialization_data.run_id == event.run_id


def test_downstream_tables_do_not_run_after_a_failed_check(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.a", checks=[phlo.row_count(min=5)])
        def a():
            return [{"id": 1}]

        @phlo.ingestion(table="raw.b", depends="raw.a")
        def b(lake):
            return lake.sql("select * from raw.a").to_arrow()
        """
    )

    house.refuse()

    assert house.tables() == []


def test_a_run_that_is_pinned_to_a_branch_publishes_nothing(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.a")
        def a():
            return [{"id": 1}]

        @phlo.ingestion(table="raw.b", depends="raw.a")
        def b(lake):
            return lake.sql("select id + 1 as id from raw.a").to_arrow()
        """
    )
    house.catalog.create_branch("dev/x")

    house.load(tags={"phlo/branch": "dev/x"})

    assert house.tables() == []
    assert house.rows("raw.b", ref="dev/x") == [{"id": 2}]
    assert house.events("raw.a") == house.events("raw.b") == []
    assert house.branches() == ["dev/x"]


def test_a_branch_that_is_not_there_is_named_with_its_fix(house) -> None:
    house.declare("@phlo.ingestion(table='raw.a')\ndef a():\n    return [{'id': 1}]\n")

    problem = house.refuse("raw.a", tags={"phlo/branch": "dev/none"})

    assert "dev/none" in problem
    assert "fix: " in problem


def test_a_transient_failure_is_tried_again_on_a_fresh_branch(house, hooks) -> None:
    turns = []
    hooks.turns = turns
    house.declare(
        """
        @phlo.ingestion(table="raw.t", retries=1)
        def t():
            import declared_hooks
            declared_hooks.turns.append(1)
            if len(declared_hooks.turns) == 1:
                raise TimeoutError("no answer")
            return [{"id": 1}]
        """
    )

    house.load("raw.t")

    assert len(turns) == 2
    assert house.rows("raw.t") == [{"id": 1}]
    assert house.branches() == []


def test_a_cancelled_run_ends_as_cancelled_and_is_not_tried_again(house, hooks) -> None:
    turns = []

    def cancel() -> None:
        turns.append(1)
        (run,) = house.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        house.instance.report_run_canceling(run)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    hooks.cancel = cancel
    house.declare(
        """
        @phlo.ingestion(table="raw.t", retries=3)
        def t():
            import declared_hooks
            declared_hooks.cancel()
            return [{"id": 1}]
        """
    )

    house.run("raw.t")

    (run,) = house.instance.get_runs()
    assert run.status in {dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE}
    assert turns == [1]
    assert house.tables() == []
    assert house.branches() == []


def test_the_janitor_drops_what_ended_runs_left_and_keeps_failed_checks(checked) -> None:
    checked.file("t.csv", "id,x\n2,\n")
    checked.refuse("raw.t")
    (kept,) = checked.branches()
    ended = checked.instance.get_runs(limit=1)[0].run_id
    checked.catalog.create_branch(f"wap/{ended}/raw__t/all/7")
    checked.catalog.create_branch("feature")

    done = clean(checked.instance, checked.catalog, keep=timedelta(days=7))

    assert done.dropped == (f"wap/{ended}/raw__t/all/7",)
    assert done.kept == (kept,)
    assert checked.branches() == ["feature", kept]


def test_the_janitor_drops_a_failed_branch_when_it_is_old(checked) -> None:
    checked.file("t.csv", "id,x\n2,\n")
    checked.refuse("raw.t")
    later = datetime.now(UTC) + timedelta(days=8)

    clean(checked.instance, checked.catalog, keep=timedelta(days=7), now=later)

    assert checked.branches() == []


def test_the_janitor_leaves_a_run_alone_that_still_goes_on(checked) -> None:
    run = dg.DagsterRun(job_name="j", status=dg.DagsterRunStatus.STARTED)
    checked.instance.add_run(run)
    checked.catalog.create_branch(f"wap/{run.run_id}/raw__t/all/0")

    clean(checked.instance, checked.catalog, keep=timedelta(days=7))

    assert len(checked.branches()) == 1


@pytest.mark.parametrize("name", ["NOT_STARTED", "STARTED"])
def test_a_run_whose_process_is_gone_is_failed(checked, name) -> None:
    dead = process_tag().rpartition("/")[0] + "/0"
    for owner in (dead, process_tag()):
        run = dg.DagsterRun(
            job_name="j", status=dg.DagsterRunStatus(name), tags={"phlo/process": owner}
        )
        checked.instance.add_run(run)

    found = list(fail_dead_runs(checked.instance))

    assert len(found) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="births are told by /proc")
def test_a_run_whose_process_ended_is_failed_before_anybody_waited_for_it(checked) -> None:
    child = subprocess.Popen(["sleep", "60"])
    owner = f"{socket.gethostname()}/{child.pid}/{birth_of(child.pid)}"
    run = dg.DagsterRun(
        job_name="j", status=dg.DagsterRunStatus.STARTED, tags={"phlo/process": owner}
    )
    checked.instance.add_run(run)
    assert list(fail_dead_runs(checked.instance)) == []

    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert list(fail_dead_runs(checked.instance)) == [run.run_id]
    child.wait()
