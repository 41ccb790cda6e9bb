"""Branches and tags are made from wherever one is needed, of the state that was looked at."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import of_lake
from tests.browser.changing import commit_of, fact
from tests.contract.phlo_api.world import World


def _create(page: Page, name: str, kind: str = "branch") -> None:
    """Fill the dialog in and see the ref that was made."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("button", name=f"Create {kind}").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(dialog).to_be_hidden()


def _rows_on(page: Page, world: World, ref: str) -> int:
    """See that the page of a table shows, on a ref, what SQL counts there."""
    rows = int(of_lake(world, f'select count(*) from "{ref}".raw.orders'))
    page.goto(f"/tables/raw.orders?ref={ref}")
    expect(fact(page, "Rows")).to_have_text(str(rows))
    return rows


def _by_button(page: Page) -> None:
    page.goto("/branches")
    page.get_by_role("button", name="New branch").click()


def _by_key(page: Page) -> None:
    page.goto("/branches")
    expect(page.get_by_role("list", name="Commits, newest first")).to_be_visible()
    page.keyboard.press("c")


def _by_command(page: Page) -> None:
    page.goto("/services")
    expect(page.get_by_role("row", name=re.compile("Query engine"))).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search tables")).to_be_focused()
    page.keyboard.type("create a br")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Create a branch")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("way", [_by_button, _by_key, _by_command])
def test_a_branch_is_made_of_what_the_page_is_on(way: object, bench: Page, workshop: World) -> None:
    name = f"dev{way.__name__}"
    assert callable(way)

    way(bench)
    _create(bench, name)

    assert workshop.catalog.ref(name).commit == workshop.catalog.ref("main").commit
    _rows_on(bench, workshop, name)


def test_a_branch_is_made_from_the_list_of_refs_of_any_page(bench: Page, workshop: World) -> None:
    bench.goto("/runs?ref=dev/x")
    bench.get_by_role("button", name="On dev/x. Choose another").click()
    bench.get_by_role("link", name="New branch from here").click()
    _create(bench, "dev/of-x")

    assert workshop.catalog.ref("dev/of-x").commit == workshop.catalog.ref("dev/x").commit
    here = _rows_on(bench, workshop, "dev/of-x")
    assert here != of_lake(workshop, "select count(*) from raw.orders")


def test_a_branch_is_made_of_an_earlier_commit(bench: Page, workshop: World) -> None:
    bench.goto("/branches")
    bench.get_by_role("button", name="first orders").click()
    bench.get_by_role("button", name="Branch from here").click()
    _create(bench, "dev/back-then")

    assert _rows_on(bench, workshop, "dev/back-then") == 3


def test_a_branch_is_made_of_a_table_as_of_then(bench: Page, workshop: World) -> None:
    first = commit_of(workshop, "first orders")

    bench.goto(f"/tables/raw.orders?ref=main@{first}")
    expect(fact(bench, "Rows")).to_have_text("3")
    bench.get_by_role("link", name="Branch from here").click()
    _create(bench, "dev/as-of")

    assert workshop.catalog.ref("dev/as-of").commit == first
    assert _rows_on(bench, workshop, "dev/as-of") == 3


def test_a_tag_is_made_and_does_not_move(bench: Page, workshop: World) -> None:
    bench.goto("/branches?create=yes")
    bench.get_by_role("dialog").get_by_text("Tag", exact=True).click()
    _create(bench, "v-browser", "tag")

    made = workshop.catalog.ref("v-browser")
    assert (made.kind, made.commit) == ("tag", workshop.catalog.ref("main").commit)
    bench.goto("/branches?branch=dev/x&into=v-browser&tab=merge")
    button = bench.get_by_role("button", name="Merge into v-browser")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "A tag does not move")


def test_a_branch_is_deleted_and_its_name_is_gone(bench: Page, workshop: World) -> None:
    workshop.catalog.create_branch("dev/short-lived", at="main")

    bench.goto("/branches?branch=dev/short-lived")
    bench.get_by_role("button", name="Delete").click()
    bench.get_by_role("button", name="Delete branch").click()

    expect(bench.get_by_role("link", name="dev/short-lived")).to_have_count(0)
    assert "dev/short-lived" not in {ref.name for ref in workshop.catalog.refs()}


def test_a_name_that_is_taken_is_refused_with_its_fix(
    visitor: object, bench: Page, workshop: World
) -> None:
    known = len(workshop.catalog.refs())

    bench.goto("/branches?create=yes")
    dialog = bench.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("dev/x")
    dialog.get_by_role("button", name="Create branch").click()

    expect(dialog.get_by_role("alert")).to_contain_text("Fix:")
    visitor.forget("409")  # type: ignore[attr-defined]
    assert len(workshop.catalog.refs()) == known
