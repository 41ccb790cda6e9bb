import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa
import pytest

from phlo.errors import BadData
from phlo.tables.write import append, arrow_schema, create, staged, storable_select

LAST_NS = 2**63 - 1


def test_nan_and_infinity_are_values(con, make, rows) -> None:
    table = make("t", x=pa.float64())

    append(con, table, "select unnest(['nan'::double, 'inf', '-inf', 1.5]) as x")

    values = [x for (x,) in rows(table)]
    assert values[:3] == [-math.inf, 1.5, math.inf]
    assert math.isnan(values[3])


def test_a_file_with_nan_is_not_pruned_away(con, make) -> None:
    table = make("t", x=pa.float64())
    append(con, table, "select unnest(['nan'::double, 1.5]) as x")

    assert table.scan(row_filter="x > 1").to_arrow().num_rows >= 1
    assert table.scan(row_filter="x < 2").to_arrow()["x"].to_pylist() == [1.5]


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
@pytest.mark.parametrize("value", ["infinity", "-infinity", "10000-01-01", "0001-12-31 (BC)"])
def test_endless_times_are_refused(con, tables, kind, value) -> None:
    select = f"select '{value}'::{kind} as at"
    table = create(tables, ("raw", "t"), arrow_schema(con, select))

    with pytest.raises(BadData, match=r"'at' holds a .* of infinity") as caught:
        append(con, table, select)

    assert "microseconds" in caught.value.fix
    assert table.current_snapshot() is None


def test_a_nanosecond_clock_that_ran_over_in_1677_is_refused(con, make) -> None:
    table = make("t", at=pa.timestamp("ns"))
    data = pa.table({"at": pa.array([-LAST_NS, 0], pa.timestamp("ns"))})

    with staged(con, data) as select, pytest.raises(BadData, match="1678"):
        append(con, table, select)


def test_dates_before_1678_are_kept_when_given_in_microseconds(con, make, rows) -> None:
    table = make("t", at=pa.timestamp("us"), day=pa.date32())

    append(con, table, "select timestamp '1677-09-20 01:02:03' as at, date '0044-03-15' as day")

    assert rows(table) == [(dt.datetime(1677, 9, 20, 1, 2, 3), dt.date(44, 3, 15))]
    assert table.scan(row_filter="day < '0100-01-01'").to_arrow().num_rows == 1


def test_nanoseconds_are_cut_to_microseconds(con, make, rows) -> None:
    table = make("t", at=pa.timestamp("ns"))
    data = pa.table({"at": pa.array([1_234_567_891], pa.timestamp("ns"))})

    with staged(con, data) as select:
        append(con, table, select)

    assert rows(table, 'epoch_us("at")') == [(1_234_567,)]


def test_a_fraction_is_not_rounded_into_a_whole_number(con, make, rows) -> None:
    table = make("t", n=pa.int64())

    append(con, table, "select 3.0::double as n")
    with pytest.raises(BadData, match=r"lose part of a value of column \"n\".*1\.5"):
        append(con, table, "select unnest([2.0, 1.5])::double as n")

    assert rows(table) == [(3,)]


def test_nan_is_not_turned_into_a_whole_number(con, make) -> None:
    table = make("t", n=pa.int64())

    with pytest.raises(BadData):
        append(con, table, "select 'nan'::double as n")


def test_a_time_of_day_is_not_cut_off_a_date(con, make, rows) -> None:
    table = make("t", day=pa.date32())

    append(con, table, "select timestamp '2020-01-02' as day")
    with pytest.raises(BadData, match="lose part"):
        append(con, table, "select timestamp '2020-01-02 03:00' as day")

    assert rows(table) == [(dt.date(2020, 1, 2),)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.int32(), "3000000000"),
        (pa.int64(), "'12x'"),
        (pa.date32(), "'2020-13-01'"),
        (pa.decimal128(4, 2), "123.45"),
        (pa.bool_(), "'maybe'"),
    ],
)
def test_a_value_that_does_not_fit_is_named(con, make, kind, value) -> None:
    table = make("t", v=kind)

    with pytest.raises(BadData, match=r"raw\.t"):
        append(con, table, f"select {value} as v")

    assert table.current_snapshot() is None


def test_a_null_in_a_required_column_is_refused(con, tables) -> None:
    schema = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("x", pa.int64())])
    table = create(tables, ("raw", "t"), schema)

    with pytest.raises(BadData, match="'id' is required"):
        append(con, table, "select unnest([1, null]) as id, 1 as x")
    with pytest.raises(BadData, match="no column 'id'"):
        append(con, table, "select 1 as x")

    assert table.current_snapshot() is None


def test_types_that_iceberg_lacks_become_the_next_wider(con, tables, rows) -> None:
    select = storable_select(
        con,
        "select 1::tinyint as a, 2::ubigint as b, sum(i) as c, 'x'::enum('x') as d, "
        "'{}'::json as f, {'n': 3::usmallint} as g, [4::uinteger] as h "
        "from range(3) t(i)",
    )
    table = create(tables, ("raw", "t"), arrow_schema(con, select))

    append(con, table, select)

    assert rows(table) == [(1, Decimal(2), 3, "x", "{}", {"n": 3}, [4])]
    assert [str(f.field_type) for f in table.schema().fields[:5]] == [
        "int",
        "decimal(20, 0)",
        "long",
        "string",
        "string",
    ]


def test_a_sum_too_wide_for_a_whole_number_fails_loudly(con, make) -> None:
    table = make("t", n=pa.int64())

    with pytest.raises(BadData):
        append(con, table, "select sum(9223372036854775807) as n from range(2)")


@pytest.mark.parametrize("value", ["interval 1 day", "'1'::bit", "union_value(k := 1)"])
def test_types_without_a_counterpart_are_refused_with_a_cast(con, value) -> None:
    with pytest.raises(BadData) as caught:
        storable_select(con, f"select {value} as v")

    assert "cast" in caught.value.fix


@pytest.mark.parametrize(
    "kind", [pa.duration("s"), pa.month_day_nano_interval(), pa.decimal256(60, 2)]
)
def test_arrow_types_without_a_counterpart_are_refused(tables, kind) -> None:
    with pytest.raises(BadData, match="'v'"):
        create(tables, ("raw", "t"), pa.schema([("v", kind)]))


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (pa.uint8(), "int"),
        (pa.uint32(), "long"),
        (pa.uint64(), "decimal(20, 0)"),
        (pa.float16(), "float"),
        (pa.large_string(), "string"),
        (pa.dictionary(pa.int32(), pa.string()), "string"),
        (pa.null(), "string"),
        (pa.time32("s"), "time"),
        (pa.date64(), "date"),
        (pa.timestamp("ns", "America/New_York"), "timestamptz"),
        (pa.uuid(), "uuid"),
        (pa.list_(pa.int8(), 3), "list<int>"),
        (pa.map_(pa.string(), pa.uint16()), "map<string, int>"),
        (pa.struct([("a", pa.large_binary())]), "struct<3: a: optional binary>"),
    ],
)
def test_arrow_types_are_stored_as_the_next_wider(tables, kind, stored) -> None:
    table = create(tables, ("raw", "t"), pa.schema([("v", kind), ("w", pa.int64())]))

    text = str(table.schema().find_field("v").field_type)
    assert text.split("<")[0] == stored.split("<")[0]
    if "<3" not in stored:
        assert text == stored


def test_bounds_of_wide_decimals_are_exact(con, make) -> None:
    table = make("t", v=pa.decimal128(38, 2))
    widest = "123456789012345678901234567890123456.78"

    append(con, table, f"select '{widest}'::decimal(38,2) as v")

    assert table.scan(row_filter=f"v = {widest}").to_arrow()["v"].to_pylist() == [Decimal(widest)]
