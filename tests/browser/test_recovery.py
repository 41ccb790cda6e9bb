"""The server is killed while a run writes; the page goes on, and every line is there once."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from playwright.sync_api import Browser, Page, expect

from phlo_api.location import open_instance
from tests.browser.looking import looking
from tests.browser.services import Services
from tests.browser.serving import apart
from tests.contract.phlo_api.world import DEFINITIONS, make_project

pytestmark = [pytest.mark.crash, pytest.mark.slow]

WORKSPACE = "load_from:\n  - python_file:\n      relative_path: {file}\n      location_name: phlo\n"
WAIT_S = 60
# Scrolls through a list and returns what it shows, line by line, each under its place.
ALL_LINES = """
async (list) => {
  const found = new Map();
  const frame = () => new Promise(requestAnimationFrame);
  for (let top = 0; ; top += list.clientHeight / 2) {
    list.scrollTop = top;
    await frame();
    await frame();
    for (const line of list.querySelectorAll('[role=option]'))
      found.set(Number(line.ariaPosInSet), [line.id, line.innerText]);
    if (top + list.clientHeight >= list.scrollHeight) break;
  }
  return [...found].sort((a, b) => a[0] - b[0]).map(([, line]) => line);
}
"""


class Writer:
    """A run that writes numbered lines, as many as it was allowed to."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.run_id = str(uuid.uuid4())
        self._instance = instance
        self._allowed = threading.Semaphore(0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def allow(self, lines: int) -> None:
        self._allowed.release(lines)

    def end(self) -> None:
        self._over.set()
        self.allow(1)
        self._thread.join(WAIT_S)

    def ids(self) -> list[int]:
        """Return the ids of all events of the run, as Dagster's storage has them."""
        storage = self._instance.event_log_storage
        found = storage.get_records_for_run(self.run_id, limit=5000)
        assert not found.has_more
        return [record.storage_id for record in found.records]

    def _run(self) -> None:
        @dg.asset(name="chatty")
        def chatty(context: dg.AssetExecutionContext) -> None:
            number = 0
            while self._allowed.acquire(timeout=WAIT_S) and not self._over.is_set():
                context.log.info(f"this is line {number}")
                number += 1

        job = dg.Definitions(
            assets=[chatty], executor=dg.in_process_executor
        ).resolve_implicit_global_asset_job_def()
        job.execute_in_process(instance=self._instance, run_id=self.run_id)


@pytest.fixture
def services(chromium: str, tmp_path: Path) -> Iterator[Services]:
    root = make_project(tmp_path / "shop").root
    (root / "workspace.yaml").write_text(WORKSPACE.format(file=DEFINITIONS))
    found = Services(root, daemon=False)
    found.start()
    yield found
    found.stop()


def _sees(page: Page, number: int) -> None:
    """Wait for a line; the log follows the newest."""
    expect(page.get_by_role("option", name=f"this is line {number}").last).to_be_attached()


def test_a_killed_server_costs_no_line_and_doubles_none(
    services: Services, browser: Browser
) -> None:
    instance = apart(open_instance, services.project)
    writer = Writer(instance)
    writer.allow(20)
    try:
        with looking(browser, services.address) as watched:
            page = watched.page
            _watch_through_two_deaths(page, services, writer)

            expect(page.locator("main")).to_contain_text("Complete")
            expect(page.locator("main")).to_contain_text("Succeeded")
            log = page.get_by_role("listbox", name="Log of the run")
            shown = log.evaluate(ALL_LINES)
    finally:
        writer.end()
        instance.dispose()

    wanted = writer.ids()
    assert [int(line.rpartition("-")[2]) for line, _ in shown] == wanted
    said = [text.rpartition("this is line ")[2] for _, text in shown if "this is line" in text]
    assert [int(number) for number in said] == list(range(320))


def _watch_through_two_deaths(page: Page, services: Services, writer: Writer) -> None:
    page.goto(f"/runs/{writer.run_id}")
    _sees(page, 19)
    for death in range(2):
        before = 20 + 150 * death
        writer.allow(100)
        _sees(page, before + 9)  # while it still writes
        services.kill()
        writer.allow(50)
        expect(page.locator("main")).to_contain_text("Connection lost, trying again")
        services.start()
        _sees(page, before + 149)
    writer.end()
