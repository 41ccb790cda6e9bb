"""`make demo` on a copy of this project: it ends well, and its numbers are those of the data."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
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


def make_demo(copy: Path) -> str:
    closed = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}  # opens no browser
    done = subprocess.run(
        [sys.executable, "tools/demo.py"],
        cwd=copy,
        env={**os.environ, **closed},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def stop(copy: Path) -> str:
    command = [sys.executable, "-m", "phlo.cli", "services", "stop", "--project", str(copy)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def printed(copy: Path) -> Iterator[str]:
    try:
        yield make_demo(copy)
    finally:
        stop(copy)


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


def test_the_demo_ends_with_a_page_that_answers_on_its_results(printed: str, copy: Path) -> None:
    address = address_in(printed)
    built = (Path(phlo.__file__).parents[1] / "phlo_api/static/index.html").is_file()

    with urllib.request.urlopen(f"{address}/api/iceberg/tables", timeout=60) as answer:
        told = json.dumps(json.load(answer))

    assert "raw.flights" in told or '["raw", "flights"]' in told
    assert status_of(address) == (200 if built else 503)
    assert ("The page is not built" in printed) == (not built)
    assert "phlo services stop" in printed


def test_the_demo_runs_twice_in_a_row_and_leaves_nothing_when_stopped(
    printed: str, copy: Path
) -> None:
    again = make_demo(copy)

    assert address_in(again) == address_in(printed)
    assert "336,776" in again
    assert "phlo-api" in stop(copy)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address_in(printed), timeout=10)
    assert processes_of(copy) == []


def processes_of(folder: Path) -> list[str]:
    """Return the commands of the processes that name a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            command = file.read_bytes().decode(errors="replace").replace("\0", " ")
            if str(folder) in command:
                found.append(command)
    return found


def address_in(printed: str) -> str:
    found = re.search(r"http://localhost:\d+", printed)
    assert found is not None, printed
    return found[0]


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
