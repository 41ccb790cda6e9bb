"""What the demo does not have: tables of no asset, assets that never ran, a secret."""

import re

from playwright.sync_api import Page, expect

from tests.browser.asking import of_dagster, of_duckdb, of_lake
from tests.contract.phlo_api.world import World


def _main(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main h1")).to_be_attached()


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


def test_settings_shows_what_the_file_sets(page: Page, world: World) -> None:
    file = world.project.root / "lakehouse.toml"
    memory = of_duckdb(
        r"select regexp_extract(content, 'memory_mb = (\d+)', 1) from read_text(?)", str(file)
    )

    _main(page, "/settings?only=set")

    row = page.get_by_role("row", name=re.compile(r"query\.memory_mb"))
    expect(row).to_contain_text(re.compile(rf"{memory[0]},?{memory[1:]}"))
    expect(page.locator("main")).not_to_contain_text("hush-hush")
