"""Changes of a lake that tests begin with, and what a page shows of a table."""

import re

import duckdb
from playwright.sync_api import Locator, Page

from phlo.model import Commit
from phlo.tables import write
from tests.contract.phlo_api.world import World

ORDER = (
    "select i as id, '{state}' as state, {amount} as amount, "
    "timestamptz '2024-06-01 00:00:00+00' as placed_at, 'row-' || i as _phlo_row_id "
    "from range({first}, {last}) t(i)"
)


def add_orders(
    world: World, ref: str, first: int, last: int, *, state: str = "done", amount: float = 1.5
) -> Commit:
    """Append the orders from ``first`` up to ``last``, in one commit on a ref."""
    sql = ORDER.format(state=state, amount=amount, first=first, last=last)
    with (
        duckdb.connect() as con,
        world.catalog.stage(ref, message=f"orders from {first}", override="a test") as stage,
    ):
        con.execute("set timezone = 'UTC'")
        write.append(con, stage.tables.load_table(("raw", "orders")), sql)
    assert stage.commit is not None
    return stage.commit


def fact(page: Page, name: str) -> Locator:
    """Return the value that the head of a table's page has under a name."""
    named = page.locator("dt", has_text=re.compile(f"^{name}$"))
    return page.locator("dl > div", has=named).locator("dd")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list that opens."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def commit_of(world: World, message: str, ref: str = "main") -> str:
    """Return the newest commit of a ref that has a message."""
    return next(each.id for each in world.catalog.log(ref) if each.message == message)
