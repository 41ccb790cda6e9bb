"""The console: cancelled, explained, profiled, saved, shared by a link, exported."""

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from phlo.engine import Lake
from tests.browser.asking import of_lake
from tests.browser.looking import Watched, looking
from tests.contract.phlo_api.world import World

LATE = "select id, amount from raw.orders where state = 'late' order by id"
ENDLESS = "select sum(a.range * b.range) as s from range(10000000) a, range(10000000) b"


def _write(page: Page, sql: str, address: str = "/data") -> None:
    page.goto(address)
    page.locator(".cm-content").click()
    page.keyboard.insert_text(sql)


def _run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def _cells(page: Page) -> Locator:
    return page.get_by_role("grid", name="Result").get_by_role("gridcell")


def _choose(page: Page, group: str, name: str) -> None:
    page.get_by_role("radiogroup", name=group).get_by_text(name, exact=True).click()


def test_a_running_statement_is_cancelled(watched: Watched, page: Page) -> None:
    _write(page, ENDLESS)
    _run(page)
    expect(page.get_by_role("status", name="Running")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()

    expect(page.locator("main")).to_contain_text("Cancelled before the first rows")
    watched.forget("/api/trino/query/arrow")  # the answer to what was cancelled
    (newest,) = page.request.get("/api/trino/queries?limit=1").json()["items"]
    assert (newest["sql"], newest["state"]) == (ENDLESS, "cancelled")
    _choose(page, "What the list shows", "History")
    entry = page.get_by_role("button", name=re.compile("^Cancelled")).first
    expect(entry).to_contain_text(ENDLESS)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


def test_the_plan_says_what_would_be_read(page: Page, world: World) -> None:
    _write(page, LATE)
    _choose(page, "What is shown of the result", "Explain")

    expect(page.locator("pre")).to_contain_text(re.compile("FILTER|SCAN", re.IGNORECASE))
    rows = of_lake(world, "select count(*) from raw.orders")
    expect(page.locator("main")).to_contain_text(f"files{rows} rowsraw.orders")


def test_the_header_of_a_result_profiles_its_column(page: Page, world: World) -> None:
    mean, most, distinct = (
        of_lake(world, f"select {what} from ({LATE})")
        for what in ("avg(amount)", "max(amount)", "count(distinct amount)")
    )

    _write(page, LATE)
    _run(page)
    page.get_by_role("button", name=re.compile("^amount, .*: profile")).click()

    profile = page.get_by_role("region", name="Profile of amount")
    expect(profile).to_contain_text(f"Mean{mean:g}")
    expect(profile).to_contain_text(f"Greatest{most:g}")
    expect(profile).to_contain_text(f"Distinct{distinct}")


def test_a_result_is_drawn(page: Page, world: World) -> None:
    sql = "select state, sum(amount) as total from raw.orders group by state order by state"
    _write(page, sql)
    _run(page)
    expect(_cells(page).first).to_have_text("done")
    _choose(page, "What is shown of the result", "Chart")

    chart = page.get_by_role("img", name="total by state").or_(page.get_by_label("total by state"))
    expect(chart.first).to_be_visible()


def test_the_statement_at_the_cursor_runs(page: Page, world: World) -> None:
    first, second = "select 1 as one", "select count(*) as n from raw.people"
    _write(page, f"{first};\n\n{second};\n")
    page.keyboard.press("Control+Enter")

    expect(_cells(page)).to_have_text([str(of_lake(world, second))])
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("columnheader")).to_contain_text(["one"])
    expect(_cells(page)).to_have_text(["1"])


def test_what_is_typed_over_a_selection_takes_its_place(page: Page, world: World) -> None:
    sql = "select count(*) as n from raw.orders"
    _write(page, "select *\nfrom raw.people\nlimit 1")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(sql)
    page.keyboard.press("Control+Enter")

    expect(page.locator(".cm-line")).to_have_text([sql])
    expect(_cells(page)).to_have_text(str(of_lake(world, sql)))


def test_a_query_is_saved_opened_and_deleted(bench: Page, workshop: World) -> None:
    sql = "select max(id) as newest from raw.orders"
    _write(bench, sql)
    bench.keyboard.press("Control+s")
    dialog = bench.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Name")).to_be_focused()
    bench.keyboard.type("The newest order")
    bench.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    saved = bench.request.get("/api/trino/saved").json()["items"]
    assert [(one["name"], one["sql"]) for one in saved] == [("The newest order", sql)]

    bench.goto("/data?side=saved")
    bench.get_by_role("button", name=re.compile("^The newest order")).click()
    expect(bench.locator(".cm-content")).to_have_text(sql)
    _run(bench)
    expect(_cells(bench)).to_have_text(str(of_lake(workshop, sql)))

    bench.get_by_role("button", name="Delete The newest order").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(bench.locator("main")).to_contain_text("No query is saved")
    assert bench.request.get("/api/trino/saved").json()["items"] == []


def test_a_link_opens_the_same_text_on_the_same_ref(
    page: Page, browser: Browser, address: str, world: World
) -> None:
    sql = "select count(*) as n from raw.orders where amount = 99"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _write(page, sql, "/data?ref=dev/x")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("alert")).to_contain_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")

    with looking(browser, address) as other:
        other.page.goto(link)
        expect(other.page.locator(".cm-content")).to_have_text(sql)
        _run(other.page)
        there = of_lake(world, sql.replace("raw.orders", '"dev/x".raw.orders'))
        expect(_cells(other.page)).to_have_text(str(there))
        assert there != of_lake(world, sql)
        assert other.complaints == []


def _csv(file: Path) -> pa.Table:
    return csv.read_csv(file)


def _arrow(file: Path) -> pa.Table:
    with pa.ipc.open_stream(file.read_bytes()) as reader:
        return reader.read_all()


@pytest.mark.parametrize(
    ("choice", "name", "read"),
    [
        ("CSV", "query.csv", _csv),
        ("Parquet", "query.parquet", pq.read_table),
        ("Arrow stream", "query.arrows", _arrow),
    ],
)
def test_an_export_holds_what_sql_answers(
    choice: str, name: str, read: Any, page: Page, world: World, tmp_path: Path
) -> None:
    wanted = Lake(world.catalog).sql(LATE).fetchall()
    file = tmp_path / name

    _write(page, LATE)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=choice).click()
    assert download.value.suggested_filename == name
    download.value.save_as(file)

    found = read(file)
    assert found.column_names == ["id", "amount"]
    assert [tuple(row.values()) for row in found.to_pylist()] == wanted
    assert len(wanted) == of_lake(world, f"select count(*) from ({LATE})") > 30
