import json

import pandera.polars as pa
import polars as pl

import phlo
from phlo.declare import Declarations
from phlo.quality import checks_of, run_check
from phlo.quality.schemas import judges_rows_alone


class Reading(pa.DataFrameModel):
    sensor: str = pa.Field(isin=["a", "b"])
    celsius: float = pa.Field(ge=-40, le=60, nullable=True)

    class Config:
        strict = True


class Unique(pa.DataFrameModel):
    id: int = pa.Field(unique=True)


def schema_check(schema):
    spec = phlo.ingestion(table="raw.t", schema=schema)(lambda: [])
    (check,) = checks_of(Declarations((spec,)), "raw.t")
    return check


def test_good_rows_pass_and_our_own_columns_do_not_disturb_a_strict_schema(lake):
    lake.create("raw.t", "select 'a' as sensor, 1.5::double as celsius, 'x' as _phlo_row_id")

    result = run_check(schema_check(Reading), lake, "raw.t")

    assert result.passed, result.message
    assert result.blocking


def test_failing_rows_are_counted_and_shown_with_the_reason(lake):
    lake.create(
        "raw.t",
        "select if(range = 7, 'z', 'a') as sensor, if(range < 30, 99, 1)::double as celsius "
        "from range(1000)",
    )

    result = run_check(schema_check(Reading), lake, "raw.t")

    assert (result.passed, result.failing, result.rows) == (False, 30, 1000)
    assert len(result.sample) == 20
    assert "celsius: less_than_or_equal_to(60" in result.sample[0]["_failed"]
    json.dumps(result.sample)


def test_a_missing_or_wrong_column_fails_as_a_whole(lake):
    lake.create("raw.t", "select 'a' as sensor, 'warm' as celsius, 1 as extra")

    result = run_check(schema_check(Reading), lake, "raw.t")

    assert not result.passed
    assert result.failing is None
    assert "extra" in json.dumps(result.metadata)


def test_an_empty_table_fails(lake):
    lake.create("raw.t", "select 'a' as sensor, 1.0::double as celsius where false")

    result = run_check(schema_check(Reading), lake, "raw.t")

    assert not result.passed
    assert "no rows" in result.message


def test_a_schema_that_compares_rows_sees_all_of_them(lake):
    lake.create("raw.t", "select unnest([1, 2, 2])::bigint as id")

    check = schema_check(Unique)
    result = run_check(check, lake, "raw.t")

    assert check.beyond_window
    assert not schema_check(Reading).beyond_window
    assert (result.passed, result.failing) == (False, 2)


def test_only_checks_of_single_rows_run_in_batches():
    custom = pa.DataFrameSchema({"a": pa.Column(pl.Int64, pa.Check(lambda data: True))})

    assert judges_rows_alone(Reading)
    assert not judges_rows_alone(Unique)
    assert not judges_rows_alone(custom)
