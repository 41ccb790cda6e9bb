"""What tells one state of Dagster's history from another, on a real instance."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickData, TickStatus

from phlo_api.dagster_columns import Columns, Kept
from phlo_api.dagster_reads import TABLES

ORDERS, PEOPLE = '["raw", "orders"]', '["raw", "people"]'


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        for name in ("orders", "people"):
            made.report_runless_asset_event(dg.AssetMaterialization(["raw", name]))
        yield made


def columns_of(instance: dg.DagsterInstance) -> Columns:
    return Columns(instance, TABLES)


def evaluation(*, passed: bool) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(["raw", "orders"]), check_name="has_rows", passed=passed
    )


def test_only_the_asset_that_was_written_has_another_print(instance: dg.DagsterInstance) -> None:
    columns = columns_of(instance)
    before = columns.asset_prints([ORDERS, PEOPLE])

    instance.report_runless_asset_event(dg.AssetMaterialization(["raw", "orders"]))

    after = columns.asset_prints([ORDERS, PEOPLE])
    assert {key for key in after if after[key] != before[key]} == {ORDERS}


def test_each_execution_of_a_check_has_another_print(instance: dg.DagsterInstance) -> None:
    columns = columns_of(instance)
    instance.report_runless_asset_event(evaluation(passed=True))
    before = columns.check_prints([ORDERS])

    instance.report_runless_asset_event(evaluation(passed=False))

    after = columns.check_prints([ORDERS])
    assert after.keys() == before.keys() == {(ORDERS, "has_rows")}
    assert after != before


@pytest.mark.parametrize(
    "event", [dg.AssetMaterialization(["raw", "people"]), evaluation(passed=True)]
)
def test_anything_that_is_said_of_an_asset_is_the_newest(
    instance: dg.DagsterInstance, event: dg.AssetMaterialization | dg.AssetCheckEvaluation
) -> None:
    before = columns_of(instance).newest_event()

    instance.report_runless_asset_event(event)

    assert columns_of(instance).newest_event() != before


def test_runs_are_counted_by_status_and_by_their_last_change(instance: dg.DagsterInstance) -> None:
    @dg.op
    def works() -> None: ...

    @dg.job
    def once() -> None:
        works()

    before = columns_of(instance).newest_run()
    once.execute_in_process(instance=instance)
    now = datetime.now(UTC)

    lately = columns_of(instance).run_tallies(now - timedelta(hours=1))
    later = columns_of(instance).run_tallies(now + timedelta(hours=1))

    assert [(t.status, t.total, t.lately) for t in lately] == [("SUCCESS", 1, 1)]
    assert [(t.status, t.total, t.lately) for t in later] == [("SUCCESS", 1, 0)]
    assert columns_of(instance).newest_run() != before


def test_what_is_kept_is_read_again_only_when_its_print_changes() -> None:
    asked: list[list[str]] = []

    def read(keys: list[str]) -> dict[str, str]:
        asked.append(keys)
        return {key: key.upper() for key in keys if key != "gone"}

    kept: Kept[str, str] = Kept()
    first = kept.get({"a": 1, "b": 1}, read)
    again = kept.get({"a": 1, "b": 2, "gone": 1}, read)

    assert first == again == {"a": "A", "b": "B"}
    assert asked == [["a", "b"], ["b", "gone"]]


def test_what_never_equals_another_print_is_read_each_time() -> None:
    kept: Kept[str, int] = Kept()
    count = iter(range(9))

    found = [kept.get({"planned": object()}, lambda keys: {keys[0]: next(count)}) for _ in range(3)]

    assert found == [{"planned": 0}, {"planned": 1}, {"planned": 2}]


def test_checks_of_a_day_tell_those_that_warn_from_those_that_fail(
    instance: dg.DagsterInstance,
) -> None:
    columns = columns_of(instance)
    warned = dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(["raw", "orders"]),
        check_name="is_nice",
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
    )
    for event in (evaluation(passed=True), evaluation(passed=False), warned, warned):
        instance.report_runless_asset_event(event)

    found = columns.check_days(datetime.now(UTC) - timedelta(days=1))

    total = sum(found.values(), Counter[str]())
    assert total == {"passed": 1, "failed": 1, "warned": 2}


def test_runs_are_counted_on_the_day_they_were_made(instance: dg.DagsterInstance) -> None:
    @dg.op
    def fails() -> None:
        raise ValueError

    @dg.job
    def failing() -> None:
        fails()

    @dg.job
    def empty() -> None: ...

    before = datetime.now(UTC)
    for job in (empty, empty, failing):
        job.execute_in_process(instance=instance, raise_on_error=False)

    found = columns_of(instance).run_days(before - timedelta(days=2))

    assert sum(found.values(), Counter[str]()) == {"success": 2, "failure": 1}
    assert set(found) <= {f"{before:%Y-%m-%d}", f"{datetime.now(UTC):%Y-%m-%d}"}
    assert columns_of(instance).run_days(datetime.now(UTC) + timedelta(minutes=1)) == {}


def test_a_tick_is_the_newest_when_it_begins_and_when_it_ends(tmp_path: Path) -> None:
    config = {"base_dir": str(tmp_path)}
    with dg.instance_for_test(
        temp_dir=str(tmp_path), overrides={"storage": {"sqlite": config}}
    ) as made:
        storage = made.schedule_storage
        assert storage is not None
        begun = TickData("origin", "arrivals", InstigatorType.SENSOR, TickStatus.STARTED, 1.0)
        before = columns_of(made).newest_tick()
        tick = storage.create_tick(begun)
        during = columns_of(made).newest_tick()
        storage.update_tick(tick.with_status(TickStatus.SKIPPED))

        assert len({before, during, columns_of(made).newest_tick()}) == 3
