"""A page of the browser that remembers every error and every violation of its policy."""

from playwright.sync_api import ConsoleMessage, Page

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

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} at {message.location.get('url', '')}")
