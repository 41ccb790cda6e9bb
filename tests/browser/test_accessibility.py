"""Every page in light and dark: what axe finds, and a picture that is kept."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import first_run
from tests.browser.pages import PAGES
from tests.copies import Demo

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}

GLIDES = """() => [...document.querySelectorAll('*')].filter((one) =>
  getComputedStyle(one).transitionDuration.split(',').some((time) => parseFloat(time) > 0)
).length"""
WATCH_THE_GRAPH = """() => {
  const graph = document.querySelector('.react-flow__viewport');
  window.places = new Set();
  new MutationObserver(() => window.places.add(graph.style.transform))
    .observe(graph, { attributes: true, attributeFilter: ['style'] });
}"""
A_WHILE = """() => new Promise((done) => {
  const wait = (frames) => frames ? requestAnimationFrame(() => wait(frames - 1)) : done();
  wait(30);
})"""  # more frames than a glide has
MOST_JUMPS = 3


def _said(violation: Mapping[str, Any]) -> str:
    where = "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}"


def _violations(page: Page) -> list[str]:
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [_said(violation) for violation in found["violations"]]


def _look(page: Page, pictures: Path, name: str) -> None:
    """Keep a picture in each scheme, and expect axe to find nothing in either."""
    page.evaluate(AXE)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.screenshot(path=pictures / f"{name}-{scheme}.png", animations="disabled")
        assert _violations(page) == [], scheme


def _open(page: Page, address: str, filled: str) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    expect(page.locator("main")).to_contain_text(filled)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_and_in_dark(
    name: str, tour: Page, demo: Demo, pictures: Path
) -> None:
    address, filled = PAGES[name]

    _open(tour, address.format(run=first_run(demo)), filled)

    _look(tour, pictures, name)


def test_axe_finds_nothing_in_the_search(tour: Page, pictures: Path) -> None:
    _open(tour, *PAGES["services"])

    tour.keyboard.press("Control+k")
    expect(tour.get_by_role("combobox", name="Search tables")).to_be_focused()
    tour.keyboard.type("late_flights")
    results = tour.get_by_role("listbox", name="Results")
    expect(results).to_have_attribute("aria-busy", "false")
    expect(results).to_contain_text("marts.carrier_delays")

    _look(tour, pictures, "search")


def test_where_less_motion_is_asked_for_nothing_glides(tour: Page) -> None:
    _open(tour, *PAGES["lineage"])
    expect(tour.locator(".react-flow__node").first).to_be_visible()
    assert tour.evaluate(GLIDES) == 0
    tour.evaluate(WATCH_THE_GRAPH)

    tour.get_by_role("combobox", name="Find an asset").fill("daily_glucose")
    tour.get_by_role("option", name="marts.daily_glucose", exact=True).click()

    expect(tour.get_by_role("complementary", name="marts.daily_glucose")).to_be_visible()
    expect(tour.locator(".react-flow__node[data-id='marts.daily_glucose']")).to_be_in_viewport()
    tour.evaluate(A_WHILE)
    assert 1 <= tour.evaluate("window.places.size") <= MOST_JUMPS
