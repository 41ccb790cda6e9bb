"""Ways in: with a key, and behind a proxy that serves phlo under a path."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from phlo_api.serving import Serving
from tests.browser.asking import of_lake
from tests.browser.changing import add_orders, fact
from tests.browser.looking import Watched, looking
from tests.browser.proxy import proxied
from tests.browser.serving import app_of, served
from tests.contract.phlo_api.world import World

KEY = "a key for the browser"
BASE = "/lake/phlo"


@pytest.fixture(scope="module")
def locked_address(workshop: World) -> Iterator[str]:
    """A server that asks for a key."""
    with served(app_of(workshop, Serving(keys=frozenset({KEY})))) as found:
        yield found


@pytest.fixture(scope="module")
def based_address(workshop: World) -> Iterator[str]:
    """A server that is told under which path a proxy serves it."""
    with served(app_of(workshop, Serving(base_path=BASE))) as found:
        yield found


@pytest.fixture
def locked(browser: Browser, locked_address: str) -> Iterator[Watched]:
    with looking(browser, locked_address) as found:
        yield found


def _sign_in(page: Page, key: str) -> None:
    page.get_by_role("textbox", name="Key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def test_a_key_lets_in_and_signing_out_locks_again(locked: Watched, workshop: World) -> None:
    page = locked.page
    page.goto("/tables/raw.orders")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.request.get("/api/nessie/refs").status == 401

    _sign_in(page, "another key")
    expect(page.get_by_role("alert")).to_contain_text("Fix:")
    _sign_in(page, KEY)
    rows = of_lake(workshop, "select count(*) from raw.orders")
    expect(fact(page, "Rows")).to_have_text(str(rows))
    assert page.request.get("/api/nessie/refs").status == 200
    locked.forget("401")

    page.get_by_role("link", name="Settings").click()
    expect(page.locator("main")).to_contain_text("Signed in with a key")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.request.get("/api/nessie/refs").status == 401
    locked.forget("401")
    assert locked.complaints == []


def test_what_moves_after_signing_in_is_seen(locked: Watched, workshop: World) -> None:
    page = locked.page
    workshop.catalog.create_branch("dev/seen", at="main")
    page.goto("/tables/raw.orders?ref=dev/seen")
    with page.expect_response(lambda answer: "/api/live/events" in answer.url and answer.ok):
        _sign_in(page, KEY)
    before = of_lake(workshop, 'select count(*) from "dev/seen".raw.orders')
    expect(fact(page, "Rows")).to_have_text(str(before))

    add_orders(workshop, "dev/seen", 90_000, 90_004)

    expect(fact(page, "Rows")).to_have_text(str(before + 4))


@pytest.fixture(params=[False, True], ids=["whole", "stripped"])
def behind(
    request: pytest.FixtureRequest, browser: Browser, based_address: str
) -> Iterator[Watched]:
    """A page behind a proxy that hands the path on as it is, or without its own part."""
    with (
        proxied(based_address, BASE, strip=request.param) as front,
        looking(browser, front) as found,
    ):
        yield found


def test_everything_stays_under_the_path_of_the_proxy(behind: Watched, workshop: World) -> None:
    page = behind.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    rows = of_lake(workshop, "select count(*) from raw.orders")

    page.goto(f"{BASE}/")
    expect(page.locator("main")).to_contain_text("Needs attention")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search tables").fill("raw.orders")
    page.get_by_role("option", name=re.compile("^raw.orders")).first.click()
    expect(fact(page, "Rows")).to_have_text(str(rows))
    page.reload()
    expect(fact(page, "Rows")).to_have_text(str(rows))
    page.keyboard.press("e")
    page.wait_for_url(re.compile("/data"))
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("select count(*) as n from raw.orders")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("grid", name="Result").get_by_role("gridcell")).to_have_text(str(rows))

    outside = [url for url in asked if BASE not in url and not url.startswith(("data:", "blob:"))]
    assert outside == []
    assert behind.complaints == []


def test_a_change_behind_a_proxy_is_let_in(behind: Watched, workshop: World) -> None:
    page = behind.page
    name = f"dev/behind-{len(workshop.catalog.refs())}"

    page.goto(f"{BASE}/branches?create=yes")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Create branch").click()

    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    assert workshop.catalog.ref(name).commit == workshop.catalog.ref("main").commit
    assert f"{BASE}/branches" in page.url


def test_the_page_of_dagster_is_there_under_the_same_path(behind: Watched) -> None:
    page = behind.page
    page.goto(f"{BASE}/services")
    page.get_by_role("link", name="Dagster UI").first.click()

    page.wait_for_url(re.compile(rf"{BASE}/dagster/"))
    expect(page).to_have_title(re.compile("."))
    expect(page.get_by_text("raw").or_(page.get_by_text("Overview")).first).to_be_visible()
