"""Lineage of two thousand assets: the project's own first asset, many times over."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

MANY = 2_000
LAYERS = ("raw", "staging", "intermediate", "marts")


def many(graph: dict[str, Any]) -> dict[str, Any]:
    """Return a graph of many assets, each made from one of the layer before."""
    node, each = graph["nodes"][0], MANY // len(LAYERS)
    names = [f"{layer}.asset_{place:04}" for layer in LAYERS for place in range(each)]
    nodes = [{**node, "asset": name, "namespace": name.partition(".")[0]} for name in names]
    edges = [
        {**graph["edges"][0], "source": source, "target": target}
        for source, target in zip(names, names[each:], strict=False)
    ]
    return {**graph, "nodes": nodes, "edges": edges}


@pytest.fixture
def big(page: Page) -> Iterator[Page]:
    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=json.dumps(many(response.json())))

    def impact(route: Route) -> None:
        whole, _, _ = route.request.url.rpartition("/")
        route.fulfill(response=route.fetch(url=f"{whole}/raw.orders"))

    page.route("**/api/lineage/assets*", answer)
    page.route("**/api/graph/impact/*", impact)
    yield page
    page.unroute_all(behavior="wait")  # an answer may be on its way when a test ends


def test_a_big_graph_is_drawn_on_one_sheet_and_a_block_is_chosen_by_its_place(big: Page) -> None:
    big.goto("/lineage")
    canvas = big.locator(f"[data-drawn='{MANY}']")
    expect(canvas).to_be_visible()
    assert big.locator(".react-flow__node").count() == 0
    sheet = big.locator("canvas")
    box = sheet.bounding_box()
    assert box is not None

    found = ""
    for step in range(1, 400):
        big.mouse.move(box["x"] + box["width"] / 2 + step, box["y"] + box["height"] / 2)
        label = big.locator("[class*=farLabel]")
        if label.count():
            found = label.inner_text()
            big.mouse.down()
            big.mouse.up()
            break

    expect(big.get_by_role("complementary", name=found)).to_be_visible()
    assert f"focus={found}" in big.url


def test_a_long_table_draws_the_rows_in_sight_and_is_walked_to_its_end(big: Page) -> None:
    big.goto("/lineage?view=table")
    table = big.get_by_role("table", name="Lineage")
    expect(table).to_have_attribute("aria-rowcount", str(MANY + 1))
    rows = table.locator("tbody tr[data-place]")
    expect(rows.first).to_be_visible()
    assert rows.count() < 100

    big.keyboard.press("j")
    big.keyboard.press("End")
    last = table.locator(f"tr[data-place='{MANY - 1}']")
    expect(last).to_be_focused()
    expect(last).to_contain_text("marts.asset_0499")
    big.keyboard.press("Home")

    expect(table.locator("tr[data-place='0']")).to_be_focused()
    assert rows.count() < 100
