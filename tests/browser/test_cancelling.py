"""A run that is under way is cancelled: it ends, its branch goes, and main stays as it was."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
from playwright.sync_api import Browser, Page, expect

from phlo.catalog import open_catalog
from phlo.ports import Catalog
from phlo_api.location import open_instance
from tests.browser.flights import materialize
from tests.browser.looking import looking
from tests.browser.services import Services
from tests.browser.serving import apart

pytestmark = [pytest.mark.slow]

RUN_MS = 120_000
PATIENT = """
import time
from pathlib import Path

import phlo

HERE = Path(__file__).parents[1]


@phlo.ingestion(table="raw.patient", key="id", write="append")
def patient():
    yield [{"id": 1}]
    (HERE / "waits").touch()
    while (HERE / "hold").exists():
        time.sleep(0.1)
"""


class House:
    """A project whose one asset loads a row, and waits while there is a file `hold`."""

    def __init__(self, root: Path) -> None:
        (root / "defs").mkdir(parents=True)
        (root / "phlo.yaml").write_text("name: patience\n")
        (root / "defs" / "patient.py").write_text(PATIENT)
        self.root = root
        self.services = Services(root, daemon=True)
        self.catalog: Catalog = open_catalog(self.services.project.lake, author="test")
        materialize(self.services.project)
        self.instance: dg.DagsterInstance = apart(open_instance, self.services.project)

    @property
    def waits(self) -> Path:
        return self.root / "waits"

    def branches(self) -> list[str]:
        return [ref.name for ref in self.catalog.refs() if ref.name.startswith("wap/")]

    def run(self, run_id: str) -> dg.DagsterRun:
        found = self.instance.get_run_by_id(run_id)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def house(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("patience") / "house")
    made.services.start()
    yield made
    made.services.stop()
    made.instance.dispose()


@pytest.fixture
def held(house: House) -> Iterator[House]:
    """The house, whose asset waits until the test is over."""
    (house.root / "hold").touch()
    house.waits.unlink(missing_ok=True)
    yield house
    (house.root / "hold").unlink()


@pytest.fixture
def page(house: House, browser: Browser) -> Iterator[Page]:
    with looking(browser, house.services.address) as watched:
        yield watched.page
        assert watched.complaints == []


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + RUN_MS / 1000
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _start(page: Page, house: House) -> str:
    """Run the asset from its page, wait until its step does, and return the run."""
    page.goto("/tables/raw.patient")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    expect(page.locator("main")).to_contain_text("Running", timeout=RUN_MS)
    _wait_until(house.waits.exists)
    run = re.search(r"/runs/([0-9a-f-]{36})", page.url)
    assert run is not None
    assert house.run(run[1]).status == dg.DagsterRunStatus.STARTED
    assert [name.split("/")[1] for name in house.branches()] == [run[1]]
    return run[1]


def _sees_it_end(page: Page, house: House, run: str) -> None:
    """See on the page, which is not loaded again, that the run ended as cancelled."""
    expect(page.locator("main")).to_contain_text("Cancelled", timeout=RUN_MS)
    expect(page.locator("main")).to_contain_text("Complete")
    assert house.run(run).status == dg.DagsterRunStatus.CANCELED
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_have_count(0)


def test_a_run_under_way_is_cancelled_from_its_page(page: Page, held: House) -> None:
    before = held.catalog.resolve("main").id
    run = _start(page, held)

    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel the run").click()

    _sees_it_end(page, held, run)
    assert held.branches() == []
    assert held.catalog.resolve("main").id == before
    made = held.instance.fetch_materializations(dg.AssetKey(["raw", "patient"]), limit=10).records
    assert run not in {record.run_id for record in made}


def test_a_run_under_way_is_cancelled_over_http(page: Page, held: House) -> None:
    before = held.catalog.resolve("main").id
    run = _start(page, held)

    answer = page.request.post(f"/api/dagster/runs/{run}/cancel")

    assert answer.status == 200
    assert answer.json()["run_id"] == run
    _sees_it_end(page, held, run)
    again = page.request.post(f"/api/dagster/runs/{run}/cancel")
    assert (again.status, again.json()["code"]) == (409, "wrong-state")
    assert held.branches() == []
    assert held.catalog.resolve("main").id == before
