"""One server for all browser tests, on a small project, and one Chromium that looks at it."""

import logging
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from phlo_api.app import create_app
from phlo_api.serve import server_of
from phlo_api.serving import Serving
from phlo_api.ui import STATIC
from tests.browser.looking import Watched
from tests.contract.phlo_api.conftest import DAGSTER_WARNS
from tests.contract.phlo_api.world import World
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
WAIT_MS = 20_000


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
def world(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("browser") / "shop")
    yield made
    made.close()


@pytest.fixture(scope="session")
def address(world: World) -> Iterator[str]:
    app = create_app(
        world.project, catalog=world.catalog, context=world.context, settings=Serving(), warm=True
    )
    server = server_of(app)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it ends after pytest's streams
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)
    app.api.live.close()
    app.api.queries.close()


@pytest.fixture(scope="module")
def browser(chromium: str, address: str) -> Iterator[Browser]:
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
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    """A page that remembers what it complained about."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAIT_MS)
    yield Watched(context.new_page())
    context.close()


@pytest.fixture
def page(watched: Watched) -> Iterator[Page]:
    """A page on which nothing may be complained about."""
    yield watched.page
    assert watched.complaints == []
