"""Observatory in Chromium without a graphics card: pages, a big result, big graphs."""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import history
from browsing import PAGES, chromium, fresh_page, sample
from harness import Result, main, result
from playwright.sync_api import Browser, Page
from served import folder, make_project, serve

GRAPHS = {500: "<= 2000", 2_000: "<= 6000"}
# The clock of a page starts with its navigation; it is read in the first frame that has all.
SHOWN = "(text) => document.body?.textContent.includes(text) && performance.now()"
DRAWN = """
(count) => Number(document.querySelector('[data-drawn]')?.dataset.drawn) >= count
  && performance.now()
"""
# Scrolls by the clock, so that a slow frame has further to go and not less to do.
SCROLL = """
([pixelsPerSecond, milliseconds]) => new Promise((done) => {
  const grid = document.querySelector('[role=grid]');
  const began = performance.now();
  let frames = 0;
  const step = (now) => {
    if (now - began > milliseconds) return done(1000 * frames / (now - began));
    frames += 1;
    grid.scrollTop = Math.max(0, (now - began) * pixelsPerSecond / 1000);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""
SLOW, FLING = 600, 90_000


def waited(page: Page, condition: str, argument: object) -> float:
    """Return the milliseconds since a page was asked for until a condition holds."""
    return float(page.wait_for_function(condition, arg=argument).json_value())


def contents(browser: Browser, address: str, rounds: int) -> dict[str, list[float]]:
    """Return when each page shows what it is there for, once its code is in the cache."""
    found: dict[str, list[float]] = {name: [] for name in PAGES}
    with fresh_page(browser, address) as page:
        for turn in range(rounds + 1):
            for name, (path, text) in PAGES.items():
                page.goto(path, wait_until="commit")
                shown = waited(page, SHOWN, text)
                if turn:
                    found[name].append(shown)
    return found


def grid(browser: Browser, address: str, rows: int, seconds: int) -> tuple[float, float]:
    """Return the frames a second of a big result: scrolled slowly, and flung."""
    with fresh_page(browser, address) as page:
        page.goto(f"/data?{urlencode({'sql': 'select * from raw.wide'})}")
        page.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        waited(page, SHOWN, f"{rows:,} rows")
        page.get_by_role("grid").hover()
        slow = [page.evaluate(SCROLL, [SLOW, 1000 * seconds]) for _ in range(3)]
        flung = page.evaluate(SCROLL, [FLING, 1000 * seconds])
    return statistics.median(slow), flung


def graph(browser: Browser, root: Path, count: int, rounds: int) -> list[float]:
    """Return when a whole graph of assets is drawn, once its code is in the cache."""
    project = make_project(root, history.definitions(count, checks=0))
    found = []
    with serve(project) as served, fresh_page(browser, served.address) as page:
        for turn in range(rounds + 1):
            page.goto("/lineage", wait_until="commit")
            drawn = waited(page, DRAWN, count)
            if turn:
                found.append(drawn)
    return found


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    rows, rounds, seconds = (10_000, 1, 1) if quick else (100_000, 5, 4)
    with folder() as root:
        # Before there is a browser: playwright holds the event loop that Dagster asks for.
        project = sample(root / "sample", rows)
        with chromium() as browser, serve(project) as served:
            pages = contents(browser, served.address, rounds)
            slow, flung = grid(browser, served.address, rows, seconds)
        with chromium() as browser:
            graphs = {
                count: graph(browser, root / f"graph-{count}", count, rounds)
                for count in ([500] if quick else GRAPHS)
            }
    median = statistics.median
    note = f"median of {rounds}, warm"
    return [
        *(
            result(f"content_{name}_ms", median(times), "ms", "<= 1000", note)
            for name, times in pages.items()
        ),
        result("grid_fps", slow, "1/s", ">= 50", f"{rows:,} rows, {SLOW} pixels a second"),
        result("grid_fling_fps", flung, "1/s", note=f"{FLING:,} pixels a second"),
        *(
            result(f"graph_{count}_ms", median(times), "ms", GRAPHS[count], note)
            for count, times in graphs.items()
        ),
    ]


if __name__ == "__main__":
    sys.exit(main("ui", run))
