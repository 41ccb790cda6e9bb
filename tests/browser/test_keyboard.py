"""Tasks done on the demo without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.asking import of_lake
from tests.browser.changing import fact
from tests.browser.looking import chord, search
from tests.copies import BRANCH, Demo


def test_a_statement_is_written_and_run(tour: Page, demo: Demo) -> None:
    sql = "select sum(late_flights) as late from marts.carrier_delays"
    tour.goto("/")
    expect(tour.locator("h1")).to_be_visible()

    chord(tour, "gd", tour.locator(".cm-content"))
    expect(tour.locator(".cm-content")).to_be_focused()
    tour.keyboard.insert_text(sql)
    tour.keyboard.press("Control+Enter")

    cell = tour.get_by_role("grid", name="Result").get_by_role("gridcell")
    expect(cell).to_have_text(str(of_lake(demo, sql)))


def test_a_table_is_found_and_opened(tour: Page, demo: Demo) -> None:
    rows = of_lake(demo, "select count(*) from raw.flights")
    tour.goto("/runs")
    expect(tour.get_by_role("table", name="Runs")).to_be_visible()

    search(tour, "raw.flights", r"^raw\.flights")

    expect(tour.locator("h1")).to_have_text("raw.flights")
    expect(fact(tour, "Rows")).to_have_text(f"{rows:,}")


def test_the_whole_page_goes_to_another_branch(tour: Page, demo: Demo) -> None:
    here, there = (
        of_lake(demo, f'select count(*) from "{ref}".raw.airlines') for ref in ("main", BRANCH)
    )
    tour.goto("/tables/raw.airlines")
    expect(fact(tour, "Rows")).to_have_text(str(here))

    tour.keyboard.press("b")
    expect(tour.get_by_role("combobox", name="Branch, tag")).to_be_focused()
    tour.keyboard.type(BRANCH)
    tour.keyboard.press("Enter")

    expect(fact(tour, "Rows")).to_have_text(str(there))
    assert here != there
    assert "ref=dev" in tour.url


def test_the_rows_that_fail_a_check_are_looked_at(tour: Page, demo: Demo) -> None:
    calm = of_lake(demo, "select count(*) from raw.weather where wind_speed <= 250")
    rows = of_lake(demo, "select count(wind_speed) from raw.weather")
    tour.goto("/")
    expect(tour.locator("h1")).to_be_visible()

    search(tour, "wind_is_possible", "^wind_is_possible")

    expect(tour.locator("h1")).to_have_text("wind_is_possible")
    failing = tour.get_by_role("grid", name="Rows that fail the check").get_by_role("row")
    expect(failing).to_have_count(1 + rows - calm)


def test_the_shortcuts_are_shown(tour: Page) -> None:
    tour.goto("/runs")
    expect(tour.get_by_role("table", name="Runs")).to_be_visible()

    tour.keyboard.press("?")

    sheet = tour.get_by_role("dialog")
    expect(sheet).to_contain_text("Search and commands")
    tour.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
