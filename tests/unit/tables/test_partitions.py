import datetime as dt
from decimal import Decimal
from uuid import UUID

import duckdb
import pyarrow as pa
import pytest
from pyiceberg.transforms import BucketTransform, parse_transform
from pyiceberg.types import IntegerType

from phlo.errors import InvalidInput, UnsupportedTable
from phlo.tables.write import append, upsert

DAYS = "select i as id, date '1969-12-30' + i::int as day from range(4) t(i)"


def partitions(table) -> list:
    return sorted(
        (tuple(task.file.partition[n] for n in range(len(table.spec().fields))))
        for task in table.scan().plan_files()
    )


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("day", [(-2,), (-1,), (0,), (1,)]),
        ("day(day)", [(-2,), (-1,), (0,), (1,)]),
        ("month(day)", [(-1,), (0,)]),
        ("year(day)", [(-1,), (0,)]),
    ],
)
def test_days_around_the_epoch_fall_into_the_specified_partitions(
    con, make, transform, expected
) -> None:
    table = make("t", id=pa.int64(), day=pa.date32(), partition_by=(transform,))

    append(con, table, DAYS)

    assert partitions(table) == expected
    assert table.scan(row_filter="day = '1969-12-31'").to_arrow()["id"].to_pylist() == [1]


def test_hours_are_those_of_utc_before_the_epoch_too(con, make) -> None:
    table = make("t", at=pa.timestamp("us", "UTC"), partition_by=("hour(at)",))
    con.execute("set timezone = 'Asia/Kolkata'")

    append(
        con,
        table,
        "select unnest([timestamptz '1969-12-31 23:30:00Z', '1970-01-01 00:30:00Z']) as \"at\"",
    )

    assert partitions(table) == [(-1,), (0,)]


VALUES = [
    (pa.int32(), "int", [34, 0, -1, 2**31 - 1, -(2**31) + 2]),
    (pa.int64(), "bigint", [34, -1, 2**63 - 1, -(2**63) + 2]),
    (pa.string(), "varchar", ["iceberg", "", "é€😀x", "a/b=c%", "__null__", "x" * 300]),
    (pa.binary(), "blob", [b"\0\1\2\3", b"", b"\xff" * 7]),
    (pa.uuid(), "uuid", [UUID("f79c3e09-677c-4bbd-a479-3f349cb785e7")]),
    (pa.decimal128(9, 2), "decimal(9,2)", [Decimal("14.20"), Decimal("-1.29"), Decimal("0.00")]),
    (pa.decimal128(38, 0), "decimal(38,0)", [Decimal("9" * 38), Decimal("-" + "9" * 38)]),
    (pa.date32(), "date", [dt.date(2017, 11, 16), dt.date(1900, 1, 1)]),
    (pa.time64("us"), "time", [dt.time(22, 31, 8, 5)]),
    (pa.timestamp("us"), "timestamp", [dt.datetime(2017, 11, 16, 22, 31, 8, 1)]),
]


def transformed(table, column: str, value: object) -> object:
    field = table.spec().fields[0]
    source = table.schema().find_field(field.source_id).field_type
    return field.transform.transform(source)(value)


@pytest.mark.parametrize(("kind", "sql", "values"), VALUES)
@pytest.mark.parametrize("transform", ["bucket(16, v)", "v", "truncate(3, v)"])
def test_partition_values_are_those_of_the_specification(
    con, make, rows, kind, sql, values, transform
) -> None:
    if transform.startswith("truncate") and sql in ("uuid", "date", "time", "timestamp"):
        pytest.skip("truncate is not defined for this type")
    if sql == "decimal(38,0)" and transform.startswith("truncate"):
        pytest.skip("rounding down the smallest decimal leaves its 38 digits")
    table = make("t", v=kind, partition_by=(transform,))

    con.execute(f"create temp table source (v {sql})")
    con.executemany(
        "insert into source values (?)",
        [[str(v) if isinstance(v, Decimal) else v] for v in [*values, None]],
    )
    append(con, table, "select * from source")

    for task in table.scan().plan_files():
        path = task.file.file_path
        source = f"read_parquet('{path.removeprefix('file://')}', hive_partitioning = false)"
        (value,) = con.execute(f"select any_value(v) from {source}").fetchone()
        wanted = transformed(table, "v", value)
        assert _physical(task.file.partition[0]) == _physical(wanted), value
    assert len(rows(table)) == len(values) + 1
    assert table.scan().to_arrow().num_rows == len(values) + 1


def _physical(value: object) -> object:
    if isinstance(value, dt.datetime):
        return int((value - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))
    if isinstance(value, dt.date):
        return (value - dt.date(1970, 1, 1)).days
    if isinstance(value, dt.time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 10**6 + value.microsecond
    if isinstance(value, UUID):
        return value.bytes
    return value


@pytest.mark.parametrize("kind", [pa.bool_(), pa.float64()])
def test_flags_and_floats_partition_by_identity(con, make, kind) -> None:
    table = make("t", v=kind, partition_by=("v",))

    append(con, table, "select unnest([0, 1, null]) as v")

    assert {task.file.partition[0] for task in table.scan().plan_files()} == {0, 1, None}


def test_several_fields_partition_together(con, make, rows) -> None:
    by = ("day(at)", "bucket(4, id)", "truncate(1, s)")
    table = make("t", at=pa.timestamp("us"), id=pa.int64(), s=pa.string(), partition_by=by)

    append(
        con,
        table,
        "select timestamp '2020-01-01' + to_hours(i * 13) as \"at\", i as id, "
        "['ab', 'ac', 'b'][i % 3 + 1] as s from range(30) t(i)",
    )

    assert rows(table, "count(*), sum(id)") == [(30, 435)]
    bucket = BucketTransform(num_buckets=4).transform(IntegerType())
    found = {task.file.partition[1] for task in table.scan().plan_files()}
    assert found == {bucket(i) for i in range(30)}
    assert table.scan(row_filter="id = 7 and s = 'ac'").to_arrow().num_rows == 1


def test_a_row_that_changes_its_partition_moves(con, make, rows) -> None:
    table = make("t", id=pa.int64(), place=pa.string(), partition_by=("place",))
    append(con, table, "select i as id, 'a' as place from range(3) t(i)")

    upsert(con, table, "select 1 as id, 'b' as place", ["id"])

    assert rows(table) == [(0, "a"), (1, "b"), (2, "a")]
    assert partitions(table) == [("a",), ("b",)]


@pytest.mark.parametrize(
    "text", ["nope", "day(id)", "bucket(id)", "hours of(id)", "truncate(0, s)"]
)
def test_partitioning_that_makes_no_sense_is_refused(make, text) -> None:
    with pytest.raises(InvalidInput):
        make("t", id=pa.int64(), s=pa.string(), partition_by=(text,))


def test_a_foreign_transform_is_refused_when_writing(con, make) -> None:
    from phlo.tables.partitions import partition_columns

    table = make("t", id=pa.int64(), partition_by=("bucket(4, id)",))
    field = table.spec().fields[0].model_copy(update={"transform": parse_transform("zorder")})
    spec = table.spec().model_copy(update={"fields": (field,)})

    with pytest.raises(UnsupportedTable, match="unknown"):
        partition_columns(table.schema(), spec)


def test_the_spec_may_change_and_old_files_stay(con, make, rows) -> None:
    table = make("t", id=pa.int64(), s=pa.string(), partition_by=("s",))
    append(con, table, "select 1 as id, 'a' as s")
    with table.update_spec() as update:
        update.remove_field("s")
        update.add_field("id", BucketTransform(num_buckets=2), "by_id")

    append(con, table, "select 2 as id, 'b' as s")

    assert rows(table) == [(1, "a"), (2, "b")]
    assert table.scan().to_arrow().num_rows == 2
    assert isinstance(con, duckdb.DuckDBPyConnection)
