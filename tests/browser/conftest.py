"""The servers that browser tests look at, of the demo and of small projects, and Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from phlo_api.ui import STATIC
from tests.browser.looking import WAIT_MS, Watched, looking
from tests.browser.services import Services
from tests.browser.serving import apart, app_of, served
from tests.contract.phlo_api.conftest import DAGSTER_WARNS
from tests.contract.phlo_api.world import World
from tests.copies import Demo, add_branch, copy_of
from tests.demo import Seed
from tools.browser import CHROMIUM, can_install

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            for line in DAGSTER_WARNS:
                item.add_marker(pytest.mark.filterwarnings(line))


def _leave_out(why: str) -> None:
    """Skip, but fail where there has to be a browser."""
    if os.environ.get("CI") == "true" and can_install():
        pytest.fail(f"CI must see the page: {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which(CHROMIUM)
    if found is None:
        _leave_out("there is no chromium; install it with: python3 tools/browser.py")
    if not (STATIC / "index.html").is_file():
        _leave_out("the page is not built; build it with: make setup")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def demo(
    chromium: str, demo_seed: Seed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """A demo with a branch, served as `phlo services start` does; tests leave it as it is."""
    project = copy_of(demo_seed, tmp_path_factory.mktemp("observatory") / "demo")
    catalog = add_branch(project)
    services = Services(project.root, daemon=False)
    services.start()
    yield Demo(project, catalog, services.address)
    services.stop()


@pytest.fixture(scope="session")
def world(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world that tests look at, and leave as it is."""
    made = apart(World, tmp_path_factory.mktemp("browser") / "shop")
    yield made
    made.close()


@pytest.fixture(scope="session")
def address(world: World) -> Iterator[str]:
    with served(app_of(world)) as found:
        yield found


@pytest.fixture(scope="session")
def workshop(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world that tests change, each on a branch of its own."""
    made = apart(World, tmp_path_factory.mktemp("workshop") / "shop")
    yield made
    made.close()


@pytest.fixture(scope="session")
def workshop_address(workshop: World) -> Iterator[str]:
    with served(app_of(workshop)) as found:
        yield found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, until the end of a module: Playwright holds the event loop of this thread."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config) -> Path:
    """Where screenshots are kept: the folder of pytest's cache, which git ignores."""
    cache = pytestconfig.cache
    assert cache is not None
    return cache.mkdir("screenshots")


@pytest.fixture
def tour(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A page of the demo, on which nothing may be complained about."""
    with looking(browser, demo.address) as found:
        yield found.page
        assert found.complaints == []


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    """A page that remembers what it complained about."""
    with looking(browser, address) as found:
        yield found


@pytest.fixture
def page(watched: Watched) -> Iterator[Page]:
    """A page on which nothing may be complained about."""
    yield watched.page
    assert watched.complaints == []


@pytest.fixture
def visitor(browser: Browser, workshop_address: str) -> Iterator[Watched]:
    """A page of the world that may be changed, that remembers what it complained about."""
    with looking(browser, workshop_address) as found:
        yield found


@pytest.fixture
def bench(visitor: Watched) -> Iterator[Page]:
    """A page of the world that may be changed, on which nothing may be complained about."""
    yield visitor.page
    assert visitor.complaints == []
