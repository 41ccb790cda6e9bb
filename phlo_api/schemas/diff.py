"""The difference of two refs: metadata first, then rows."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    Column,
    ColumnName,
    CommitId,
    JsonValue,
    NextCursor,
    RefText,
    TableName,
    Wire,
)
from phlo_api.schemas.nessie import ContentSummary


class TableDiff(Wire):
    """The difference of one key."""

    key: str
    kind: Literal["added", "removed", "changed"]
    before: ContentSummary | None
    after: ContentSummary | None
    columns_added: list[ColumnName]
    columns_removed: list[ColumnName]
    columns_changed: list[ColumnName]
    files_added: int
    files_removed: int
    rows_added: int | None = Field(description="Rows of files that only the right side has.")
    rows_removed: int | None = Field(description="Rows of files that only the left side has.")


class RefDiff(Wire):
    """The difference of two refs, from metadata alone."""

    left: RefText
    right: RefText
    left_commit: CommitId
    right_commit: CommitId
    tables: list[TableDiff]


class RowChange(Wire):
    """A row that one side alone has, or that differs."""

    kind: Literal["added", "removed", "changed"]
    key: list[JsonValue]
    before: list[JsonValue] | None
    after: list[JsonValue] | None
    changed: list[ColumnName]


class RowDiff(Wire):
    """The rows of a table that differ, by key, from the files that differ alone."""

    table: TableName
    left: RefText
    right: RefText
    left_commit: CommitId
    right_commit: CommitId
    key: list[ColumnName] = Field(description="What names a row; empty: the whole row does.")
    columns: list[Column]
    added: int
    removed: int
    changed: int
    files_read: int
    items: list[RowChange]
    next_cursor: NextCursor
