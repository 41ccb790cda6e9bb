"""The difference of two commits, from metadata alone."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Literal

from pyiceberg.manifest import ManifestFile
from pyiceberg.schema import Schema
from pyiceberg.types import ListType, MapType, StructType

from phlo.catalog.files import TableFiles
from phlo.catalog.merge_files import LiveFile, file_change, has_delete_files, manifests_of
from phlo.catalog.merge_steps import same
from phlo.catalog.state import State
from phlo.model import Content, Diff, Key, TableContent, TableDiff

Kind = Literal["added", "removed", "changed"]
Columns = Mapping[Hashable, tuple[str, str]]
"""What identifies a column, then its name and its description; nested fields included."""


def diff_commits(state: State, left: str, right: str, files: TableFiles) -> Diff:
    """Compare every key of two commits.

    A table is opened only where its content differs, and of its manifests only those that one
    side alone lists, so the cost grows with the change. No data file is read.

    Args:
        state: The log as known.
        left: The earlier commit.
        right: The later commit.
        files: Access to metadata.
    """
    before, after = state.tree(left), state.tree(right)
    keys = {key for key, content in after.items() if not same(before.get(key), content)}
    keys.update(key for key in before if key not in after)
    tables = (diff_content(key, before.get(key), after.get(key), files) for key in sorted(keys))
    return Diff(left, right, tuple(tables))


def diff_content(
    key: Key, before: Content | None, after: Content | None, files: TableFiles
) -> TableDiff:
    """Compare one key of two commits; at least one of them has it."""
    left = before if isinstance(before, TableContent) else None
    right = after if isinstance(after, TableContent) else None
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    if left is None and right is None:
        return TableDiff(key, kind, before, after)
    old = files.metadata(left.metadata_location) if left else None
    new = files.metadata(right.metadata_location) if right else None
    listed = manifests_of(files.io, old), manifests_of(files.io, new)
    change = file_change(files.io, *listed)
    by_id = left is None or right is None or left.uuid == right.uuid
    columns = (
        _columns(old.schema() if old else None, by_id),
        _columns(new.schema() if new else None, by_id),
    )
    counted = not _deletes_differ(*listed)
    return TableDiff(
        key,
        kind,
        before,
        after,
        columns_added=_only(columns[1], columns[0]),
        columns_removed=_only(columns[0], columns[1]),
        columns_changed=_changed(*columns),
        files_added=tuple(sorted(change.added)),
        files_removed=tuple(sorted(change.removed)),
        rows_added=_rows(change.added.values()) if counted else None,
        rows_removed=_rows(change.removed.values()) if counted else None,
    )


def _deletes_differ(before: Mapping[str, ManifestFile], after: Mapping[str, ManifestFile]) -> bool:
    """Tell whether delete files changed, so that counting files does not count rows."""
    return has_delete_files(
        (before.get(path) or after[path]) for path in before.keys() ^ after.keys()
    )


def _columns(schema: Schema | None, by_id: bool) -> Columns:
    if schema is None:
        return {}
    described: dict[Hashable, tuple[str, str]] = {}
    for field_id in sorted(schema.field_ids):
        field, name = schema.find_field(field_id), schema.find_column_name(field_id) or ""
        shape = field.field_type
        nested = isinstance(shape, StructType | ListType | MapType)
        kind = type(shape).__name__ if nested else str(shape)
        described[field_id if by_id else name] = (name, f"{kind} {field.required} {field.doc}")
    return described


def _only(one: Columns, other: Columns) -> tuple[str, ...]:
    return tuple(name for column, (name, _) in one.items() if column not in other)


def _changed(before: Columns, after: Columns) -> tuple[str, ...]:
    return tuple(
        described[0]
        for column, described in after.items()
        if column in before and before[column] != described
    )


def _rows(files: Iterable[LiveFile]) -> int:
    return sum(file.data.record_count for file in files)
