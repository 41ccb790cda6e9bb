import json

import pyarrow as pa
import pytest

from phlo.errors import BadData, Conflict, InvalidInput
from phlo.tables.write import append, staged, upsert


@pytest.fixture
def table(con, make):
    """Four files of ten keys each: 0-9, 10-19, 20-29, 30-39."""
    table = make("t", id=pa.int64(), x=pa.string())
    for n in range(4):
        append(con, table, f"select i as id, 'old' as x from range({n * 10}, {n * 10 + 10}) t(i)")
    return table


def paths(table) -> set[str]:
    return {task.file.file_path for task in table.scan().plan_files()}


def test_rows_with_a_known_key_are_replaced_and_others_added(con, table, rows) -> None:
    written = upsert(con, table, "select unnest([5, 15, 100]) as id, 'new' as x", ["id"])

    assert rows(table, "count(*)") == [(41,)]
    assert rows(table, "id", where="x = 'new'") == [(5,), (15,), (100,)]
    assert (written.rows_added, written.rows_updated) == (1, 2)


def test_only_files_that_hold_a_key_are_rewritten_in_one_snapshot(con, table) -> None:
    before = paths(table)
    snapshots = len(table.snapshots())

    written = upsert(con, table, "select 15 as id, 'new' as x", ["id"])

    assert len(before & paths(table)) == 3
    assert written.files_removed == 1
    assert len(table.snapshots()) == snapshots + 1
    intent = table.current_snapshot().summary.additional_properties["phlo.intent"]
    assert json.loads(intent) == {"kind": "upsert", "key": ["id"], "scope": ""}


def test_keys_on_both_sides_of_a_file_do_not_drag_it_in(con, table) -> None:
    before = paths(table)

    upsert(con, table, "select unnest([5, 35]) as id, 'new' as x", ["id"])

    assert len(before & paths(table)) == 2


def test_a_file_that_loses_all_its_rows_leaves_none(con, table, rows) -> None:
    upsert(con, table, "select i as id, 'new' as x from range(10) t(i)", ["id"])

    assert rows(table, "count(*), count(*) filter (x = 'new')") == [(40, 10)]
    assert len(paths(table)) == 4


def test_the_same_upsert_twice_changes_nothing_more(con, table, rows) -> None:
    select = "select unnest([5, 100]) as id, 'new' as x"

    upsert(con, table, select, ["id"])
    first = rows(table)
    again = upsert(con, table, select, ["id"])

    assert rows(table) == first
    assert (again.rows_added, again.rows_updated) == (0, 2)


def test_keys_of_several_columns_match_together(con, make, rows) -> None:
    table = make("t", day=pa.date32(), place=pa.string(), n=pa.int32())
    append(
        con,
        table,
        "select date '2020-01-01' + i::int as day, 'a' as place, i as n from range(3) t(i)",
    )

    upsert(
        con,
        table,
        "select date '2020-01-02' as day, unnest(['a', 'b']) as place, 9 as n",
        ["day", "place"],
    )

    assert [(p, n) for _, p, n in rows(table)] == [("a", 0), ("a", 9), ("b", 9), ("a", 2)]


def test_an_empty_source_makes_no_snapshot(con, table) -> None:
    before = table.current_snapshot()

    written = upsert(con, table, "select 1 as id, 'x' as x where false", ["id"])

    assert written.snapshot_id is None
    assert table.current_snapshot() == before


def test_an_upsert_into_an_empty_table_adds(con, make, rows) -> None:
    table = make("empty", id=pa.int64())

    written = upsert(con, table, "select 1 as id", ["id"])

    assert rows(table) == [(1,)]
    assert (written.rows_added, written.rows_updated) == (1, 0)


def test_keys_twice_in_a_batch_are_refused_with_a_sample(con, table) -> None:
    before = table.current_snapshot()

    with pytest.raises(BadData, match=r"2 keys \(id\).*\(5,\) 3 times; \(7,\) 2 times") as caught:
        upsert(con, table, "select unnest([5, 5, 5, 7, 7, 8]) as id, 'new' as x", ["id"])

    assert "keep one row for each key" in caught.value.fix
    assert table.current_snapshot() == before


@pytest.mark.parametrize("bad", ["null", "'nan'"])
def test_keys_without_a_value_are_refused(con, make, bad) -> None:
    table = make("f", k=pa.float64())

    with pytest.raises(BadData, match="1 rows have no usable value in the key column 'k'"):
        upsert(con, table, f"select unnest([1.0, {bad}::double]) as k", ["k"])

    assert table.current_snapshot() is None


@pytest.mark.parametrize("key", [[], ["nope"], ["id", "nope"]])
def test_a_key_that_is_no_column_is_refused(con, table, key) -> None:
    with pytest.raises(InvalidInput):
        upsert(con, table, "select 1 as id, 'x' as x", key)


def test_null_keys_in_the_table_match_nothing(con, make, rows) -> None:
    table = make("n", id=pa.int64(), x=pa.string())
    append(con, table, "select null as id, 'old' as x")

    upsert(con, table, "select 1 as id, 'new' as x", ["id"])

    assert rows(table) == [(1, "new"), (None, "old")]


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (pa.string(), "'k' || i", "'k7'"),
        (pa.string(), "repeat('é', 40) || i", "repeat('é', 40) || '7'"),
        (pa.string(), "chr(1114111) || i", "chr(1114111) || '7'"),
        (pa.timestamp("us", "UTC"), "to_timestamp(i)", "to_timestamp(7)"),
        (
            pa.timestamp("us"),
            "timestamp '1969-12-31' + to_hours(6 * i)",
            "timestamp '1970-01-01 18:00'",
        ),
        (pa.date32(), "date '1969-12-30' + i::int", "date '1970-01-06'"),
        (pa.decimal128(10, 2), "(i - 5)::decimal(10,2)", "2::decimal(10,2)"),
        (pa.uuid(), "md5('' || i)::uuid", "md5('7')::uuid"),
        (pa.binary(), "encode('' || i)", "encode('7')"),
        (pa.bool_(), "i = 7", "true"),
        (pa.time64("us"), "time '00:00:00' + to_seconds(i)", "time '00:00:07'"),
    ],
)
def test_keys_of_every_type_find_their_files(con, make, rows, kind, old, new) -> None:
    table = make("k", k=kind, x=pa.string())
    append(con, table, f"select {old} as k, 'old' as x from range(10) t(i)")

    written = upsert(con, table, f"select {new} as k, 'new' as x", ["k"])

    assert written.rows_updated == 1
    assert rows(table, "count(*), count(*) filter (x = 'new')") == [(10, 1)]


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        (pa.date32(), "date '1969-12-01' + ({i})::int"),
        (pa.timestamp("us"), "timestamp '1969-12-31 23:59:58.5' + to_days(({i})::int)"),
        (pa.timestamp("us", "UTC"), "timestamptz '1969-12-31 23:59:58.5+00' + to_days(({i})::int)"),
        (pa.timestamp("us", "UTC"), "timestamptz '0001-02-03 00:00:00+00' + to_days(({i})::int)"),
    ],
    ids=["dates", "times", "moments", "the year 1"],
)
def test_keys_in_time_drag_in_only_the_files_that_hold_them(con, make, rows, kind, moment) -> None:
    table = make("times", k=kind, x=pa.string())
    for n in range(4):
        at = moment.format(i="i")
        append(con, table, f"select {at} as k, 'old' as x from range({n}0, {n}9) t(i)")
    before = paths(table)

    new = f"select {moment.format(i='j')} as k, 'new' as x from (values (15), (9), (99)) t(j)"
    written = upsert(con, table, new, ["k"])

    assert (written.rows_updated, written.rows_added, written.files_removed) == (1, 2, 1)
    assert len(before & paths(table)) == 3
    assert rows(table, "count(*), count(distinct k), count(*) filter (x = 'new')") == [(38, 38, 3)]


def test_a_table_that_moved_meanwhile_is_a_conflict_not_a_second_key(con, tables, table) -> None:
    stale = tables.load_table(("raw", "t"))
    upsert(con, table, "select 100 as id, 'first' as x", ["id"])

    with pytest.raises(Conflict, match=r"raw\.t"):
        upsert(con, stale, "select 100 as id, 'second' as x", ["id"])

    fresh = tables.load_table(("raw", "t"))
    assert upsert(con, fresh, "select 100 as id, 'third' as x", ["id"]).rows_updated == 1


def test_a_stream_that_can_be_read_once_is_merged(con, table, rows) -> None:
    data = pa.table({"id": [5, 100], "x": ["new", "new"]})

    with staged(con, data.to_reader()) as select:
        written = upsert(con, table, select, ["id"])

    assert (written.rows_added, written.rows_updated) == (1, 1)
    assert rows(table, "count(*)") == [(41,)]
