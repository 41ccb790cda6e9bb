"""Schedules ask for the newest partition; sensors see new files and what dead runs left."""

import os
import time
from datetime import UTC, datetime

import dagster as dg
import pytest

from phlo_defs.location import build_definitions

DECLARED = """
@phlo.ingestion(table="raw.t", key="id", schedule="0 5 * * *", on_new_files="inbox/*.csv"{more})
def t(window):
    return phlo.csv("inbox/*.csv")
"""
DAILY = ', partition=phlo.daily("at", start="2024-01-01", tz="America/New_York")'


@pytest.fixture
def repository(house):
    def build(more: str = ""):
        house.declare(DECLARED.format(more=more))
        return build_definitions(house.project).get_repository_def()

    return build


def requests(found) -> list[dg.RunRequest]:
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dg.RunRequest)]


def tick(house, repository, name: str, cursor: str | None = None):
    sensor = repository.get_sensor_def(name)
    context = dg.build_sensor_context(
        instance=house.instance, cursor=cursor, repository_def=repository
    )
    data = sensor.evaluate_tick(context)
    return data.run_requests, data.cursor, data.skip_message


def old_file(house, name: str) -> None:
    path = house.file(name, "id,at\n1,2024-01-01\n")
    past = time.time() - 60
    os.utime(path, (past, past))


def test_a_schedule_asks_for_the_newest_day_that_has_ended(house, repository) -> None:
    made = repository(DAILY)
    schedule = made.get_schedule_def("raw__t_schedule")
    context = dg.build_schedule_context(
        instance=house.instance,
        repository_def=made,
        scheduled_execution_time=datetime(2024, 3, 5, 10, tzinfo=UTC),
    )

    data = schedule.evaluate_tick(context)

    assert schedule.execution_timezone == "America/New_York"
    assert [one.partition_key for one in data.run_requests] == ["2024-03-04"]


def test_a_schedule_without_partitions_asks_once(house, repository) -> None:
    schedule = repository().get_schedule_def("raw__t_schedule")
    context = dg.build_schedule_context(
        instance=house.instance, scheduled_execution_time=datetime(2024, 3, 5, 10, tzinfo=UTC)
    )

    assert len(schedule.evaluate_tick(context).run_requests) == 1


def test_a_new_file_is_asked_for_once_and_again_when_it_changes(house, repository) -> None:
    made = repository()
    old_file(house, "inbox/a.csv")

    first, cursor, _ = tick(house, made, "raw__t_new_files")
    again, _, skipped = tick(house, made, "raw__t_new_files", cursor)
    past = time.time() - 30
    os.utime(house.root / "inbox/a.csv", (past, past))
    changed, _, _ = tick(house, made, "raw__t_new_files", cursor)

    assert len(first) == 1
    assert again == []
    assert "no new file" in skipped
    assert len(changed) == 1
    assert changed[0].run_key != first[0].run_key


def test_a_file_that_is_being_written_waits_for_the_next_tick(house, repository) -> None:
    made = repository()
    house.file("inbox/a.csv", "id,at\n")

    found, _, _ = tick(house, made, "raw__t_new_files")

    assert found == []


def test_the_partition_of_a_new_file_is_in_its_name(house, repository) -> None:
    made = repository(DAILY)
    old_file(house, "inbox/flights-2024-02-03.csv")

    found, _, _ = tick(house, made, "raw__t_new_files")

    assert [one.partition_key for one in found] == ["2024-02-03"]


def test_the_janitor_sensor_drops_an_abandoned_branch(house, repository) -> None:
    made = repository()
    run = dg.DagsterRun(job_name="j", status=dg.DagsterRunStatus.FAILURE)
    house.instance.add_run(run)
    house.catalog.create_branch(f"wap/{run.run_id}/raw__t/all/0")

    _, _, said = tick(house, made, "abandoned_branch_cleanup")

    assert "dropped" in said
    assert house.branches() == []
