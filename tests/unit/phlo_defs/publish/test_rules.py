"""The publishing half of the catalog's rules, through Dagster."""

import sys
from types import ModuleType

import dagster as dg
import pytest

from phlo.engine.connection import open_engine
from phlo.model import Evidence
from phlo.tables import write
from phlo_defs.publish.attempt import begin

PLAIN = """
@phlo.ingestion(table="raw.t", key="id", checks=[phlo.not_null("x")])
def t():
    return phlo.csv("t.csv")
"""


@pytest.fixture
def hooks(monkeypatch):
    """What declared functions may call back, as a module they import."""
    module = ModuleType("declared_hooks")
    monkeypatch.setitem(sys.modules, "declared_hooks", module)
    return module


@pytest.fixture
def plain(house):
    house.declare(PLAIN)
    house.file("t.csv", "id,x\n1,1\n")
    return house


def new_instance(house) -> None:
    """Take away Dagster's history, as if no event had ever been stored."""
    house.instance.dispose()
    folder = house.root / "dagster2"
    folder.mkdir()
    house.instance = dg.DagsterInstance.ephemeral(tempdir=str(folder))


def test_r10_every_attempt_has_a_branch_of_its_own(house) -> None:
    same = {
        "into": "main",
        "run": "r",
        "root": "r",
        "step": "raw__t",
        "partitions": ("2024-01-01",),
    }

    first = begin(house.catalog, **same)
    second = begin(house.catalog, **same)

    assert first.branch.name != second.branch.name
    assert first.branch.name.startswith("wap/r/raw__t/")


def test_r19_a_failed_check_does_not_move_the_cursor(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", write="append", cursor="id", checks=[phlo.not_null("x")])
        def t(window):
            return phlo.csv("t.csv", types={"x": "bigint"})
        """
    )
    house.file("t.csv", "id,x\n1,1\n")
    house.load("raw.t")
    house.file("t.csv", "id,x\n1,1\n2,\n")
    house.refuse("raw.t")
    house.file("t.csv", "id,x\n1,1\n2,2\n")

    house.load("raw.t")

    assert [row["id"] for row in house.rows("raw.t")] == [1, 2]


def test_r20_the_merge_is_the_outbox_of_the_event(plain) -> None:
    result = plain.load("raw.t")

    (found,) = plain.catalog.publications()
    body = found.payload
    assert (body["run"], body["step"], body["assets"]) == (result.run_id, "raw__t", ["raw.t"])
    assert [check["name"] for check in body["events"][0]["checks"]] == ["not_null_x"]
    assert body["checked"] in {commit.id for commit in plain.catalog.log("main")} | {
        parent for commit in plain.catalog.log("main") for parent in commit.parents
    }
    assert plain.events("raw.t") == [found.number]
    assert plain.metadata("raw.t")["phlo/log_number"] == found.number


def test_r20_a_publish_without_changes_is_told_too(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return [{'id': 1}]\n")
    house.load("raw.t")

    house.load("raw.t")

    assert len(house.catalog.publications()) == 2
    assert len(house.events("raw.t")) == 2
    assert house.rows("raw.t") == [{"id": 1}]


def test_r21_a_merge_of_the_same_run_and_step_is_told_and_nothing_is_written(plain) -> None:
    result = plain.load("raw.t")
    (merged,) = plain.catalog.publications()
    new_instance(plain)
    plain.file("t.csv", "id,x\n2,2\n")

    plain.load("raw.t", run_id=result.run_id)

    assert plain.rows("raw.t") == [{"id": 1, "x": 1}]
    assert plain.events("raw.t") == [merged.number]
    assert len(plain.catalog.publications()) == 1


def test_r21_a_merge_of_another_run_is_told_late_and_the_load_goes_on(plain) -> None:
    plain.load("raw.t")
    new_instance(plain)
    plain.file("t.csv", "id,x\n2,2\n")

    plain.load("raw.t")

    numbers = [found.number for found in plain.catalog.publications()]
    assert plain.events("raw.t") == numbers
    assert plain.rows("raw.t") == [{"id": 1, "x": 1}, {"id": 2, "x": 2}]


def test_r21_an_entry_that_has_its_event_is_never_told_again(plain) -> None:
    for _ in range(3):
        plain.load("raw.t")

    assert plain.events("raw.t") == [found.number for found in plain.catalog.publications()]


def beside(house, sql: str, key: str = "raw.t") -> None:
    """Publish rows to main from somewhere else, with evidence of its own, as a good branch."""
    catalog, name = house.catalog, tuple(key.split("."))
    catalog.create_branch("beside", at="main")
    con = open_engine()
    with catalog.stage("beside", message="rows from elsewhere") as stage:
        write.append(con, stage.tables.load_table(name), sql)
    content = catalog.contents("beside")[name]
    evidence = [Evidence(name, content.metadata_location, ("unique_id", "raced"))]
    catalog.merge("beside", "main", evidence=evidence, delete_source=True)
    con.close()


RACED = """
@phlo.ingestion(table="raw.t", write="append", cursor="id", checks=[phlo.unique("x")])
def t(window):
    return phlo.csv("t.csv")

@phlo.quality("raw.t", blocking=True)
def raced(lake):
    import declared_hooks
    declared_hooks.during_checks()
    return phlo.CheckResult(table="raw.t", check="raced", passed=True)
"""


def test_r22_two_good_branches_that_make_one_bad_table_are_not_published(house, hooks) -> None:
    hooks.during_checks = lambda: None
    house.declare(RACED)
    house.file("t.csv", "id,x\n1,1\n")
    house.load("raw.t")
    turns = []

    def race() -> None:
        if not turns:
            turns.append("beside")
            beside(house, "select 100::bigint as id, 7::bigint as x")

    hooks.during_checks = race
    house.file("t.csv", "id,x\n1,1\n2,7\n")

    problem = house.refuse("raw.t")

    assert "unique" in problem
    assert [row["id"] for row in house.rows("raw.t")] == [1, 100]
    assert len(house.branches()) == 1


def test_r22_a_table_that_moved_is_brought_together_and_checked_again(house, hooks) -> None:
    hooks.during_checks = lambda: None
    house.declare(RACED)
    house.file("t.csv", "id,x\n1,1\n")
    house.load("raw.t")
    turns = []

    def race() -> None:
        turns.append("check")
        if len(turns) == 1:
            beside(house, "select 100::bigint as id, 100::bigint as x")

    hooks.during_checks = race
    house.file("t.csv", "id,x\n1,1\n2,2\n")

    house.load("raw.t")

    assert {row["id"] for row in house.rows("raw.t")} == {1, 2, 100}
    assert len(turns) == 2
    assert house.branches() == []
