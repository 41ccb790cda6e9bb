"""Ctrl K finds everything, the keyboard sheet tells the keys, and both do what they say."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import of_dagster, of_lake
from tests.browser.changing import fact
from tests.browser.looking import chord, search
from tests.contract.phlo_api.world import World


def test_a_table_a_run_and_a_command_are_found(page: Page, world: World) -> None:
    run = world.runs["report"]
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Needs attention")

    search(page, "orders", "^raw.orders")
    expect(fact(page, "Rows")).to_have_text(str(of_lake(world, "select count(*) from raw.orders")))
    search(page, run[:8], run[:8])
    expect(page.locator("h1")).to_have_text(f"Run {run[:8]}")
    failed = of_dagster(world, "runs.db", "select count(*) from runs where status = 'FAILURE'")
    search(page, "failed runs", "Show failed runs")
    expect(page.get_by_role("table", name="Runs").locator("tbody tr")).to_have_count(failed)

    page.keyboard.press("Control+k")
    recent = page.get_by_role("listbox", name="Results").get_by_role("option")
    expect(recent.nth(0)).to_contain_text(run[:8])
    expect(recent.nth(1)).to_contain_text("raw.orders")


@pytest.mark.parametrize(
    ("typed", "wanted", "heading"),
    [
        ("state", "^state", "raw.orders"),
        ("no_late", "^no_late", "no_late"),
        ("dev/x", "^dev.x", "Branches"),
        ("v1", "^v1", "Branches"),
        ("watch the", "Watch the logs live", "Logs"),
        ("backfill", "Backfill partitions", "Runs"),
    ],
)
def test_everything_else_leads_to_its_page(
    typed: str, wanted: str, heading: str, page: Page
) -> None:
    page.goto("/services")
    expect(page.get_by_role("row", name=re.compile("Query engine"))).to_be_visible()

    search(page, typed, wanted)

    expect(page.locator("h1")).to_have_text(heading)


def test_what_is_found_is_of_the_ref_the_page_is_on(bench: Page, workshop: World) -> None:
    there = of_lake(workshop, 'select count(*) from "dev/x".raw.orders')
    bench.goto("/services?ref=dev/x")
    expect(bench.get_by_role("row", name=re.compile("Query engine"))).to_be_visible()

    search(bench, "raw.orders", "^raw.orders")

    expect(fact(bench, "Rows")).to_have_text(str(there))
    assert there != of_lake(workshop, "select count(*) from raw.orders")


def test_the_keys_of_the_sheet_go_where_it_says(page: Page) -> None:
    page.goto("/settings")
    expect(page.locator("h1")).to_have_text("Settings")
    page.keyboard.press("?")
    rows = page.get_by_role("dialog").locator("section", has_text="Go to").locator("div")
    expect(rows).to_have_count(9)
    listed = [text.split("\n") for text in rows.all_inner_texts()]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    for label, *keys in listed:
        pages = page.get_by_role("navigation", name="Pages")
        here = pages.locator("a[aria-current=page]").filter(has_text=label)
        chord(page, "".join(keys).lower(), here)
        if label == "Data":  # whose editor takes the keys once it is there, until it is left
            editor = page.get_by_role("textbox", name="SQL")
            expect(editor).to_be_focused()
            page.keyboard.press("Tab")
            expect(editor).not_to_be_focused()
