"""A branch is brought up to date, merged, merged past its checks; a commit is taken back."""

import re

import duckdb
from playwright.sync_api import Locator, Page, expect

from phlo.model import Commit
from phlo.tables import create as creating
from phlo.tables import write
from tests.browser.asking import of_lake
from tests.browser.changing import ORDER, add_orders, choose, fact
from tests.browser.looking import Watched
from tests.contract.phlo_api.world import ORDERS, World

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


def _change(world: World, ref: str, table: str, where: str) -> Commit:
    """Delete the rows of a table that a condition is true for, in one commit on a ref."""
    with (
        duckdb.connect() as con,
        world.catalog.stage(ref, message=f"no {where}", override="a test") as stage,
    ):
        write.delete(con, stage.tables.load_table(("raw", table)), where)
    assert stage.commit is not None
    return stage.commit


def _drop(world: World, ref: str, table: str) -> None:
    with world.catalog.stage(ref, message=f"no {table}", override="a test") as stage:
        stage.tables.drop_table(("raw", table))


def _make_conflicts(world: World, ours: str, theirs: str) -> tuple[Commit, Commit]:
    """Change one table on two branches, and another on the first of them that the second drops."""
    catalog = world.catalog
    catalog.create_branch(ours, at="main")
    with (
        duckdb.connect() as con,
        catalog.stage(ours, message="a copy", override="a test") as stage,
    ):
        con.execute("set timezone = 'UTC'")
        sql = ORDER.format(state="done", amount=1, first=0, last=4)
        copy = creating.create(stage.tables, ("raw", "copies"), ORDERS)
        write.append(con, copy, sql)
    catalog.create_branch(theirs, at=ours)
    mine = _change(world, ours, "orders", "id = 4")
    other = _change(world, theirs, "orders", "id = 4 or id = 6")
    _change(world, ours, "copies", "id = 3")
    _drop(world, theirs, "copies")
    return mine, other


def _beside(world: World, ref: str, number: int) -> int:
    """Count the rows of the file that holds an order on a ref."""
    table = world.catalog.at(ref).load_table(("raw", "orders"))
    paths = [task.file.file_path.removeprefix("file://") for task in table.scan().plan_files()]
    with duckdb.connect() as con:
        files = con.read_parquet(paths, filename=True)
        (name,) = files.filter(f"id = {number}").project("filename").fetchone() or ("",)
        return len(files.filter(f"filename = '{name}'"))


def _side(page: Page, table: str, ref: str) -> Locator:
    return page.get_by_role("region", name=f"{table} on {ref}", exact=True)


def _counts(page: Page, table: str, ref: str) -> dict[str, str]:
    """Return the numbers that the conflict of a table shows for a side."""
    side = _side(page, table, ref)
    expect(side.locator("dt")).not_to_have_count(0)
    names, values = side.locator("dt").all_inner_texts(), side.locator("dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


def test_conflicts_show_both_sides_of_each_table_and_cannot_be_merged(
    bench: Page, workshop: World
) -> None:
    ours, theirs = "dev/ours", "dev/theirs"
    mine, other = _make_conflicts(workshop, ours, theirs)
    before = {ref: workshop.catalog.resolve(ref).id for ref in (ours, theirs)}

    bench.goto(f"/branches?branch={theirs}&into={ours}&tab=merge")

    expect(bench.locator("main")).to_contain_text("Conflicts")
    expect(bench.get_by_role("button", name=f"Merge into {ours}")).to_be_disabled()
    for ref, commit in ((ours, mine), (theirs, other)):
        assert _counts(bench, "raw.orders", ref) == {
            "Meant to": "overwrite",
            "Rows added": str(_beside(workshop, ref, 7)),
            "Files added": "1",
            "Files removed": "1",
            "Commits": commit.id[:8],
        }
    assert _rows(workshop, ours) == _rows(workshop, theirs) + 1

    expect(bench.locator("main")).to_contain_text("one side removed it and the other changed it")
    assert _counts(bench, "raw.copies", ours)["Rows added"] == "3"
    expect(_side(bench, "raw.copies", theirs)).to_contain_text("It does not exist there")

    _side(bench, "raw.orders", ours).get_by_role("link", name=mine.id[:8]).click()
    expect(bench.get_by_role("region", name=re.compile("^Commit "))).to_contain_text("no id = 4")
    assert {ref: workshop.catalog.resolve(ref).id for ref in (ours, theirs)} == before
