"""What the quality commands share: recorded states, running with progress, recording."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from phlo.errors import NotFound
from phlo.model import CheckResult, Content, Evidence, Key
from phlo.ports import Catalog

if TYPE_CHECKING:
    from phlo.declare import CheckSpec
    from phlo.engine import Lake


def state_of(catalog: Catalog, contents: Mapping[Key, Content], table: str, check: str) -> str:
    """Return what is recorded for a blocking check and the present state of its table."""
    from phlo.catalog import content_token

    content = contents.get(tuple(table.split(".")))
    if content is None:
        return "no table"
    found = catalog.evidence(content_token(content) or "")
    if found is None:
        return "not run"
    if check in found.failed:
        return "failed"
    return "passed" if check in found.passed else "not run"


def published_states(
    catalog: Catalog, contents: Mapping[Key, Content]
) -> dict[tuple[str, str], str]:
    """Return what the present state of each table was published with, by table and check.

    Checks that only warn leave no evidence, but the publication of a load carries their results.
    """
    found: dict[tuple[str, str], str] = {}
    for one in catalog.publications():
        try:
            then = catalog.contents(one.commit)
        except NotFound:  # beyond the horizon of the history
            continue
        for event in one.payload.get("events", ()):
            key = tuple(event["asset"])
            if key not in contents or then.get(key) != contents[key]:
                continue
            for check in event["checks"]:
                bad = "failed" if check["severity"] == "error" else "warned"
                state = "passed" if check["passed"] else bad
                found[".".join(key), check["name"]] = state
    return found


def run_with_progress(checks: Sequence["CheckSpec"], lake: "Lake") -> list[CheckResult]:
    """Run checks one after the other; a terminal sees how far it is."""
    import click

    from phlo.quality import run_check

    if not sys.stderr.isatty():
        return [run_check(check, lake, check.table) for check in checks]
    with click.progressbar(
        checks,
        label="checking",
        file=sys.stderr,
        item_show_func=lambda check: f"{check.table} {check.name}" if check else None,
    ) as bar:
        return [run_check(check, lake, check.table) for check in bar]


def record_results(lake: "Lake", results: Sequence[CheckResult]) -> None:
    """Record the blocking results of whole tables for the state that the lake is pinned to."""
    from phlo.catalog import content_token

    contents = lake.catalog.contents(lake.commit.id)
    evidence = []
    for table in dict.fromkeys(result.table for result in results):
        key = tuple(table.split("."))
        token = content_token(contents.get(key))
        blocking = [item for item in results if item.table == table and item.blocking]
        if token is not None and blocking:
            passed = tuple(item.check for item in blocking if item.passed)
            failed = tuple(item.check for item in blocking if not item.passed)
            evidence.append(Evidence(key, token, passed, failed))
    if evidence:
        lake.catalog.record_evidence(evidence)
