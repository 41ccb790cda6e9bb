"""Runs, backfills, schedules and sensors: started and stopped here, seen in Dagster's instance."""

import re

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus
from playwright.sync_api import Page, expect

from tests.browser.asking import of_dagster
from tests.browser.changing import choose
from tests.contract.phlo_api.world import World

BRANCH = "phlo/branch"


def _run_of(page: Page, world: World) -> dg.DagsterRun:
    """Return the run whose page is shown."""
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    found = re.search(r"/runs/([0-9a-f-]{36})", page.url)
    assert found is not None
    run = world.instance.get_run_by_id(found[1])
    assert run is not None
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Run {run.run_id[:8]}")
    return run


def test_an_asset_runs_on_the_branch_its_page_is_on(bench: Page, workshop: World) -> None:
    bench.goto("/tables/raw.orders?ref=dev/x")
    bench.get_by_role("button", name="Run", exact=True).click()
    bench.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()

    run = _run_of(bench, workshop)
    assert run.tags[BRANCH] == "dev/x"
    assert run.asset_selection == {dg.AssetKey(["raw", "orders"])}
    expect(bench.locator("main")).to_contain_text("To dev/x")
    expect(bench.locator("main")).to_contain_text("Queued")


def test_assets_are_chosen_from_the_keyboard_and_run(bench: Page, workshop: World) -> None:
    bench.goto("/runs")
    expect(bench.get_by_role("table", name="Runs")).to_be_visible()
    bench.keyboard.press("n")
    expect(bench.get_by_role("textbox", name="Filter the assets")).to_be_focused()
    bench.keyboard.type("daily")
    expect(bench.get_by_role("checkbox")).to_have_count(1)
    bench.keyboard.press("Tab")
    bench.keyboard.press("Space")
    expect(bench.get_by_role("checkbox", name="marts.daily")).to_be_checked()
    bench.keyboard.press("Tab")
    bench.keyboard.type("2024-01-05")
    expect(bench.get_by_role("option", name="2024-01-05")).to_be_visible()
    bench.keyboard.press("ArrowDown")
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("combobox", name="Partition")).to_have_value("2024-01-05")
    bench.keyboard.press("Enter")

    run = _run_of(bench, workshop)
    assert run.tags["dagster/partition"] == "2024-01-05"
    assert BRANCH not in run.tags
    expect(bench.get_by_role("dialog")).to_have_count(0)
    expect(bench.locator("main")).to_contain_text("Partition 2024-01-05")


def test_a_run_is_cancelled(bench: Page, workshop: World) -> None:
    bench.goto("/runs?launch=on")
    dialog = bench.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="raw.untouched").click()
    dialog.get_by_role("button", name="Run 1 asset").click()
    run = _run_of(bench, workshop)

    bench.get_by_role("button", name="Cancel", exact=True).click()
    bench.get_by_role("button", name="Cancel the run").click()

    expect(bench.get_by_role("dialog")).to_be_hidden()
    expect(bench.locator("main")).to_contain_text("Cancelled")
    after = workshop.instance.get_run_by_id(run.run_id)
    assert after is not None
    assert after.status == dg.DagsterRunStatus.CANCELED
    bench.goto("/runs?status=cancelled")
    cancelled = of_dagster(
        workshop, "runs.db", "select count(*) from runs where status = 'CANCELED'"
    )
    expect(bench.get_by_role("table", name="Runs").locator("tbody tr")).to_have_count(cancelled)


def test_a_run_on_a_branch_leaves_the_checks_of_main_as_they_were(
    bench: Page, workshop: World
) -> None:
    def last() -> dict[str, str]:
        found = bench.request.get("/api/quality/checks?asset=raw.orders").json()["items"]
        return {check["check"]: check["status"] for check in found}

    bench.goto("/tables/raw.orders?tab=checks")
    expect(bench.get_by_role("table", name="Checks of raw.orders")).to_be_visible()
    before = last()
    assert before["no_late"] != "passed"

    bench.goto("/tables/raw.orders?ref=dev/x")
    bench.get_by_role("button", name="Run", exact=True).click()
    bench.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    run = _run_of(bench, workshop)

    assert last() == before
    workshop.instance.report_run_canceled(run)
    assert last() == before


def test_a_failed_run_is_tried_again_from_its_failure(bench: Page, workshop: World) -> None:
    failed = workshop.runs["report"]

    bench.goto(f"/runs/{failed}")
    bench.get_by_role("button", name="Retry from failure").click()
    bench.get_by_role("dialog").get_by_role("button", name="Run again").click()
    bench.wait_for_url(lambda url: failed not in url)

    run = _run_of(bench, workshop)
    assert run.tags["dagster/parent_run_id"] == failed
    expect(bench.get_by_role("link", name=failed[:8])).to_be_visible()


def test_chosen_partitions_are_made_together_and_the_backfill_cancelled(
    bench: Page, workshop: World
) -> None:
    bench.goto("/runs?tab=partitions&asset=marts.daily")
    cells = bench.get_by_role("listbox", name="Partitions, the newest first")
    expect(cells.get_by_role("option")).to_have_count(10)
    cells.get_by_role("option", name="2024-01-09").click()
    cells.get_by_role("option", name="2024-01-07").click(modifiers=["Shift"])
    expect(bench.locator("main")).to_contain_text("3 partitions, 2024-01-07 to 2024-01-09")
    bench.get_by_role("button", name="Materialize 3").click()
    bench.get_by_role("button", name="Materialize 3 partitions").click()

    bench.wait_for_url(re.compile("backfill="))
    (backfill,) = workshop.instance.get_backfills()
    assert backfill.asset_backfill_data is not None
    wanted = backfill.asset_backfill_data.target_subset.get_partitions_subset(
        dg.AssetKey(["marts", "daily"])
    )
    assert sorted(wanted.get_partition_keys()) == ["2024-01-07", "2024-01-08", "2024-01-09"]
    row = bench.get_by_role("table", name="Backfills").locator("tbody tr")
    expect(row).to_contain_text("Requested")
    expect(row.get_by_role("cell").nth(3)).to_have_text("3")

    bench.get_by_role("button", name="Cancel the backfill").click()
    bench.get_by_role("dialog").get_by_role("button", name="Cancel the backfill").click()

    expect(row).to_contain_text(re.compile("Canceling|Cancelling"))
    now = workshop.instance.get_backfill(backfill.backfill_id)
    assert now is not None
    assert now.status == BulkActionStatus.CANCELING


def test_missing_partitions_are_those_that_nobody_made(page: Page, world: World) -> None:
    made = of_dagster(
        world,
        "index.db",
        "select count(distinct partition) from event_logs "
        'where asset_key = \'["marts", "daily"]\' '
        "and dagster_event_type = 'ASSET_MATERIALIZATION'",
    )

    page.goto("/runs?tab=partitions&asset=marts.daily")
    page.get_by_role("button", name="Choose missing").click()

    expect(page.locator("main")).to_contain_text(f"Materialized {made}")
    expect(page.get_by_role("button", name=f"Materialize {10 - made}")).to_be_enabled()
    page.get_by_role("button", name="Choose none").click()
    expect(page.locator("main")).to_contain_text("None chosen")


def test_a_schedule_and_a_sensor_go_on_and_off(bench: Page, workshop: World) -> None:
    def on() -> set[str]:
        return {
            state.name
            for state in workshop.instance.all_instigator_state()
            if state.status.value == "RUNNING"
        }

    bench.goto("/runs?tab=schedules")
    for name in ("mornings", "arrivals"):
        switch = bench.get_by_role("switch", name=f"{name} is on")
        row = bench.locator("tbody tr", has=switch)
        expect(switch).not_to_be_checked()

        with bench.expect_response(f"**/{name}"):  # it shows the new state while it asks for it
            row.locator(".mantine-Switch-track").click()
        expect(switch).to_be_enabled()
        expect(switch).to_be_checked()
        expect(row).not_to_contain_text("off")
        assert on() == {name}

        with bench.expect_response(f"**/{name}"):
            switch.press("Space")
        expect(switch).to_be_enabled()
        expect(switch).not_to_be_checked()
        assert on() == set()


def test_runs_are_filtered_by_branch(bench: Page, workshop: World) -> None:
    there = of_dagster(
        workshop,
        "runs.db",
        "select count(*) from run_tags where key = 'phlo/branch' and value = 'dev/x'",
    )

    bench.goto("/runs")
    choose(bench, "Branch", "dev/x")

    expect(bench.get_by_role("table", name="Runs").locator("tbody tr")).to_have_count(there)
    expect(bench.locator("main")).to_contain_text(f"{there} run")
