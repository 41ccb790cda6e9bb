"""Tasks done without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.asking import of_lake
from tests.contract.phlo_api.world import World


def test_a_statement_is_written_and_run(page: Page, world: World) -> None:
    sql = "select count(*) as n from raw.orders"
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()

    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text(sql)
    page.keyboard.press("Control+Enter")

    cell = page.get_by_role("grid", name="Result").get_by_role("gridcell")
    expect(cell).to_have_text(str(of_lake(world, sql)))


def test_a_table_is_found_and_opened(page: Page, world: World) -> None:
    page.goto("/runs")
    expect(page.get_by_role("table", name="Runs")).to_be_visible()

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("raw.orders")
    expect(page.get_by_role("option", name="raw.orders").first).to_be_visible()
    chosen = page.locator("[role=option][aria-selected=true]")
    for _ in range(page.get_by_role("option").count()):
        if chosen.inner_text().startswith("raw.orders"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("raw.orders")
    rows = of_lake(world, "select count(*) from raw.orders")
    expect(page.locator("dl").first).to_contain_text(f"Rows{rows}")


def test_the_whole_page_goes_to_another_branch(page: Page, world: World) -> None:
    page.goto("/tables/raw.orders")
    expect(page.locator("h1")).to_have_text("raw.orders")

    page.keyboard.press("b")
    expect(page.get_by_role("combobox", name="Branch, tag")).to_be_focused()
    page.keyboard.type("dev/x")
    page.keyboard.press("Enter")

    there = of_lake(world, 'select count(*) from "dev/x".raw.orders')
    expect(page.locator("dl").first).to_contain_text(f"Rows{there}")
    assert "ref=dev" in page.url


def test_the_shortcuts_are_shown(page: Page) -> None:
    page.goto("/runs")
    expect(page.get_by_role("table", name="Runs")).to_be_visible()

    page.keyboard.press("?")

    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Search and commands")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
