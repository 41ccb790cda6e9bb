"""Taking back a commit or a run, with what came later left in place."""

import pytest

from phlo.catalog.conflicts import MergeConflict
from phlo.errors import RefNotFound
from phlo.model import Commit, CursorContent, cursor_key
from tests.unit.catalog.lab import FLIGHTS, SCHEMA, Lab, row


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    lab.append("main", [row(1), row(2)])
    return lab


def tip(lab: Lab, ref: str = "main") -> Commit:
    return lab.catalog.get_commit(lab.catalog.ref(ref).commit)


def test_the_newest_commit_is_taken_back_by_pointing_back(lab: Lab) -> None:
    before = lab.catalog.contents("main")[FLIGHTS]
    lab.append("main", [row(3)])

    commit = lab.catalog.revert(tip(lab).id)

    assert lab.catalog.contents("main")[FLIGHTS] == before
    assert lab.ids("main") == [1, 2]
    assert commit.message.startswith("revert ")


def test_an_append_is_taken_back_and_later_appends_stay(lab: Lab) -> None:
    lab.append("main", [row(3)])
    bad = tip(lab)
    lab.append("main", [row(4)])

    lab.catalog.revert(bad.id)

    assert lab.ids("main") == [1, 2, 4]


def test_an_upsert_is_taken_back_and_the_old_rows_return(lab: Lab) -> None:
    lab.upsert("main", [row(1, value=9), row(3)])
    bad = tip(lab)
    lab.append("main", [row(4)])

    lab.catalog.revert(bad.id[:8])

    assert [(one["id"], one["value"]) for one in lab.rows("main")] == [(1, 0), (2, 0), (4, 0)]


def test_no_column_is_dropped(lab: Lab) -> None:
    with lab.catalog.stage("main", message="load") as stage:
        table = stage.tables.load_table(FLIGHTS)
        with table.update_schema() as update:
            update.add_column("late", SCHEMA.find_type("id"))
    bad = tip(lab)

    lab.catalog.revert(bad.id)

    assert "late" in lab.table("main").schema().column_names


def test_columns_and_rows_that_came_later_stay(lab: Lab) -> None:
    lab.append("main", [row(3)])
    bad = tip(lab)
    lab.add_column("main", "late")
    lab.append("main", [row(4, late=5)])

    lab.catalog.revert(bad.id)

    assert [(one["id"], one["late"]) for one in lab.rows("main")] == [(1, None), (2, None), (4, 5)]


def test_a_file_that_was_rewritten_since_is_a_conflict_that_names_the_commits(lab: Lab) -> None:
    lab.append("main", [row(3)])
    bad = tip(lab)
    lab.rewrite("main")
    later = tip(lab)
    before = lab.rows("main")

    with pytest.raises(MergeConflict, match=later.id[:8]):
        lab.catalog.revert(bad.id)

    assert lab.rows("main") == before


def test_a_table_that_was_filled_since_it_was_made_is_a_conflict(lab: Lab) -> None:
    lab.at("main").create_table("raw.planes", SCHEMA)
    made = tip(lab)
    lab.append("main", [row(1)], key=("raw", "planes"))

    with pytest.raises(MergeConflict, match=tip(lab).id[:8]):
        lab.catalog.revert(made.id)


def test_a_dropped_table_returns(lab: Lab) -> None:
    lab.at("main").drop_table(FLIGHTS)

    lab.catalog.revert(tip(lab).id)

    assert lab.ids("main") == [1, 2]


def test_a_merge_is_taken_back_whole(lab: Lab) -> None:
    lab.branch("dev")
    lab.append("dev", [row(3)])
    lab.at("dev").create_table("raw.planes", SCHEMA)
    merged = lab.merge("dev")
    lab.append("main", [row(4)])

    lab.catalog.revert(merged.id)

    assert lab.ids("main") == [1, 2, 4]
    assert ("raw", "planes") not in lab.catalog.contents("main")


def test_a_revert_can_be_reverted(lab: Lab) -> None:
    lab.append("main", [row(3)])
    bad = tip(lab)
    lab.append("main", [row(4)])
    reverted = lab.catalog.revert(bad.id)
    lab.append("main", [row(5)])

    lab.catalog.revert(reverted.id)

    assert lab.ids("main") == [1, 2, 3, 4, 5]


def test_a_run_is_taken_back_over_all_its_commits(lab: Lab) -> None:
    for number in (3, 4):
        with lab.catalog.stage("main", message="load", run="r1") as stage:
            lab.append_to(stage.tables.load_table(FLIGHTS), [row(number)])
            stage.put_cursor("flights", number)
        lab.append("main", [row(number + 10)])

    lab.catalog.revert("r1")

    assert lab.ids("main") == [1, 2, 13, 14]
    assert cursor_key("flights") not in lab.catalog.contents("main")


def test_a_run_that_worked_on_its_own_branch_is_taken_back_by_its_merge(lab: Lab) -> None:
    lab.branch("wap/r1")
    with lab.catalog.stage("wap/r1", message="load", run="r1") as stage:
        lab.append_to(stage.tables.load_table(FLIGHTS), [row(3)])
    lab.append("main", [row(9)])
    lab.catalog.merge("wap/r1", run="r1", delete_source=True)

    lab.catalog.revert("r1")

    assert lab.ids("main") == [1, 2, 9]


def test_r19_a_cursor_goes_back_with_its_rows_and_not_past_a_later_load(lab: Lab) -> None:
    for number in (3, 4):
        with lab.catalog.stage("main", message="load", run=f"r{number}") as stage:
            lab.append_to(stage.tables.load_table(FLIGHTS), [row(number)])
            stage.put_cursor("flights", number)

    with pytest.raises(MergeConflict, match="cursor"):
        lab.catalog.revert("r3")
    lab.catalog.revert("r4")

    assert lab.ids("main") == [1, 2, 3]
    assert lab.catalog.contents("main")[cursor_key("flights")] == CursorContent("3")


def test_what_was_taken_back_on_main_does_not_stand_in_the_way_of_a_branch(lab: Lab) -> None:
    lab.append("main", [row(3)])
    bad = tip(lab)
    lab.branch("dev")
    lab.append("dev", [row(4)])
    lab.append("main", [row(5)])
    lab.catalog.revert(bad.id)

    lab.merge("dev")

    assert lab.ids("main") == [1, 2, 4, 5]


def test_a_name_that_is_no_commit_and_no_run_is_refused(lab: Lab) -> None:
    lab.branch("dev")
    lab.append("dev", [row(3)])

    with pytest.raises(RefNotFound, match="neither a commit nor a run"):
        lab.catalog.revert("nothing")
    with pytest.raises(RefNotFound, match="not in the history"):
        lab.catalog.revert(tip(lab, "dev").id)
