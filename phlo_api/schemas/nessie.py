"""The catalog: refs, history, merging."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    Asked,
    CommitId,
    NextCursor,
    RefName,
    RefText,
    RunId,
    SnapshotId,
    TableName,
    Time,
    Wire,
)

BRANCH_NAME = r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$"


class Ref(Wire):
    """A branch or tag."""

    name: RefName
    kind: Literal["branch", "tag"]
    commit: CommitId
    incarnation: str = Field(description="Tells a re-created branch from the one before.")
    protected: bool
    created_at: Time | None
    number: int = Field(description="The entry of the log that holds its commit.")
    updated_at: Time
    message: str


class RefPage(Wire):
    """A page of refs: protected ones first, then by last change."""

    total: int
    items: list[Ref]
    next_cursor: NextCursor


class NewRef(Asked):
    """A branch or tag to make."""

    name: str = Field(min_length=1, max_length=200, examples=["dev/late-fees"])
    at: RefText = "main"


class ProtectRef(Asked):
    """Whether a branch moves by checked merges only."""

    name: RefName
    protected: bool


class ContentSummary(Wire):
    """What a ref says of a key."""

    kind: Literal["table", "view", "namespace", "cursor"]
    rows: int | None = None
    bytes: int | None = None
    files: int | None = None
    snapshot_id: SnapshotId | None = None
    schema_hash: str | None = None


class CommitChange(Wire):
    """One key of a commit."""

    key: str
    kind: Literal["added", "removed", "changed"]
    intent: str | None = Field(examples=["append"])
    scope: str | None = None
    before: ContentSummary | None
    after: ContentSummary | None
    rows_delta: int | None


class Commit(Wire):
    """A point of history."""

    id: CommitId
    number: int
    parents: list[CommitId]
    ref: RefName
    message: str
    author: str
    run: RunId | None
    time: Time
    override: str | None
    tables: list[str] = Field(description="The keys it changed.")
    refs: list[RefName] = Field(description="Branches and tags that stand here now.")


class CommitDetail(Commit):
    """A point of history with its changes."""

    changes: list[CommitChange]


class CommitPage(Wire):
    """A page of commits, newest first."""

    items: list[Commit]
    next_cursor: NextCursor


class GraphCommit(Commit):
    """A commit with its lane in the picture of all refs."""

    lane: int


class CommitGraph(Wire):
    """Commits of several refs in the order of the world, newest first."""

    lanes: int
    items: list[GraphCommit]
    next_cursor: NextCursor


class Entry(ContentSummary):
    """A key of a ref and what it holds."""

    key: str


class EntryPage(Wire):
    """A page of keys, sorted."""

    ref: RefText
    commit: CommitId
    total: int
    items: list[Entry]
    next_cursor: NextCursor


class Compare(Wire):
    """How two refs stand to each other."""

    source: RefText
    into: RefText
    source_commit: CommitId
    into_commit: CommitId
    base: CommitId | None
    ahead: list[Commit] = Field(description="Commits that only the source has, newest first.")
    behind: list[Commit] = Field(description="Commits that only the target has, newest first.")
    ahead_total: int
    behind_total: int
    tables: list[TableName] = Field(description="Tables that differ.")


class Side(Wire):
    """What one side did to a table since the merge base."""

    ref: str
    intents: list[str]
    snapshot_id: SnapshotId | None
    files_added: int | None = Field(description="None where it was not counted.")
    files_removed: int | None
    rows_added: int | None
    commits: list[CommitId]


class MergeConflict(Wire):
    """Why a table cannot be merged."""

    key: str
    reason: str
    ours: Side | None
    theirs: Side | None


class MergeStep(Wire):
    """What a merge would do to a table."""

    key: str
    how: Literal["fast-forward", "rebase", "create", "remove", "same"]


class CheckEvidence(Wire):
    """What is recorded of a changed table's checks for the state that would be published."""

    table: TableName
    required: list[str]
    passed: list[str]
    failed: list[str]
    missing: list[str]


class MergePreview(Wire):
    """What a merge would do, without doing it."""

    source: RefText
    into: RefText
    base: CommitId
    source_commit: CommitId
    into_commit: CommitId
    steps: list[MergeStep]
    conflicts: list[MergeConflict]
    checks: list[CheckEvidence]
    mergeable: bool
    needs_update: bool = Field(description="The target moved on; the branch is updated first.")


class MergeRequest(Asked):
    """A merge to do."""

    source: RefName
    into: RefName = "main"
    message: str = Field(default="", max_length=2000)
    delete_source: bool = False
    override: str | None = Field(
        default=None,
        min_length=1,
        max_length=2000,
        description="The reason for moving a protected branch without its checks.",
    )
    expect: CommitId | None = Field(
        default=None, description="Refuse if the source has moved on from this commit."
    )


class RevertRequest(Asked):
    """A commit to undo by a new one."""

    commit: CommitId
    on: RefName = "main"
    message: str = Field(default="", max_length=2000)
    override: str | None = Field(default=None, min_length=1, max_length=2000)
