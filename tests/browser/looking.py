"""A page of the browser that remembers every error and every violation of its policy."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

WAIT_MS = 20_000
CHORD_TRIES, CHORD_MS = 5, 4_000
_VIOLATIONS = """
addEventListener('securitypolicyviolation', (e) =>
  console.error(`violation of ${e.effectiveDirective}: ${e.blockedURI} at ${e.sourceFile}`));
"""


class Watched:
    """A page with what it complained about so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.add_init_script(_VIOLATIONS)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def forget(self, words: str) -> None:
        """Drop complaints that the test asked for: those that hold some words."""
        self.complaints = [each for each in self.complaints if words not in each]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} at {message.location.get('url', '')}")


@contextmanager
def looking(browser: Browser, address: str) -> Iterator[Watched]:
    """Open a page on a server, of a browser that knows nothing yet."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAIT_MS)
    try:
        yield Watched(context.new_page())
    finally:
        context.close()


def search(page: Page, typed: str, wanted: str) -> None:
    """Find something with Ctrl K and open it, without the mouse; ``wanted`` is a pattern."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search tables")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.get_by_role("listbox", name="Results")).to_have_attribute("aria-busy", "false")
    option = page.get_by_role("option", name=re.compile(wanted)).first
    expect(option).to_be_visible()
    for _ in range(page.get_by_role("option").count()):
        if option.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def chord(page: Page, keys: str, arrived: Locator) -> None:
    """Go to another page by keys, again where a busy machine was too slow between them."""
    here = urlsplit(page.url).path
    for _ in range(CHORD_TRIES):
        for key in keys:
            page.keyboard.press(key)
        with suppress(NotInTime):
            page.wait_for_url(
                lambda url: urlsplit(url).path != here, timeout=CHORD_MS, wait_until="commit"
            )
            break
    expect(arrived).to_be_visible()
