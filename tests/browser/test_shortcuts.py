"""Shortcuts count each press, however fast they come."""

import re

from playwright.sync_api import Page, expect

# Both presses come before the page can draw what the first one changed.
PRESS_TWICE = """
(key) => {
  for (const _ of [1, 2])
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}
"""


def test_two_presses_within_a_frame_move_two_tabs(page: Page) -> None:
    page.goto("/tables/raw.orders")
    tabs = page.get_by_role("tablist", name="Parts of raw.orders").get_by_role("tab")
    expect(tabs.first).to_have_attribute("aria-selected", "true")

    page.evaluate(PRESS_TWICE, "]")

    expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")
    page.wait_for_url(re.compile("tab=schema"))

    page.evaluate(PRESS_TWICE, "[")

    expect(tabs.first).to_have_attribute("aria-selected", "true")
    page.wait_for_url(lambda url: "tab=" not in url)
