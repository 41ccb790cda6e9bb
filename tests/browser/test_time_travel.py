"""A table as it was: looked at, compared with now, and put back on a branch."""

import re

from playwright.sync_api import Page, expect

from tests.browser.asking import of_lake
from tests.browser.changing import add_orders, choose, commit_of, fact
from tests.contract.phlo_api.world import World


def _snapshot(page: Page, rows: int) -> None:
    """Choose the snapshot that left a number of rows, from the list."""
    row = page.get_by_role("table", name="Snapshots of raw.orders").locator("tbody tr")
    row.filter(has=page.get_by_role("cell", name=str(rows), exact=True)).click()


def test_an_earlier_snapshot_is_looked_at_and_left_again(page: Page, world: World) -> None:
    first = commit_of(world, "first orders")
    then, now = (
        of_lake(world, f'select count(*) from "{ref}".raw.orders')
        for ref in (f"main@{first}", "main")
    )

    page.goto("/tables/raw.orders?tab=snapshots")
    _snapshot(page, then)
    page.get_by_role("button", name="Look at it then").click()

    expect(page.locator("main")).to_contain_text(f"as it was at commit {first[:8]}")
    expect(fact(page, "Rows")).to_have_text(str(then))
    expect(page.get_by_role("grid", name="Rows of raw.orders").get_by_role("row")).to_have_count(
        then + 1
    )
    page.get_by_role("button", name="Back to now").click()
    expect(fact(page, "Rows")).to_have_text(str(now))


def test_the_time_line_is_walked_with_the_arrows(page: Page, world: World) -> None:
    page.goto("/tables/raw.orders?tab=snapshots&ref=dev/x")
    stops = page.get_by_role("radiogroup", name="Snapshots by time").get_by_role("radio")
    expect(stops).to_have_count(
        len([c for c in world.catalog.log("dev/x") if "orders" in c.message or c.run])
    )

    stops.last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(stops.first).to_be_focused()
    expect(stops.first).to_be_checked()
    commit = commit_of(world, "first orders")
    expect(page.locator("main")).to_contain_text(f"{commit[:8]} first orders")


def test_an_earlier_snapshot_is_compared_with_now(page: Page, world: World) -> None:
    first = commit_of(world, "first orders")
    added = of_lake(
        world,
        "select count(*) from (select id from raw.orders "
        f'except select id from "main@{first}".raw.orders)',
    )

    page.goto("/tables/raw.orders?tab=snapshots")
    _snapshot(page, 3)
    page.get_by_role("button", name="Compare with now").click()

    expect(page.locator("main")).to_contain_text(f"{added} added")
    expect(page.locator("main")).to_contain_text(re.compile(r"\b0 removed"))
    expect(page.get_by_role("grid", name="Rows of raw.orders that differ")).to_be_visible()


def test_a_table_is_rolled_back_on_a_branch(bench: Page, workshop: World) -> None:
    workshop.catalog.create_branch("dev/rollback", at="main")
    before = of_lake(workshop, 'select count(*) from "dev/rollback".raw.orders')
    main = of_lake(workshop, "select count(*) from raw.orders")
    add_orders(workshop, "dev/rollback", 80_000, 80_009)

    bench.goto("/tables/raw.orders?tab=snapshots&ref=dev/rollback")
    expect(fact(bench, "Rows")).to_have_text(str(before + 9))
    _snapshot(bench, before)
    bench.get_by_role("button", name="Roll back to it").click()
    choose(bench, "On the branch", "dev/rollback")
    bench.get_by_role("dialog").get_by_role("button", name="Roll back").click()

    expect(bench.get_by_role("dialog")).to_be_hidden()
    expect(fact(bench, "Rows")).to_have_text(str(before))
    assert of_lake(workshop, 'select count(*) from "dev/rollback".raw.orders') == before
    assert of_lake(workshop, "select count(*) from raw.orders") == main
    assert "roll raw.orders back" in workshop.catalog.resolve("dev/rollback").message


def test_the_profile_of_a_column_is_what_sql_measures(page: Page, world: World) -> None:
    distinct, mean, done = (
        of_lake(world, f"select {what} from raw.orders")
        for what in (
            "count(distinct state)",
            "avg(amount)",
            "count(*) filter (where state = 'done')",
        )
    )

    page.goto("/tables/raw.orders")
    page.get_by_title("Profile of amount").click()
    expect(page.locator("main")).to_contain_text(f"Mean{mean:g}")
    row = page.get_by_role("table", name="Profile of raw.orders").locator(
        "tbody tr", has_text=re.compile("^state")
    )
    expect(row.get_by_role("cell").nth(3)).to_have_text(str(distinct))
    row.click()

    expect(page.get_by_role("listitem").filter(has_text="done")).to_contain_text(str(done))
