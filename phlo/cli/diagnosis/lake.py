"""The doctor on the lake: the store's promises, its clock, the log, the branches, the files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from phlo.cli.diagnosis.finding import Finding
from phlo.config import Project
from phlo.model import TableContent, key_text

if TYPE_CHECKING:
    from phlo.catalog import LogCatalog
    from phlo.ports import ObjectStore

_MOST_SKEW = timedelta(minutes=2)
_MOST_TABLES = 500
_LOG = "catalog/log/"


def look_at_store(project: Project) -> Iterator[Finding]:
    """The store creates only what is absent, and its clock agrees with ours."""
    from phlo.store import open_store
    from phlo.store.opening import probe

    store = open_store(project)
    probe(store)
    yield Finding("store", "ok", f"{store.root} creates only what is absent")
    skew = abs(store.now() - datetime.now(UTC))
    if skew > _MOST_SKEW:
        yield Finding(
            "clock",
            "warn",
            f"this machine and the store differ by {skew}",
            "set the clock of this machine by NTP",
        )
    else:
        yield Finding(
            "clock", "ok", f"within {max(skew.total_seconds(), 0.001):.3f} s of the store"
        )


def look_at_log(catalog: "LogCatalog") -> Iterator[Finding]:
    """The log has no gap, and no entry contradicts another."""
    numbers = _numbers(catalog.store)
    gaps = [at for at, after in pairwise(numbers) if after != at + 1]
    if gaps:
        yield Finding(
            "log",
            "bad",
            f"the entry after {gaps[0]} is missing",
            "restore the lake's catalog/log folder from a backup; nothing past it is read",
        )
    state = catalog.refresh()
    yield Finding("log", "ok", f"{state.number} entries, {len(state.commits)} commits")


def _numbers(store: "ObjectStore") -> list[int]:
    names = (item.path.removeprefix(_LOG).removesuffix(".json") for item in store.list(_LOG))
    return sorted(int(name) for name in names if name.isdigit())


def look_at_branches(project: Project, catalog: "LogCatalog") -> Iterator[Finding]:
    """Main is protected, and no dead run left a branch that is overdue."""
    refs = list(catalog.refs())
    main = next((ref for ref in refs if ref.name == "main"), None)
    if main is None or not main.protected:
        yield Finding(
            "branches",
            "warn",
            "main is not protected, so unchecked data can be published",
            "protect it: phlo branch protect main",
        )
    days = project.retention.branches_days
    limit = datetime.now(UTC) - timedelta(days=days)
    old = [
        ref.name
        for ref in refs
        if ref.name.startswith("wap/") and days and catalog.get_commit(ref.commit).time < limit
    ]
    if old:
        yield Finding(
            "branches",
            "warn",
            f"{len(old)} branches of dead runs are older than {days} days: {old[0]} …",
            "start dagster, whose clean-up sensor deletes them, or use phlo branch delete",
        )
    count = sum(ref.kind == "branch" for ref in refs)
    yield Finding("branches", "ok", f"{count} branches, {len(refs) - count} tags")


def look_at_tables(catalog: "LogCatalog") -> Iterator[Finding]:
    """The metadata that main names is there."""
    tables = {
        key: content
        for key, content in catalog.contents("main").items()
        if isinstance(content, TableContent)
    }
    root = catalog.store.root.rstrip("/") + "/"
    missing = [
        key_text(key)
        for key, content in list(tables.items())[:_MOST_TABLES]
        if content.metadata_location.startswith(root)
        and catalog.store.head(content.metadata_location.removeprefix(root)) is None
    ]
    if missing:
        yield Finding(
            "tables",
            "bad",
            f"the metadata of {', '.join(missing[:5])} is gone",
            "restore the lake's tables folder from a backup, or revert to an older commit",
        )
    rows = sum(content.rows or 0 for content in tables.values())
    yield Finding("tables", "ok" if not missing else "warn", f"{len(tables)} tables, {rows:,} rows")
