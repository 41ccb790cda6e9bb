"""The values that every room of phlo speaks of: keys, contents, refs, commits, merges, checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = Any
"""A JSON value; decoded into one of the classes below wherever its shape is known."""

Key = tuple[str, ...]
"""A name in the catalog, namespace first: ``("raw", "flights")``. Unique on a ref ignoring case."""

RUN_ID = "_phlo_run_id"
"""The column that says which run wrote a row last."""

Check = Literal["passed", "failed", "error"]
IntentKind = Literal["append", "upsert", "overwrite", "rewrite", "schema"]
RefKind = Literal["branch", "tag"]


def key_text(key: Key) -> str:
    """Return the dotted form of a key, as people write it."""
    return ".".join(key)


@dataclass(frozen=True, slots=True)
class TableContent:
    """What a ref says of one Iceberg table: enough to list it without opening a file.

    ``rows``, ``bytes`` and ``files`` are those of the current snapshot, or None where its summary
    does not tell. ``last_column_id`` and ``last_partition_id`` are the table's own (rule R8).
    """

    metadata_location: str
    uuid: str
    snapshot_id: int | None
    schema_hash: str
    rows: int | None
    bytes: int | None
    files: int | None
    last_column_id: int
    last_partition_id: int


@dataclass(frozen=True, slots=True)
class ViewContent:
    """A view: one select statement over names of the same ref.

    ``schema`` is its Iceberg schema as JSON where a client stated one, or empty.
    """

    sql: str
    dialect: str = "duckdb"
    comment: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class NamespaceContent:
    """A namespace and its properties, as sorted pairs."""

    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CursorContent:
    """How far a resource has been read, for one partition (rule R19). ``value`` is JSON text."""

    value: str


Content = TableContent | ViewContent | NamespaceContent | CursorContent


def cursor_key(resource: str, partition: str = "") -> Key:
    """Return the key under which the cursor of a resource and partition is kept."""
    return ("$cursor", resource, partition)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a change meant to do, which decides what it merges with (rule R7).

    ``key`` names the columns of an upsert; ``scope`` is the predicate or the partitions of an
    overwrite as text, for people; an empty scope of an overwrite means the whole table.
    """

    kind: IntentKind
    key: tuple[str, ...] = ()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One key of a commit: what was expected there and what replaces it (None: nothing)."""

    key: Key
    before: Content | None
    after: Content | None
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch or tag; ``incarnation`` tells a re-created branch from the one before (R10)."""

    name: str
    kind: RefKind
    commit: str
    incarnation: str
    protected: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A point of history. ``number`` is its entry in the log: the order of the world.

    ``parents`` holds the target's previous tip first and, for a merge, the source's tip second.
    ``time`` is UTC and strictly increasing over the log (R25). ``override`` is the reason that was
    given for moving a protected branch without checks.
    """

    id: str
    number: int
    parents: tuple[str, ...]
    ref: str
    message: str
    author: str
    run: str | None
    time: datetime
    changes: tuple[Change, ...]
    override: str | None = None


@dataclass(frozen=True, slots=True)
class SideSummary:
    """One side of a conflict: what this side did to the table since the merge base.

    Files and rows are None where they were not counted.
    """

    ref: str
    intents: tuple[Intent, ...]
    snapshot_id: int | None
    files_added: int | None
    files_removed: int | None
    rows_added: int | None
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableConflict:
    """Why one key cannot be merged, and what both sides did."""

    key: Key
    reason: str
    ours: SideSummary | None
    theirs: SideSummary | None


MergeHow = Literal["fast-forward", "rebase", "create", "remove", "same"]


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do, without doing it. ``base`` is the merge base's commit id.

    ``source`` and ``target`` are commit ids; ``how`` maps each key the merge would change.
    """

    base: str
    source: str
    target: str
    how: Mapping[Key, MergeHow]
    conflicts: tuple[TableConflict, ...]


@dataclass(frozen=True, slots=True)
class TableDiff:
    """The difference of one key between two commits, from metadata alone.

    ``rows_added`` and ``rows_removed`` count rows of files that only one side has; a rewritten
    file counts on both sides. None where a summary does not tell.
    """

    key: Key
    kind: Literal["added", "removed", "changed"]
    before: Content | None
    after: Content | None
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_changed: tuple[str, ...] = ()
    files_added: tuple[str, ...] = ()
    files_removed: tuple[str, ...] = ()
    rows_added: int | None = None
    rows_removed: int | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference of two commits (ids) over all tables, sorted by key."""

    left: str
    right: str
    tables: tuple[TableDiff, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check measured.

    ``measured`` is the value the rule compares (a count, a ratio, a maximum …), ``expected`` says
    in words what would pass; ``failing`` is the exact number of failing rows where the rule counts
    rows and ``sample`` at most 20 of them; ``sql`` is the statement that found them; ``rows`` is
    how many rows were looked at. An empty table fails unless the rule allows it. A check function
    need not say ``table`` and ``check``: phlo knows which one it called.
    """

    table: str = ""
    check: str = ""
    passed: bool = field(kw_only=True)
    blocking: bool = True
    severity: Literal["error", "warn"] = "error"
    measured: Json = None
    expected: str = ""
    failing: int | None = None
    sample: tuple[Mapping[str, Json], ...] = ()
    sql: str | None = None
    rows: int | None = None
    message: str = ""
    reads: tuple[str, ...] = ()
    metadata: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The checks that were recorded for one exact state of a table (R13, design 7).

    ``location`` is the metadata location (or view SQL hash) the checks saw.
    """

    key: Key
    location: str
    passed: tuple[str, ...]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """A merge entry that is the outbox of its events (R20). ``payload`` is what the writer gave."""

    number: int
    commit: str
    ref: str
    payload: Mapping[str, Json]
