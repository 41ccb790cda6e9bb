"""The rules over real Iceberg tables, where types and sessions are not DuckDB's own."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pandera.polars as pa_polars
import polars as pl
import pyarrow as pa
import pytest

import phlo
from phlo.catalog import open_catalog
from phlo.declare import Declarations
from phlo.engine import Lake
from phlo.quality import checks_of, run_check

START = datetime(2013, 3, 9, 5, tzinfo=UTC)  # midnight in New York
ROWS = 72


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    catalog = open_catalog(tmp_path_factory.mktemp("lake"))
    catalog.create_branch("work")
    hours = [START + timedelta(hours=hour) for hour in range(ROWS)]
    rows = pa.table(
        {
            "at": pa.array(hours, pa.timestamp("us", "UTC")),
            "naive": pa.array([hour.replace(tzinfo=None) for hour in hours], pa.timestamp("us")),
            "day": pa.array([date(2013, 3, 9 + hour // 24) for hour in range(ROWS)], pa.date32()),
            "amount": pa.array([Decimal(hour) for hour in range(ROWS)], pa.decimal128(9, 2)),
            "ratio": pa.array([float("nan") if hour == 3 else 0.5 for hour in range(ROWS)]),
            "origin": pa.array(["JFK" if hour % 2 else "EWR" for hour in range(ROWS)]),
            "ok": pa.array([True] * ROWS),
            "_phlo_run_id": pa.array(["r"] * ROWS),
        }
    )
    tables = catalog.at("work")
    tables.create_namespace("raw")
    tables.create_table(("raw", "t"), rows.schema).append(rows)
    return Lake(catalog, "work")


@pytest.mark.parametrize(
    ("rule", "failing"),
    [
        (phlo.not_null("at", "naive", "day", "amount", "origin", "ok"), 0),
        (phlo.not_null("ratio"), 1),
        (phlo.between("ratio", low=0), 1),
        (phlo.between("amount", 0, 70), 1),
        (phlo.between("at", "2013-03-09T05:00:00", "2013-03-12T03:00:00+00:00"), 1),
        (phlo.between("naive", datetime(2013, 3, 9, 5), datetime(2013, 3, 12, 3)), 1),
        (phlo.between("day", "2013-03-09", "2013-03-10"), 24),
        (phlo.accepted("origin", ["JFK"]), 36),
        (phlo.accepted("ok", [True]), 0),
        (phlo.matches("origin", "[A-Z]{3}"), 0),
        (phlo.unique("at"), 0),
        (phlo.unique("origin"), ROWS),
        (phlo.sql("select * from {table} where amount > 69", name="big"), 2),
    ],
)
def test_a_rule_counts_the_failing_rows(lake, rule, failing):
    result = run_check(rule, lake, "raw.t")

    assert result.metadata.get("status") != "error", result.message
    assert (result.failing, result.passed, result.rows) == (failing, failing == 0, ROWS)
    json.dumps(result.sample, allow_nan=False)


@pytest.mark.parametrize("column", ["at", "naive"])
def test_the_window_of_a_short_day_holds_23_hours(lake, column):
    partition = phlo.daily(column, start="2013-01-01", tz="America/New_York")

    result = run_check(phlo.not_null("at"), lake, "raw.t", window=partition.window("2013-03-10"))

    assert (result.passed, result.rows) == (True, 23)
    assert column in result.metadata["scope"]


def test_freshness_and_reconciliation(lake):
    now = START + timedelta(hours=ROWS)

    results = [
        run_check(rule, lake, "raw.t", now=now)
        for rule in (
            phlo.fresh_within("at", "2h"),
            phlo.fresh_within("naive", "2h"),
            phlo.reconciles("raw.t.amount", "select 71 * 36"),
            phlo.row_count(min=ROWS, max=ROWS),
        )
    ]

    assert [result.passed for result in results] == [True] * 4, [r.message for r in results]


def test_a_schema_of_the_table_passes_in_batches(lake):
    class Row(pa_polars.DataFrameModel):
        at: pl.Datetime("us", "UTC")
        naive: pl.Datetime("us")
        day: pl.Date
        amount: pl.Decimal(9, 2)
        ratio: float = pa_polars.Field(nullable=True, ge=0)
        origin: str = pa_polars.Field(isin=["JFK", "EWR"])
        ok: bool

        class Config:
            strict = True

    spec = phlo.ingestion(table="raw.t", schema=Row)(lambda: [])
    (check,) = checks_of(Declarations((spec,)), "raw.t")

    result = run_check(check, lake, "raw.t")

    assert result.rows == ROWS
    assert result.passed, result.message


def test_a_missing_table_is_an_errored_check_that_names_the_nearest(lake):
    result = run_check(phlo.not_null("at"), lake, "raw.tt")

    assert not result.passed
    assert "raw.t" in result.metadata["fix"]
