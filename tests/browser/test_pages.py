"""Each page shows a number that SQL, asked by the test, answers too."""

import re

from playwright.sync_api import Page, expect

from tests.browser.asking import of_dagster, of_duckdb, of_lake
from tests.contract.phlo_api.world import World


def _main(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main h1")).to_be_attached()


def test_home_counts_the_rows_of_the_lake(page: Page, world: World) -> None:
    rows = of_lake(
        world, "select (select count(*) from raw.orders) + (select count(*) from raw.people)"
    )

    _main(page, "/")

    expect(page.locator("main")).to_contain_text(f"2 tables, 1 view, {rows} rows")


def test_the_console_answers_what_the_lake_answers(page: Page, world: World) -> None:
    sql = "select sum(amount) as total from raw.orders where state = 'late'"
    _main(page, "/data")

    page.locator(".cm-content").click()
    page.keyboard.insert_text(sql)
    page.get_by_role("button", name="Run", exact=True).click()

    cell = page.get_by_role("grid", name="Result").get_by_role("gridcell")
    expect(cell).to_have_text(f"{of_lake(world, sql):g}")


def test_a_table_says_how_many_rows_it_has(page: Page, world: World) -> None:
    _main(page, "/tables/raw.orders")

    rows = page.locator("dl > div", has=page.locator("dt", has_text=re.compile("^Rows$")))
    expect(rows.locator("dd")).to_have_text(str(of_lake(world, "select count(*) from raw.orders")))


def test_a_table_that_no_asset_writes_says_so(page: Page, world: World) -> None:
    written = of_dagster(
        world, "index.db", "select count(*) from asset_keys where asset_key like '%people%'"
    )
    _main(page, "/tables/raw.people?tab=runs")

    assert written == 0
    expect(page.locator("main")).to_contain_text("Not an asset")
    expect(page.locator("main")).to_contain_text("No asset of this project writes this table")


def test_a_table_of_a_branch_is_what_it_is_there(page: Page, world: World) -> None:
    there = of_lake(world, 'select count(*) from "dev/x".raw.orders')

    _main(page, "/tables/raw.orders?ref=dev/x")

    rows = page.locator("dl > div", has=page.locator("dt", has_text=re.compile("^Rows$")))
    expect(rows.locator("dd")).to_have_text(str(there))
    assert there != of_lake(world, "select count(*) from raw.orders")


def test_lineage_tells_the_assets_that_never_ran(page: Page, world: World) -> None:
    ran = of_dagster(
        world,
        "index.db",
        "select count(distinct asset_key) from event_logs "
        "where dagster_event_type = 'ASSET_MATERIALIZATION_PLANNED'",
    )

    _main(page, "/lineage")

    legend = page.get_by_role("list", name="What the colours mean")
    expect(page.locator("main")).to_contain_text("4 assets, 2 edges")
    expect(legend).to_contain_text(f"Unknown {4 - ran}")


def test_the_comparison_of_a_branch_adds_up(page: Page, world: World) -> None:
    here, there = (
        of_lake(world, f'select count(*) from "{ref}".raw.orders') for ref in ("main", "dev/x")
    )

    _main(page, "/branches?branch=dev/x")

    rows = re.compile(r"\+(\d+) rows? written.*\u2212(\d+) rows? replaced", re.DOTALL)
    expect(page.locator("main")).to_contain_text(rows)
    found = rows.search(page.locator("main").inner_text())
    assert found is not None
    assert int(found[1]) - int(found[2]) == there - here


def test_runs_lists_every_run(page: Page, world: World) -> None:
    runs = of_dagster(world, "runs.db", "select count(*) from runs")

    _main(page, "/runs")

    expect(page.get_by_role("table", name="Runs").locator("tbody tr")).to_have_count(runs)
    expect(page.locator("main")).to_contain_text(f"{runs} runs shown")


def test_quality_counts_the_checks_that_passed(page: Page, world: World) -> None:
    ran, passed = (
        of_dagster(world, "index.db", f"select count(*) from asset_check_executions where {which}")
        for which in ("true", "execution_status = 'SUCCEEDED'")
    )

    _main(page, "/quality")

    expect(page.locator("main")).to_contain_text(f"{passed} of {ran} checks passed when last run")


def test_logs_searched_every_run(page: Page, world: World) -> None:
    runs = of_dagster(world, "runs.db", "select count(*) from runs")

    _main(page, "/logs")

    expect(page.locator("main")).to_contain_text(re.compile(rf"\b{runs} runs\b"))


def test_services_names_the_version_of_the_engine(page: Page) -> None:
    version = of_duckdb("select version()[2:]")

    _main(page, "/services")

    row = page.get_by_role("row", name=re.compile("Query engine"))
    expect(row).to_contain_text(version)


def test_settings_shows_what_the_file_sets(page: Page, world: World) -> None:
    file = world.project.root / "lakehouse.toml"
    memory = of_duckdb(
        r"select regexp_extract(content, 'memory_mb = (\d+)', 1) from read_text(?)", str(file)
    )

    _main(page, "/settings?only=set")

    row = page.get_by_role("row", name=re.compile(r"query\.memory_mb"))
    expect(row).to_contain_text(re.compile(rf"{memory[0]},?{memory[1:]}"))
    expect(page.locator("main")).not_to_contain_text("hush-hush")
