"""What a person does with late flights, from a mart to a merge, and what they must see."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from phlo.engine import Lake
from phlo.ports import Catalog
from tests.browser.flights import MART

LATE = f"select sum(late_flights) as late from {MART}"
DIFFERENCE = "select count(*) from (select * from {left} except select * from {right})"
RUN_MS = 180_000
Ask = Callable[[str], int]


def asking(catalog: Catalog) -> Ask:
    """Return a function that asks the lake for one number."""

    def ask(sql: str) -> int:
        row = Lake(catalog).sql(sql).fetchone()
        assert row is not None
        return int(row[0])

    return ask


def on(ref: str, sql: str) -> str:
    """Return a statement over the mart, on a ref."""
    return sql.replace(MART, f'"{ref}".{MART}')


def fact(page: Page, name: str) -> Locator:
    """Return the number of the head of a table's page that has a name."""
    named = page.locator("dt", has_text=re.compile(f"^{name}$"))
    return page.locator("dl > div", has=named).locator("dd")


def sees_result(page: Page, number: int) -> None:
    cell = page.get_by_role("grid", name="Result").get_by_role("gridcell")
    expect(cell).to_have_text(str(number))


def sees_profile(page: Page, ask: Ask) -> None:
    """See the profile of late_flights on the page of the mart."""
    greatest, rows = (
        ask(f"select max(late_flights) from {MART}"),
        ask(f"select count(*) from {MART}"),
    )
    panel = page.locator("main")
    expect(panel).to_contain_text(f"Filled{rows} of {rows}")
    expect(panel).to_contain_text(f"Greatest{greatest}")


def sees_then(page: Page, ask: Ask, commit: str) -> None:
    """See the mart as it was at a commit."""
    rows = ask(on(f"main@{commit}", f"select count(*) from {MART}"))
    expect(page.locator("main")).to_contain_text(f"as it was at commit {commit[:8]}")
    expect(fact(page, "Rows")).to_have_text(str(rows))
    assert rows != ask(f"select count(*) from {MART}")


def sees_live_run(page: Page) -> str:
    """Watch a run from its launch to its end, without loading the page again; return its id."""
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    page.evaluate("window.notLoadedAgain = true")
    head = page.locator("main")
    expect(head).to_contain_text("Live")
    expect(head).to_contain_text("Running", timeout=RUN_MS)
    expect(page.get_by_role("option").filter(has_text=f"dbt {MART}: success")).to_be_visible(
        timeout=RUN_MS
    )
    expect(head).to_contain_text("Succeeded", timeout=RUN_MS)
    expect(head).to_contain_text("Complete")
    assert page.evaluate("window.notLoadedAgain")
    found = re.search(r"/runs/([0-9a-f-]{36})", page.url)
    assert found is not None
    run = found[1]
    logged = page.request.get(f"/api/dagster/runs/{run}/logs?limit=500").json()["items"]
    expect(head).to_contain_text(f"{len(logged)} lines")
    return run


def sees_comparison(page: Page, ask: Ask, branch: str) -> None:
    """See the rows by which a branch differs."""
    there, here = f'"{branch}".{MART}', f'"main".{MART}'
    added = ask(DIFFERENCE.format(left=there, right=here))
    removed = ask(DIFFERENCE.format(left=here, right=there))
    assert added > 0
    assert removed > 0
    expect(page.locator("main")).to_contain_text(f"{added} added")
    expect(page.locator("main")).to_contain_text(f"{removed} removed")
    rows = page.get_by_role("grid", name=f"Rows of {MART} that differ").get_by_role("row")
    expect(rows).to_have_count(added + removed + 1)


def sees_merged(page: Page, ask: Ask, branch: str, late: int) -> None:
    """See that main has the branch's numbers now, in one commit that shows."""
    expect(page.get_by_role("heading", name="main", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("^Commit "))).to_contain_text(MART)
    assert ask(LATE) == ask(on(branch, LATE)) == late


def sees_why_it_failed(page: Page, ask: Ask) -> None:
    """See what a failed check measured, the rows that fail and the SQL that finds them."""
    failing = ask(f"select count(*) from {MART} where late_flights > 0")
    main = page.locator("main")
    expect(main).to_contain_text(f"{failing} failing rows")
    expect(main).to_contain_text("late_flights > 0")
    expect(main).to_contain_text("No airline is late.")
    rows = page.get_by_role("grid", name="Rows that fail the check").get_by_role("row")
    expect(rows).to_have_count(failing + 1)
