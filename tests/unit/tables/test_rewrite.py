import json

import pyarrow as pa
import pytest

from phlo.errors import BadData, Conflict, SqlError
from phlo.tables.write import append, delete, replace, staged


@pytest.fixture
def table(con, make):
    """Three files of one day each, ten rows a day."""
    table = make("t", day=pa.date32(), id=pa.int64(), x=pa.float64())
    for n in range(3):
        append(
            con,
            table,
            f"select date '2020-01-01' + {n} as day, i as id, i / 2 as x from range(10) t(i)",
        )
    return table


def paths(table) -> set[str]:
    return {task.file.file_path for task in table.scan().plan_files()}


def intent(table) -> dict:
    return json.loads(table.current_snapshot().summary.additional_properties["phlo.intent"])


def test_a_delete_rewrites_only_the_files_it_touches(con, table, rows) -> None:
    before = paths(table)

    written = delete(con, table, "day = date '2020-01-02' and id < 3")

    assert rows(table, "count(*)") == [(27,)]
    assert len(before & paths(table)) == 2
    assert (written.rows_removed, written.files_added, written.files_removed) == (3, 1, 1)
    assert intent(table)["scope"] == "day = date '2020-01-02' and id < 3"


def test_a_file_whose_rows_all_go_is_dropped_not_rewritten(con, table) -> None:
    written = delete(con, table, "day = date '2020-01-02'")

    assert (written.files_added, written.files_removed) == (0, 1)


def test_a_delete_that_finds_nothing_makes_no_snapshot(con, table) -> None:
    before = table.current_snapshot()

    assert delete(con, table, "id = 99").snapshot_id is None
    assert table.current_snapshot() == before


def test_rows_for_which_the_predicate_is_null_stay(con, make, rows) -> None:
    table = make("n", id=pa.int64())
    append(con, table, "select unnest([1, 2, null]) as id")

    delete(con, table, "id = 1")

    assert rows(table) == [(2,), (None,)]


def test_a_predicate_that_does_not_run_is_refused(con, table) -> None:
    with pytest.raises(SqlError, match="nope"):
        delete(con, table, "nope = 1")


def test_everything_can_be_deleted(con, table, rows) -> None:
    delete(con, table, "true")

    assert rows(table) == []
    assert table.scan().to_arrow().num_rows == 0


def test_a_replace_puts_new_rows_in_the_place_of_all(con, table, rows) -> None:
    snapshots = len(table.snapshots())

    written = replace(con, table, "select date '2021-01-01' as day, 1 as id, 0.5 as x")

    assert rows(table, "count(*), min(id)") == [(1, 1)]
    assert (written.rows_added, written.rows_removed) == (1, 30)
    assert len(table.snapshots()) == snapshots + 1
    assert intent(table) == {"kind": "overwrite", "key": [], "scope": ""}


def test_a_replace_by_predicate_leaves_other_rows_and_repeats(con, table, rows) -> None:
    day = "day = date '2020-01-02'"
    select = "select date '2020-01-02' as day, i as id, 9.0 as x from range(4) t(i)"

    replace(con, table, select, predicate=day)
    first = rows(table)
    replace(con, table, select, predicate=day)

    assert rows(table) == first
    assert rows(table, "count(*), count(*) filter (x = 9)") == [(24, 4)]


def test_a_replace_may_read_the_table_itself(con, table, rows) -> None:
    from phlo.tables.plan import scan_sql

    replace(con, table, f"select day, id, x + 1 as x from ({scan_sql(con, table)})")

    assert rows(table, "count(*), min(x)") == [(30, 1.0)]


def test_a_replace_without_rows_empties(con, table, rows) -> None:
    replace(con, table, "select null::date as day, null as id, null as x where false")

    assert rows(table) == []


def test_new_rows_outside_the_predicate_are_refused(con, table) -> None:
    before = table.current_snapshot()

    with pytest.raises(BadData, match="lies outside"):
        replace(
            con,
            table,
            "select date '2020-01-05' as day, 1 as id, 0 as x",
            predicate="day = date '2020-01-02'",
        )

    assert table.current_snapshot() == before


def test_a_table_that_moved_meanwhile_is_a_conflict(con, tables, table, rows) -> None:
    stale = tables.load_table(("raw", "t"))
    append(con, table, "select date '2020-01-02' as day, 77 as id, 0 as x")

    with pytest.raises(Conflict):
        delete(con, stale, "day = date '2020-01-02'")

    assert rows(tables.load_table(("raw", "t")), "count(*)") == [(31,)]


def test_a_stream_that_can_be_read_once_replaces_by_predicate(con, table, rows) -> None:
    import datetime as dt

    schema = pa.schema([("day", pa.date32()), ("id", pa.int64()), ("x", pa.float64())])
    batch = pa.record_batch([[dt.date(2020, 1, 2)] * 2, [7, 8], [0.5, 0.5]], schema=schema)

    with staged(con, pa.RecordBatchReader.from_batches(schema, [batch])) as select:
        written = replace(con, table, select, predicate="day = date '2020-01-02'")

    assert (written.rows_added, written.rows_removed) == (2, 10)
    assert rows(table, "count(*)") == [(22,)]
