"""Snapshots of a table, with the commits that put them on a ref."""

from typing import TYPE_CHECKING

from phlo.model import TableContent
from phlo_api import lake_tables
from phlo_api.dagster_values import instant
from phlo_api.deps import At
from phlo_api.lake_tables import Found
from phlo_api.paging import page_by_offset
from phlo_api.schemas import iceberg as wire
from phlo_api.state import Api
from phlo_api.views.table_files import intent_of

if TYPE_CHECKING:
    from pyiceberg.table.snapshots import Snapshot


def list_page(api: Api, at: At, name: str, cursor: str | None, limit: int) -> wire.SnapshotPage:
    """Return a page of the snapshots of a table, newest first."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    table = lake_tables.load(api, found)
    ordered = sorted(table.metadata.snapshots, key=lambda s: (-s.timestamp_ms, -s.snapshot_id))
    page, following = page_by_offset(ordered, cursor, limit)
    current = table.metadata.current_snapshot_id
    commits = _commits(api, found, {snapshot.snapshot_id for snapshot in page})
    return wire.SnapshotPage(
        table=found.name,
        commit=at.commit.id,
        items=[
            _snapshot(snapshot, current, commits.get(snapshot.snapshot_id)) for snapshot in page
        ],
        next_cursor=following,
    )


def _commits(api: Api, found: Found, wanted: set[int]) -> dict[int, str]:
    """Return the commits that put snapshots of a table on the ref; the first of each counts."""
    commits: dict[int, str] = {}
    for commit in api.catalog.log(found.commit.id, table=found.key):
        for change in commit.changes:
            content = change.after if change.key == found.key else None
            if isinstance(content, TableContent) and content.snapshot_id in wanted:
                commits[content.snapshot_id] = commit.id
    return commits


def _snapshot(snapshot: "Snapshot", current: int | None, commit: str | None) -> wire.Snapshot:
    summary = dict(snapshot.summary.additional_properties) if snapshot.summary else {}
    parent = snapshot.parent_snapshot_id
    operation = snapshot.summary.operation.value if snapshot.summary else "unknown"
    return wire.Snapshot(
        snapshot_id=str(snapshot.snapshot_id),
        parent_id=None if parent is None else str(parent),
        sequence_number=snapshot.sequence_number,
        time=instant(snapshot.timestamp_ms / 1000),
        commit=commit,
        operation=operation,
        intent=intent_of(summary),
        schema_id=snapshot.schema_id,
        current=snapshot.snapshot_id == current,
        added_rows=_number(summary, "added-records"),
        deleted_rows=_number(summary, "deleted-records"),
        added_files=_number(summary, "added-data-files"),
        deleted_files=_number(summary, "deleted-data-files"),
        total_rows=_number(summary, "total-records"),
        total_bytes=_number(summary, "total-files-size"),
        total_files=_number(summary, "total-data-files"),
        summary=summary,
    )


def _number(summary: dict[str, str], name: str) -> int | None:
    text = summary.get(name, "")
    return int(text) if text.isdecimal() else None
