"""The demo's own declarations: they load, read real files, and say what they are."""

from datetime import UTC
from pathlib import Path

import polars as pl
import pytest

from phlo.config import load_project
from phlo.declare import Declarations, load_declarations

TABLES = {"raw.flights", "raw.weather", "raw.planes", "raw.airports", "raw.airlines", "raw.glucose"}


@pytest.fixture(scope="module")
def demo(root: Path) -> Declarations:
    return load_declarations(load_project(root))


def test_every_file_of_the_demo_loads(demo: Declarations) -> None:
    assert demo.errors == ()
    assert {spec.table for spec in demo.ingestions} == TABLES


def test_every_table_says_who_owns_it_and_what_it_is(demo: Declarations) -> None:
    for spec in demo.ingestions:
        assert spec.owners, spec.table
        assert spec.group, spec.table
        assert len(spec.description.split()) >= 5, spec.table
        undescribed = [n for n, c in spec.schema.to_schema().columns.items() if not c.description]
        assert undescribed == [], spec.table


def test_the_flights_are_the_real_ones(demo: Declarations) -> None:
    spec = demo.ingestion("raw.flights")

    frame = pl.concat([pl.from_arrow(batch) for batch in spec(window=None)])

    assert frame.height == 336_776
    assert frame.select("time_hour", "carrier", "flight").n_unique() == 336_776
    assert frame["dep_time"].null_count() == 8_255
    assert spec.schema.validate(frame).height == 336_776


@pytest.mark.parametrize(
    ("day", "readings"),
    [("2025-03-08", 288), ("2025-03-09", 276), ("2025-11-02", 300)],
    ids=["usual", "clocks go forward", "clocks go back"],
)
def test_a_day_of_glucose_is_as_long_as_the_day_in_new_york(
    demo: Declarations, day: str, readings: int
) -> None:
    spec = demo.ingestion("raw.glucose")
    window = spec.partition.window(day)

    rows = list(spec(window))

    assert len(rows) == readings
    assert {row["measured_at"].tzinfo for row in rows} == {UTC}
    assert all(window.start <= row["measured_at"] < window.end for row in rows)
    assert spec.schema.validate(pl.DataFrame(rows)).height == readings


def test_a_day_of_glucose_is_the_same_every_time(demo: Declarations) -> None:
    spec = demo.ingestion("raw.glucose")
    window = spec.partition.window("2025-03-05")

    assert list(spec(window)) == list(spec(window))


def test_the_glucose_series_says_that_it_is_synthetic(demo: Declarations) -> None:
    spec = demo.ingestion("raw.glucose")

    assert "SYNTHETIC" in spec.description
    assert dict(spec.tags)["synthetic"] == "true"
    assert {row["device"] for row in spec(spec.partition.window("2025-03-05"))} == {"synthetic-cgm"}


def test_some_checks_only_warn_about_what_is_true_and_bad(demo: Declarations) -> None:
    warnings = {check.name for check in demo.checks if check.severity == "warn"}

    assert warnings == {"aircraft_is_registered", "local_hour_is_unique", "wind_is_possible"}
    assert not any(check.blocking for check in demo.checks if check.severity == "warn")
