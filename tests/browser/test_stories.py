"""From a mart of late flights to a merge: once with the mouse, once without it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from phlo.ports import Catalog
from tests.browser.flights import MART, make_flights, new_day
from tests.browser.looking import chord, looking, search
from tests.browser.services import Services
from tests.browser.story import (
    LATE,
    RUN_MS,
    Ask,
    asking,
    on,
    sees_comparison,
    sees_live_run,
    sees_merged,
    sees_profile,
    sees_result,
    sees_then,
    sees_why_it_failed,
)

pytestmark = [pytest.mark.slow]

MOST_TABS = 120


@pytest.fixture(scope="module")
def lake(
    chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Services, Catalog]]:
    """A small lake of flights with everything that `phlo services start` starts."""
    project, catalog = make_flights(tmp_path_factory.mktemp("flights") / "demo")
    services = Services(project.root, daemon=True)
    services.start()
    yield services, catalog
    services.stop()


@pytest.fixture
def flights(lake: tuple[Services, Catalog], browser: Browser) -> Iterator[Page]:
    with looking(browser, lake[0].address) as watched:
        yield watched.page
        assert watched.complaints == []


@pytest.fixture
def ask(lake: tuple[Services, Catalog]) -> Ask:
    return asking(lake[1])


def _first_publication(catalog: Catalog) -> str:
    """Return the first commit of main that published the mart."""
    return [
        c.id for c in catalog.log("main") if c.message.startswith("publish") and MART in c.message
    ][-1]


def test_with_the_mouse(lake: tuple[Services, Catalog], flights: Page, ask: Ask) -> None:
    page, commit = flights, _first_publication(lake[1])
    new_day(lake[0].project, lake[1], 4, "DL")
    page.goto("/")
    _find(page)
    _query(page, ask)
    _profile_and_look_back(page, ask, commit)
    _branch_and_run(page)
    _compare_and_merge(page, ask)
    _ask_why(page, ask)


def _find(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Search tables")).click()
    page.get_by_role("combobox", name="Search tables").fill("late_flights")
    page.get_by_role("option", name=re.compile(f"late_flights.*{MART}")).first.click()
    expect(page.locator("h1")).to_have_text(MART)


def _query(page: Page, ask: Ask) -> None:
    page.get_by_role("button", name="Query", exact=True).click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text(MART)
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(LATE)
    page.get_by_role("button", name="Run", exact=True).click()
    sees_result(page, ask(LATE))


def _profile_and_look_back(page: Page, ask: Ask, commit: str) -> None:
    page.get_by_role("treeitem", name=re.compile("^carrier_delays")).hover()
    page.get_by_role("button", name=f"Open {MART}").click()
    page.get_by_title("Profile of late_flights").click()
    sees_profile(page, ask)

    page.get_by_role("tab", name="Snapshots").click()
    page.get_by_role("table", name=f"Snapshots of {MART}").locator("tbody tr").last.click()
    page.get_by_role("button", name="Look at it then").click()
    sees_then(page, ask, commit)
    page.get_by_role("button", name="Back to now").click()
    expect(page.locator("main")).not_to_contain_text("as it was at")


def _branch_and_run(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^On main. Choose")).click()
    page.get_by_role("link", name="New branch from here").click()
    page.get_by_role("textbox", name="Name").fill("dev/mouse")
    page.get_by_role("button", name="Create branch").click()
    expect(page.get_by_role("heading", name="dev/mouse", exact=True)).to_be_visible()
    page.get_by_role("link", name="Look at its data").click()
    expect(page.get_by_role("button", name=re.compile("^On dev.mouse"))).to_be_visible()
    page.get_by_role("treeitem", name=re.compile("^carrier_delays")).hover()
    page.get_by_role("button", name=f"Open {MART}").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    sees_live_run(page)


def _compare_and_merge(page: Page, ask: Ask) -> None:
    page.get_by_role("link", name="Branches").click()
    page.get_by_role("link", name="dev/mouse").click()
    page.get_by_role("button", name=re.compile(MART)).click()
    sees_comparison(page, ask, "dev/mouse")

    late = ask(on("dev/mouse", LATE))
    assert late != ask(LATE)
    page.get_by_role("tab", name="Merge").click()
    page.get_by_role("button", name="Merge into main").click()
    page.get_by_role("dialog").get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden(timeout=RUN_MS)
    sees_merged(page, ask, "dev/mouse", late)
    page.get_by_role("button", name=re.compile("^On dev.mouse")).click()
    page.get_by_role("listbox", name="Refs").get_by_role("option", name=re.compile("main")).click()


def _ask_why(page: Page, ask: Ask) -> None:
    page.get_by_role("link", name="Quality").click()
    page.get_by_role("row", name=re.compile("nobody_is_late")).click()
    expect(page.locator("h1")).to_have_text("nobody_is_late")
    page.get_by_role("radiogroup", name="When").get_by_text("Now on main").click()
    sees_why_it_failed(page, ask)


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    expect(wanted).to_be_attached()
    for _ in range(MOST_TABS):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


def _press(page: Page, wanted: Locator) -> None:
    """Go to a button or link with Tab and press it."""
    _tab_to(page, wanted)
    page.keyboard.press("Enter")


def test_without_a_mouse(lake: tuple[Services, Catalog], flights: Page, ask: Ask) -> None:
    page, commit = flights, _first_publication(lake[1])
    new_day(lake[0].project, lake[1], 5, "B6")
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    search(page, "late_flights", f"late_flights.*{MART}")
    expect(page.get_by_role("button", name="Query", exact=True)).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(LATE)
    page.keyboard.press("Control+Enter")
    sees_result(page, ask(LATE))

    _look_with_keys(page, ask, commit)
    _branch_with_keys(page)
    _merge_with_keys(page, ask)
    row = page.get_by_role("row", name=re.compile("nobody_is_late"))
    chord(page, "gq", row)
    while not row.evaluate("(one) => one === document.activeElement"):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("nobody_is_late")
    now = page.get_by_role("radiogroup", name="When").get_by_role("radio").first
    _tab_to(page, now)
    page.keyboard.press("ArrowRight")
    sees_why_it_failed(page, ask)


def _look_with_keys(page: Page, ask: Ask, commit: str) -> None:
    search(page, MART, f"^{MART}")
    expect(page.get_by_role("grid", name=f"Rows of {MART}")).to_be_visible()
    page.keyboard.press("]")
    rows = page.get_by_role("table", name=f"Profile of {MART}").locator("tbody tr")
    expect(rows.filter(has_text="late_flights")).to_be_visible()
    place = rows.locator("td:first-child").all_inner_texts().index("late_flights")
    for _ in range(place + 1):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    sees_profile(page, ask)

    for tab in ("Schema", "Snapshots"):
        page.keyboard.press("]")
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    line = page.get_by_role("radiogroup", name="Snapshots by time")
    _tab_to(page, line.locator("[tabindex='0']"))
    stops = line.get_by_role("radio")
    for _ in range(stops.count() - 1):
        page.keyboard.press("ArrowLeft")
    expect(stops.first).to_be_checked()
    _press(page, page.get_by_role("button", name="Look at it then"))
    sees_then(page, ask, commit)
    _press(page, page.get_by_role("button", name="Back to now"))
    expect(page.locator("main")).not_to_contain_text("as it was at")


def _branch_with_keys(page: Page) -> None:
    search(page, "create a branch", "Create a branch")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("dev/keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="dev/keys", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.get_by_role("combobox", name="Branch, tag")).to_be_focused()
    page.keyboard.type("dev/keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^On dev.keys"))).to_be_visible()
    search(page, MART, f"^{MART}")
    expect(page.locator("h1")).to_have_text(MART)
    _press(page, page.get_by_role("button", name="Run", exact=True))
    _press(page, page.get_by_role("dialog").get_by_role("button", name="Run", exact=True))
    sees_live_run(page)


def _merge_with_keys(page: Page, ask: Ask) -> None:
    chord(page, "gb", page.get_by_role("link", name="dev/keys"))
    _press(page, page.get_by_role("link", name="dev/keys"))
    _press(page, page.get_by_role("button", name=re.compile(MART)))
    sees_comparison(page, ask, "dev/keys")
    late = ask(on("dev/keys", LATE))
    _tab_to(page, page.get_by_role("tab", name="Compare"))
    page.keyboard.press("ArrowRight")
    _press(page, page.get_by_role("button", name="Merge into main"))
    _press(page, page.get_by_role("dialog").get_by_role("button", name="Merge", exact=True))
    expect(page.get_by_role("dialog")).to_be_hidden(timeout=RUN_MS)
    sees_merged(page, ask, "dev/keys", late)
