"""A run is taken back by its rows, where its files were rewritten since."""

import json

from phlo.cli.main import run
from phlo.engine.connection import open_engine
from phlo.model import Intent
from phlo.tables import write
from phlo.tables.commit import commit_files
from phlo.tables.datafiles import write_data_files
from phlo.tables.plan import scan_sql
from phlo.tables.rewrite import tasks_of

ADDED = """
@phlo.ingestion(table="raw.t", write="append", checks=[phlo.not_null("id")])
def t():
    return phlo.csv("t.csv")
"""
KEYED = """
@phlo.ingestion(table="raw.t", key="id")
def t():
    return phlo.csv("t.csv")
"""


def shell(house, *arguments: str) -> int:
    return run(["--project", str(house.root), *arguments])


def loaded(house, declared: str, *texts: str) -> list[str]:
    """Load each text by a run of its own, and return the runs."""
    house.declare(declared)
    runs = []
    for text in texts:
        house.file("t.csv", text)
        runs.append(house.load("raw.t").run_id)
    return runs


def compact(house, ref: str = "main", table: str = "raw.t") -> None:
    """Put all rows of a table in one file, as a compaction does."""
    key = tuple(table.split("."))
    with (
        open_engine() as con,
        house.catalog.stage(ref, message="compact", override="in a test") as stage,
    ):
        opened = stage.tables.load_table(key)
        gone = [task.file for task in tasks_of(opened)]
        files = write_data_files(con, opened, scan_sql(con, opened))
        commit_files(opened, add=files, remove=gone, intent=Intent("rewrite"), properties=None)


def frame(house) -> list[dict]:
    return sorted(house.frame("raw.t").to_dicts(), key=lambda row: row["id"])


def test_exactly_the_rows_of_the_run_go_after_a_compaction(house, capsys) -> None:
    runs = loaded(house, ADDED, "id\n1\n2\n", "id\n3\n", "id\n2\n4\n")
    compact(house)
    before = frame(house)

    assert shell(house, "branch", "revert", runs[0], "--json") == 0

    number = json.loads(capsys.readouterr().out)["number"]
    assert frame(house) == [row for row in before if row["_phlo_run_id"] != runs[0]]
    assert [row["id"] for row in frame(house)] == [2, 3, 4]
    assert house.catalog.resolve("main").number == number
    house.file("t.csv", "id\n1\n2\n")
    house.load("raw.t")
    assert [row["id"] for row in frame(house)] == [1, 2, 2, 3, 4]


def test_every_run_can_go_one_after_the_other(house, capsys) -> None:
    runs = loaded(house, ADDED, "id\n1\n", "id\n2\n", "id\n3\n")
    compact(house)

    for gone, left in ((1, [1, 3]), (0, [3]), (2, [])):
        assert shell(house, "branch", "revert", runs[gone], "--reason", "none of it holds") == 0
        assert [row["id"] for row in frame(house)] == left


def test_the_first_run_of_a_table_goes_and_the_table_stays_for_those_after(house, capsys) -> None:
    runs = loaded(house, ADDED, "id\n1\n", "id\n2\n")

    assert shell(house, "branch", "revert", runs[0]) == 0

    assert [row["id"] for row in frame(house)] == [2]


def test_a_branch_that_added_rows_meanwhile_still_merges(house, capsys) -> None:
    runs = loaded(house, ADDED, "id\n1\n", "id\n2\n")
    compact(house)
    house.catalog.create_branch("dev/x")
    house.file("t.csv", "id\n3\n")
    house.load("raw.t", tags={"phlo/branch": "dev/x"})

    assert shell(house, "branch", "revert", runs[0]) == 0
    assert shell(house, "branch", "merge", "dev/x") == 0

    assert [row["id"] for row in frame(house)] == [2, 3]


def test_rows_that_were_overwritten_since_stay_a_conflict_with_a_fix(house, capsys) -> None:
    runs = loaded(house, KEYED, "id\n1\n2\n", "id\n2\n3\n")
    compact(house)
    before = frame(house)

    status = shell(house, "branch", "revert", runs[0])

    said = capsys.readouterr().err
    assert status != 0
    assert "raw.t" in said
    assert "fix: revert the later commits first" in said
    assert frame(house) == before


def test_a_commit_of_a_run_that_has_more_is_not_guessed(house, capsys) -> None:
    """Rows of two commits that carry one run cannot be told apart by it."""
    house.declare(ADDED)
    house.file("t.csv", "id\n1\n")
    again = house.load("raw.t").run_id
    house.file("t.csv", "id\n2\n")
    house.load("raw.t")
    with (
        open_engine() as con,
        house.catalog.stage("main", message="more", run=again, override="in a test") as stage,
    ):
        opened = stage.tables.load_table(("raw", "t"))
        mine = f"select * from ({scan_sql(con, opened)}) where _phlo_run_id = '{again}'"
        write.append(con, opened, mine)
    more = house.catalog.resolve("main").id
    compact(house)
    before = frame(house)

    status = shell(house, "branch", "revert", more)

    assert status != 0
    assert "cannot be told apart" in capsys.readouterr().err
    assert frame(house) == before
