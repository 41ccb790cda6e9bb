"""What two commits differ in, told from metadata."""

import pytest

from phlo.model import TableDiff
from tests.unit.catalog.lab import FLIGHTS, SCHEMA, Lab, row


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    lab.append("main", [row(1), row(2)])
    lab.append("main", [row(3)])
    lab.branch("dev")
    return lab


def only(lab: Lab, left: str = "main", right: str = "dev") -> TableDiff:
    (table,) = lab.catalog.diff(left, right).tables
    return table


def test_equal_commits_differ_in_nothing(lab: Lab) -> None:
    assert lab.catalog.diff("main", "dev").tables == ()


def test_added_rows_and_files_are_counted(lab: Lab) -> None:
    lab.append("dev", [row(4), row(5)])

    table = only(lab)

    assert (table.key, table.kind) == (FLIGHTS, "changed")
    assert (table.rows_added, table.rows_removed) == (2, 0)
    assert len(table.files_added) == 1
    assert table.files_removed == ()


def test_a_rewritten_file_counts_on_both_sides(lab: Lab) -> None:
    lab.delete("dev", lambda one: one["id"] == 1)

    table = only(lab)

    assert (table.rows_added, table.rows_removed) == (1, 2)
    assert (len(table.files_added), len(table.files_removed)) == (1, 1)


def test_the_other_way_round_everything_is_turned(lab: Lab) -> None:
    lab.append("dev", [row(4)])
    lab.add_column("dev", "late")

    table = only(lab, "dev", "main")

    assert (table.rows_added, table.rows_removed) == (0, 1)
    assert table.columns_removed == ("late",)


def test_columns_are_compared_by_id(lab: Lab) -> None:
    lab.add_column("dev", "late")
    with lab.table("dev").update_schema(allow_incompatible_changes=True) as update:
        update.rename_column("value", "amount")
        update.delete_column("day")

    table = only(lab)

    assert table.columns_added == ("late",)
    assert table.columns_removed == ("day",)
    assert table.columns_changed == ("amount",)


def test_tables_that_came_and_went_are_told(lab: Lab) -> None:
    lab.at("dev").drop_table(FLIGHTS)
    lab.at("dev").create_table("raw.planes", SCHEMA)

    tables = {table.key: table for table in lab.catalog.diff("main", "dev").tables}

    assert (tables[FLIGHTS].kind, tables[FLIGHTS].rows_removed) == ("removed", 3)
    assert (tables["raw", "planes"].kind, tables["raw", "planes"].rows_added) == ("added", 0)
    assert tables["raw", "planes"].columns_added == ("id", "day", "value")


def test_a_table_of_another_identity_is_compared_by_names(lab: Lab) -> None:
    lab.at("dev").drop_table(FLIGHTS)
    lab.at("dev").create_table("raw.flights", SCHEMA)

    assert only(lab).columns_added == ()


def test_other_contents_are_told_without_files(lab: Lab) -> None:
    with lab.catalog.stage("dev", message="x") as stage:
        stage.put_cursor("flights", 3)

    table = only(lab)

    assert table.kind == "added"
    assert table.files_added == ()
    assert table.rows_added is None


def test_manifests_that_both_sides_share_are_not_opened(lab: Lab) -> None:
    shared = lab.table("main").current_snapshot()
    assert shared is not None
    lab.append("dev", [row(4)])
    store = lab.catalog.store
    for manifest in shared.manifests(lab.table("main").io):
        store.delete([manifest.manifest_path.removeprefix(store.root + "/")])

    assert only(lab).rows_added == 1
