"""A branch is brought up to date, merged, merged past its checks; a commit is taken back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.asking import of_lake
from tests.browser.changing import add_orders, choose, fact
from tests.browser.looking import Watched
from tests.contract.phlo_api.world import World

COUNT = 'select count(*) from "{ref}".raw.orders'


def _rows(world: World, ref: str) -> int:
    return int(of_lake(world, COUNT.format(ref=ref)))


def _sees_rows(page: Page, world: World, ref: str) -> None:
    page.goto(f"/tables/raw.orders?ref={ref}")
    expect(fact(page, "Rows")).to_have_text(str(_rows(world, ref)))


def test_a_branch_takes_over_what_main_has(bench: Page, workshop: World) -> None:
    workshop.catalog.create_branch("dev/behind", at="main")
    add_orders(workshop, "dev/behind", 10_000, 10_002)
    add_orders(workshop, "main", 20_000, 20_003)
    before = _rows(workshop, "main")

    bench.goto("/branches?branch=dev/behind&tab=merge")
    bench.get_by_role("button", name="Update from main").click()
    bench.get_by_role("dialog").get_by_role("button", name="Update", exact=True).click()

    expect(bench.get_by_role("dialog")).to_be_hidden()
    bench.get_by_role("tab", name="Compare").click()
    expect(bench.locator("main")).to_contain_text(re.compile(r"\+2 rows? written"))
    assert _rows(workshop, "main") == before
    assert _rows(workshop, "dev/behind") == before + 2
    _sees_rows(bench, workshop, "dev/behind")


def test_a_branch_whose_checks_pass_is_merged_and_goes(bench: Page, workshop: World) -> None:
    workshop.catalog.create_branch("dev/good", at="main")
    add_orders(workshop, "dev/good", 30_000, 30_005)
    before = _rows(workshop, "main")

    bench.goto("/branches?branch=dev/good&tab=merge")
    expect(bench.locator("main")).to_contain_text("Checks to run")
    bench.get_by_role("button", name="Merge into main").click()
    dialog = bench.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Message").fill("five good orders")
    dialog.get_by_role("checkbox", name="Delete dev/good afterwards").click()
    dialog.get_by_role("button", name="Merge", exact=True).click()

    expect(bench.get_by_role("heading", name="main", exact=True)).to_be_visible()
    expect(bench.get_by_role("region", name=re.compile("^Commit "))).to_contain_text(
        "five good orders"
    )
    assert _rows(workshop, "main") == before + 5
    assert "dev/good" not in {ref.name for ref in workshop.catalog.refs()}
    _sees_rows(bench, workshop, "main")


def test_a_merge_past_a_failed_check_keeps_its_reason(
    visitor: Watched, bench: Page, workshop: World
) -> None:
    workshop.catalog.create_branch("dev/lost", at="main")
    add_orders(workshop, "dev/lost", 40_000, 40_004, state="lost")
    before = _rows(workshop, "main")

    bench.goto("/branches?branch=dev/lost&tab=merge")
    bench.get_by_role("button", name="Merge into main").click()
    dialog = bench.get_by_role("dialog")
    dialog.get_by_role("button", name="Merge", exact=True).click()

    expect(dialog.get_by_role("alert")).to_contain_text("accepted_state")
    visitor.forget("/api/nessie/merge")
    assert _rows(workshop, "main") == before

    dialog.get_by_role("button", name="Cancel").click()
    expect(bench.locator("main")).to_contain_text("Checks fail")
    expect(bench.get_by_role("button", name="Merge into main")).to_be_disabled()
    bench.get_by_role("button", name="Merge without checks").click()
    confirm = dialog.get_by_role("button", name="Merge", exact=True)
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox", name="Why it may go past").fill("they are lost for good")
    confirm.click()

    commit = bench.get_by_role("region", name=re.compile("^Commit "))
    expect(commit).to_contain_text("they are lost for good")
    assert workshop.catalog.resolve("main").override == "they are lost for good"
    assert _rows(workshop, "main") == before + 4
    _sees_rows(bench, workshop, "main")


def test_a_commit_is_taken_back_on_a_branch(bench: Page, workshop: World) -> None:
    workshop.catalog.create_branch("dev/undo", at="main")
    before = _rows(workshop, "dev/undo")
    commit = add_orders(workshop, "dev/undo", 50_000, 50_007)

    bench.goto(f"/branches?branch=dev/undo&tab=commits&commit={commit.id}")
    bench.get_by_role("button", name="Revert", exact=True).click()
    choose(bench, "On", "dev/undo")
    bench.get_by_role("dialog").get_by_role("button", name="Revert").click()

    undone = bench.get_by_role("region", name=re.compile("^Commit "))
    expect(undone).to_contain_text("\u22127")
    assert workshop.catalog.resolve("dev/undo").id in bench.url
    assert _rows(workshop, "dev/undo") == before
    _sees_rows(bench, workshop, "dev/undo")


def test_a_revert_on_main_needs_a_reason(bench: Page, workshop: World) -> None:
    before = _rows(workshop, "main")
    commit = add_orders(workshop, "main", 60_000, 60_006)

    bench.goto(f"/branches?commit={commit.id}")
    bench.get_by_role("button", name="Revert", exact=True).click()
    choose(bench, "On", "main")
    dialog = bench.get_by_role("dialog")
    confirm = dialog.get_by_role("button", name="Revert")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox", name="Reason").fill("they were sent twice")
    confirm.click()

    undone = bench.get_by_role("region", name=re.compile("^Commit "))
    expect(undone).to_contain_text("they were sent twice")
    assert workshop.catalog.resolve("main").override == "they were sent twice"
    assert _rows(workshop, "main") == before


def test_a_conflict_shows_both_sides_and_cannot_be_merged(bench: Page, workshop: World) -> None:
    first = add_orders(workshop, "main", 70_000, 70_001)
    workshop.catalog.create_branch("dev/conflict", at="main")
    workshop.catalog.create_branch("dev/conflict-too", at="main")
    for branch in ("dev/conflict", "dev/conflict-too"):
        workshop.catalog.revert(first.id, on=branch, message="out with it", override="a test")

    bench.goto("/branches?branch=dev/conflict&into=dev/conflict-too&tab=merge")

    expect(bench.locator("main")).to_contain_text(re.compile("Nothing to merge|Conflicts"))
    expect(bench.get_by_role("button", name="Merge into dev/conflict-too")).to_be_disabled()
