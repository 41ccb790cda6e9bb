"""`make demo` on a copy of this project: it ends well, and its numbers are those of the data."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import phlo

pytestmark = [pytest.mark.slow, pytest.mark.docs]
PARTS = ("phlo.yaml", "dagster.yaml", "workspace.yaml", "dbt_project", "phlo_defs/defs", "tools")


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what makes this repository a project, without its state."""
    target = tmp_path_factory.mktemp("demo") / "project"
    for part in PARTS:
        source, there = root / part, target / part
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "target", "logs")
            shutil.copytree(source, there, ignore=ignore)
        else:
            shutil.copy(source, there)
    return target


@pytest.fixture(scope="module")
def printed(copy: Path) -> str:
    done = subprocess.run(
        [sys.executable, "tools/demo.py"], cwd=copy, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_says_what_was_built_checked_and_found(printed: str) -> None:
    sections = ["What was built", "What was checked", "What the flights say", "Where to look next"]
    places = [printed.index(section) for section in sections]

    assert places == sorted(places)
    assert "336,776" in printed
    assert "52,606" in printed  # the flights of aircraft that nobody registered
    assert "SYNTHETIC" in printed
    assert "no answer" not in printed  # each check could run


def test_the_demo_draws_a_chart_of_real_rates(printed: str) -> None:
    bars = [line for line in printed.splitlines() if "█" in line]

    assert len(bars) >= 15
    assert all("%" in bar for bar in bars)


def test_the_numbers_of_the_marts_are_those_of_the_flights(printed: str, copy: Path) -> None:
    raw = """
        select count(*), count(*) filter (dep_time is null), count(*) filter (arr_delay >= 15)
        from raw.flights
    """
    mart = "select sum(flights), sum(cancelled_flights), sum(late_flights) from marts.{}"

    with phlo.connect(copy) as lake:
        truth = lake.sql(raw).fetchone()
        told = {
            name: lake.sql(mart.format(name)).fetchone()
            for name in ("carrier_delays", "hourly_delays", "route_delays", "weather_delays")
        }

    assert truth[:2] == (336_776, 8_255)
    assert set(told.values()) == {truth}


def test_a_day_of_the_week_of_glucose_has_23_hours(printed: str, copy: Path) -> None:
    by_day = """
        select count(*) from raw.glucose
        group by cast(timezone('America/New_York', measured_at) as date) order by all
    """

    with phlo.connect(copy) as lake:
        counts = sorted(count for (count,) in lake.sql(by_day).fetchall())

    assert counts == [276, 288, 288, 288, 288, 288, 288]
