"""What the benches in a browser share: a lake with a history, its pages, one Chromium."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import history
import pyarrow as pa
from playwright.sync_api import Browser, Page, sync_playwright
from served import make_project

from phlo.catalog import open_catalog
from phlo.config import Project
from phlo.tables.write import append, create

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.browser import CHROMIUM

# There is no graphics card where this runs, so none is used anywhere.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 60_000
WIDE = 20
# Each page, and a text that stands on it only once it shows what the API told it.
PAGES = {
    "home": ("/", "has_rows_0019 of staging.asset_0019 failed"),
    "data": ("/data", "raw"),
    "table": ("/tables/raw.wide", "column_07"),
    "lineage": ("/lineage", "60 assets, "),
    "branches": ("/branches", "a wide table"),
    "runs": ("/runs", "20 runs shown"),
    "quality": ("/quality", "60 checks shown"),
    "logs": ("/logs", "intends to materialize"),
    "services": ("/services", "Query engine"),
    "settings": ("/settings", "query.memory_mb"),
}


def fill_lake(project: Project, rows: int) -> None:
    """Put raw.wide on main: ``rows`` of twenty columns of every usual kind."""
    kinds = (
        "i * {n}",
        "i * 0.5 + {n}",
        "'text ' || (i * {n} % 1000)",
        "i % {n} = 0",
        "timestamptz '2024-01-01 00:00:00Z' + to_seconds(i * {n})",
    )
    columns = [
        f"{kinds[place % len(kinds)].format(n=place + 2)} as column_{place:02d}"
        for place in range(WIDE)
    ]
    query = f"select {', '.join(columns)} from range({rows}) t(i)"
    catalog = open_catalog(project.lake, author="bench")
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        schema: pa.Schema = con.execute(f"{query} limit 0").to_arrow_table().schema
        with catalog.stage("main", message="a wide table", override="a bench") as stage:
            append(con, create(stage.tables, ("raw", "wide"), schema), query)


def sample(root: Path, rows: int) -> Project:
    """Make a project that has something to show on every page."""
    project = make_project(root, history.definitions(60))
    history.fill(project, 2 * history.PARTS)
    fill_lake(project, rows)
    return project


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, and end it."""
    found = shutil.which(CHROMIUM)
    if found is None:
        raise SystemExit("there is no chromium; install it with: python3 tools/browser.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh_page(browser: Browser, address: str) -> Iterator[Page]:
    """Open a page of a browser that has never been here."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAIT_MS)
    try:
        yield context.new_page()
    finally:
        context.close()


def show(page: Page, name: str) -> None:
    """Go to a page and wait until it shows what it is there for."""
    path, text = PAGES[name]
    page.goto(path)
    page.get_by_text(text).first.wait_for()
