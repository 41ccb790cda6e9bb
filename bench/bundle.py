"""How much code each page of Observatory loads in a browser that has never seen it."""

import sys
from collections.abc import Sequence

from browsing import PAGES, chromium, fresh_page, sample, show
from harness import Result, main, result
from served import folder, serve

# Asked of the browser itself: what came over the wire, as it was packed.
LOADED = """
() => performance.getEntriesByType('resource')
  .filter((entry) => /\\.(js|css)$/.test(new URL(entry.name).pathname))
  .map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize])
"""
SETTLED_MS = 5_000


def run(quick: bool) -> Sequence[Result]:
    """Load each page; what it fetches ahead once it is idle counts apart."""
    sizes: dict[str, int] = {}
    ahead: dict[str, int] = {}
    names = ["home"] if quick else list(PAGES)
    with folder() as root, serve(sample(root / "project", 1_000)) as served, chromium() as browser:
        for name in names:
            with fresh_page(browser, served.address) as page:
                show(page, name)
                loaded = dict(page.evaluate(LOADED))
                page.wait_for_timeout(SETTLED_MS if name == "home" else 0)
                later = dict(page.evaluate(LOADED))
            assert all(later.values()), f"not sent as they were built: {later}"
            sizes[name] = sum(loaded.values())
            ahead[name] = sum(later.values()) - sizes[name]
    return [
        *(
            result(f"{name}_kb", size / 1000, "kB", "<= 215" if name == "home" else "")
            for name, size in sizes.items()
        ),
        result("ahead_kb", ahead["home"] / 1000, "kB", note="fetched when home has nothing to do"),
    ]


if __name__ == "__main__":
    sys.exit(main("bundle", run))
