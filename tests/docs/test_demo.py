"""`make demo` on a copy of this project: it ends well, and its numbers are those of the data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import phlo
from phlo.config import Project
from tests.copies import copy_of
from tests.demo import Seed, address_in, files_of, make_demo, processes_of, start, status_of, stop

pytestmark = [pytest.mark.slow, pytest.mark.docs]


@pytest.fixture(scope="module")
def printed(demo_seed: Seed) -> str:
    return demo_seed.told.printed


@pytest.fixture(scope="module")
def copy(demo_seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    project = copy_of(demo_seed, tmp_path_factory.mktemp("demo") / "project")
    yield project
    stop(project.root)


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


def test_the_demo_ends_with_a_page_that_answers_on_its_results(demo_seed: Seed) -> None:
    told = demo_seed.told
    built = (Path(phlo.__file__).parents[1] / "phlo_api/static/index.html").is_file()

    assert {"raw.flights", "marts.carrier_delays"} <= set(told.tables)
    assert told.page_status == (200 if built else 503)
    assert ("The page is not built" in told.printed) == (not built)
    assert "phlo services stop" in told.printed


def test_nothing_is_left_of_the_demo_when_its_services_are_stopped(demo_seed: Seed) -> None:
    assert "phlo-api" in demo_seed.told.stopped
    assert "dagster-daemon" in demo_seed.told.stopped
    assert demo_seed.told.left == []


def test_the_numbers_of_the_marts_are_those_of_the_flights(copy: Project) -> None:
    raw = """
        select count(*), count(*) filter (dep_time is null), count(*) filter (arr_delay >= 15)
        from raw.flights
    """
    mart = "select sum(flights), sum(cancelled_flights), sum(late_flights) from marts.{}"

    with phlo.connect(copy.root) as lake:
        truth = lake.sql(raw).fetchone()
        told = {
            name: lake.sql(mart.format(name)).fetchone()
            for name in ("carrier_delays", "hourly_delays", "route_delays", "weather_delays")
        }

    assert truth[:2] == (336_776, 8_255)
    assert set(told.values()) == {truth}


def test_a_day_of_the_week_of_glucose_has_23_hours(copy: Project) -> None:
    by_day = """
        select count(*) from raw.glucose
        group by cast(timezone('America/New_York', measured_at) as date) order by all
    """

    with phlo.connect(copy.root) as lake:
        counts = sorted(count for (count,) in lake.sql(by_day).fetchall())

    assert counts == [276, 288, 288, 288, 288, 288, 288]


def test_the_demo_runs_again_beside_its_page_and_where_it_was_moved_to(
    demo_seed: Seed, copy: Project
) -> None:
    running = address_in(start(copy.root))

    again = make_demo(copy.root)

    assert address_in(again) == running
    assert status_of(running) == demo_seed.told.page_status
    assert "336,776" in again
    assert "phlo-api" in stop(copy.root)
    assert processes_of(copy.root) == []


def test_nobody_changed_the_seed(demo_seed: Seed, copy: Project) -> None:
    assert files_of(copy.root).keys() > demo_seed.told.files.keys()
    assert files_of(demo_seed.root) == demo_seed.told.files
