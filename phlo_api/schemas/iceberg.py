"""Tables: what the lake holds, from metadata alone."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    Asked,
    AssetName,
    Column,
    ColumnName,
    CommitId,
    JsonValue,
    NextCursor,
    RefText,
    SnapshotId,
    TableName,
    Time,
    Wire,
)


class Namespace(Wire):
    """A namespace and what it holds."""

    name: str = Field(examples=["raw"])
    tables: int
    views: int
    rows: int | None = Field(description="Rows of its tables; null if one does not tell.")
    bytes: int | None
    properties: dict[str, str]


class NamespaceList(Wire):
    """All namespaces of a ref."""

    ref: RefText
    commit: CommitId
    items: list[Namespace]


class TableSummary(Wire):
    """A table or view, as the list shows it."""

    table: TableName
    namespace: str
    name: str
    kind: Literal["table", "view"]
    rows: int | None
    bytes: int | None
    files: int | None
    snapshot_id: SnapshotId | None
    schema_hash: str


class TablePage(Wire):
    """A page of tables, sorted by name."""

    ref: RefText
    commit: CommitId
    total: int = Field(description="Tables that the filter lets through, over all pages.")
    items: list[TableSummary]
    next_cursor: NextCursor


class PartitionField(Wire):
    """One field of a partition spec."""

    name: str
    column: ColumnName
    transform: str = Field(examples=["day"])


class TableDetail(TableSummary):
    """A table with its columns, layout and last change."""

    ref: RefText
    commit: CommitId
    uuid: str | None
    location: str | None
    metadata_location: str | None
    format_version: int | None
    columns: list[Column]
    partition_by: list[PartitionField]
    sort_by: list[str]
    current_schema_id: int | None
    snapshots: int
    updated_at: Time | None
    sql: str | None = Field(description="The statement of a view.")
    comment: str
    asset: AssetName | None = Field(description="The asset that writes it; null: none does.")


class SchemaVersion(Wire):
    """A schema a table had, and what changed against the one before."""

    schema_id: int
    columns: list[Column]
    first_used_at: Time | None = Field(description="When a snapshot used it first, if one is kept.")
    added: list[ColumnName]
    removed: list[ColumnName]
    changed: list[str] = Field(examples=[["distance: int to long"]])


class SchemaHistory(Wire):
    """The current columns and every schema before, newest first."""

    table: TableName
    commit: CommitId
    current_schema_id: int
    columns: list[Column]
    history: list[SchemaVersion]


class Snapshot(Wire):
    """One snapshot of a table."""

    snapshot_id: SnapshotId
    parent_id: SnapshotId | None
    sequence_number: int | None
    time: Time
    commit: CommitId | None = Field(
        description="The commit that put it on this ref; null: none did, it was a step in between."
    )
    operation: str = Field(examples=["append"])
    intent: str | None = Field(description="What the writer meant to do.", examples=["upsert"])
    schema_id: int | None
    current: bool
    added_rows: int | None
    deleted_rows: int | None
    added_files: int | None
    deleted_files: int | None
    total_rows: int | None
    total_bytes: int | None
    total_files: int | None
    summary: dict[str, str]


class SnapshotPage(Wire):
    """A page of snapshots, newest first."""

    table: TableName
    commit: CommitId
    items: list[Snapshot]
    next_cursor: NextCursor


class DataFile(Wire):
    """A file of the current snapshot."""

    path: str = Field(description="Relative to the table's location.")
    content: Literal["data", "position-deletes", "equality-deletes"]
    format: str
    partition: dict[str, JsonValue]
    rows: int
    bytes: int
    sequence_number: int | None


class FilePage(Wire):
    """A page of files, sorted by path."""

    table: TableName
    commit: CommitId
    items: list[DataFile]
    next_cursor: NextCursor


class Partition(Wire):
    """A partition of the current snapshot."""

    partition: dict[str, JsonValue]
    label: str = Field(examples=["time_hour_day=2013-01-01"])
    rows: int
    files: int
    bytes: int


class PartitionPage(Wire):
    """A page of partitions, sorted by label."""

    table: TableName
    commit: CommitId
    items: list[Partition]
    next_cursor: NextCursor


class TableProperties(Wire):
    """The properties of a table."""

    table: TableName
    commit: CommitId
    properties: dict[str, str]


class Advice(Wire):
    """Something about a table's storage that could be better."""

    code: str = Field(examples=["small-files"])
    problem: str
    fix: str


class StorageHealth(Wire):
    """How well a table is stored, measured on its manifests."""

    table: TableName
    commit: CommitId
    files: int
    bytes: int
    rows: int
    average_file_bytes: int | None
    small_files: int = Field(description="Data files below `small_file_bytes`.")
    small_file_bytes: int
    delete_files: int
    snapshots: int
    schemas: int
    manifests: int
    advice: list[Advice]


class Rollback(Asked):
    """Which state of the table to put back on the branch."""

    to: RefText = Field(description="A commit, tag, branch or time that holds the wanted state.")
    message: str = Field(default="", max_length=2000)
