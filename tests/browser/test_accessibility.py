"""Every page in light and dark: what axe finds, and a picture that is kept."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import PAGES

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}


def _said(violation: Mapping[str, Any]) -> str:
    where = "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}"


def _violations(page: Page) -> list[str]:
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [_said(violation) for violation in found["violations"]]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_and_in_dark(name: str, page: Page, pictures: Path) -> None:
    address, filled = PAGES[name]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    expect(page.locator("main")).to_contain_text(filled)
    page.evaluate(AXE)

    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.screenshot(path=pictures / f"{name}-{scheme}.png")
        assert _violations(page) == [], scheme
