"""The ports of phlo: what each capability promises, whoever provides it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from phlo.model import (
    Change,
    Commit,
    Content,
    Diff,
    Evidence,
    Intent,
    Json,
    Key,
    MergePreview,
    Publication,
    Ref,
)

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog as IcebergCatalog
    from pyiceberg.table import Table


Outbox = Mapping[str, Json] | Callable[[Mapping[str, Json]], Mapping[str, Json]]
"""The payload of a merge's event, or what makes it from the facts of the merge (R20)."""

RemoveRows = Callable[["Table", str, int, Intent], object]
"""Deletes the rows of a run from a table, if they are exactly so many: table, run, rows, intent."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object: path relative to the store's root, size in bytes, time by the store's clock."""

    path: str
    size_bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class BucketAccess:
    """How an engine reaches the objects of a lake itself. Its keys never show in its text.

    ``root`` is ``s3://bucket/prefix``; an empty ``endpoint`` means Amazon's own of the region.
    """

    root: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key_id: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)


class ObjectStore(Protocol):
    """A folder or bucket that is the only truth. Paths are relative, with ``/``."""

    @property
    def access(self) -> BucketAccess | None:
        """How an engine reaches the objects; None where a path is enough."""

    @property
    def root(self) -> str:
        """The canonical address of the store: ``file:///…`` or ``s3://bucket/prefix``."""

    def get(self, path: str) -> bytes:
        """Read one object. Raises ``NotFound`` if there is none."""

    def head(self, path: str) -> ObjectInfo | None:
        """Describe one object, or None."""

    def list(self, prefix: str, *, start_after: str = "") -> Iterator[ObjectInfo]:
        """List objects below a prefix in order of their paths."""

    def create(self, path: str, data: bytes) -> bool:
        """Create an object durably; False if the path is taken and nothing was written.

        Raises ``CommitStateUnknown`` when it cannot be told whether the object landed.
        """

    def put(self, path: str, data: bytes) -> None:
        """Write or replace an object durably."""

    def delete(self, paths: Iterable[str]) -> None:
        """Delete objects; one that is absent is no error."""

    def sync(self, paths: Collection[str]) -> None:
        """Make files that were written by other means durable, and their new folders (R6)."""

    def uri(self, path: str) -> str:
        """The address under which engines read this object."""

    def now(self) -> datetime:
        """The store's clock, UTC."""


class Stage(Protocol):
    """A commit in the making: several tables, views and cursors, one group of one entry.

    Leaving the ``with`` block commits; an exception in it writes nothing to the log.
    """

    @property
    def tables(self) -> "IcebergCatalog":
        """A pyiceberg catalog whose commits are collected here and visible to its own reads."""

    def put_cursor(self, resource: str, value: Json, *, partition: str = "") -> None: ...
    def put_view(self, key: Key, sql: str, *, comment: str = "") -> None: ...
    def remove(self, key: Key) -> None: ...

    @property
    def commit(self) -> Commit | None:
        """After the block: the commit, or None if nothing changed."""


class Catalog(Protocol):
    """Git over all tables of a lake.

    ``ref`` is text wherever it is taken: a branch, a tag, a commit id (or an unambiguous prefix of
    eight characters), ``name@<commit>``, or ``name@<ISO time>``. Raises ``RefNotFound``.
    """

    @property
    def capabilities(self) -> frozenset[str]: ...

    @property
    def access(self) -> BucketAccess | None:
        """How an engine reaches the files of the lake; None where a path is enough."""

    def sync(self) -> None:
        """Make durable what was read so far, before anything outside the lake rests on it (R6).

        Another process's commit can be read a moment before a power cut would spare it.
        """

    # refs
    def refs(self) -> Sequence[Ref]: ...
    def ref(self, name: str) -> Ref: ...
    def resolve(self, ref: str) -> Commit: ...
    def create_branch(self, name: str, *, at: str = "main") -> Ref: ...
    def create_tag(self, name: str, *, at: str = "main") -> Ref: ...
    def delete_ref(self, name: str, *, incarnation: str | None = None) -> None: ...
    def assign_ref(self, name: str, *, to: str, reason: str) -> Ref: ...
    def protect(self, name: str, *, on: bool = True) -> Ref: ...

    # content
    def contents(self, ref: str) -> Mapping[Key, Content]: ...
    def at(
        self, ref: str, *, message: str = "", run: str | None = None, override: str | None = None
    ) -> "IcebergCatalog": ...
    def stage(
        self,
        ref: str,
        *,
        message: str,
        run: str | None = None,
        override: str | None = None,
    ) -> AbstractContextManager[Stage]: ...
    def commit(
        self,
        ref: str,
        changes: Sequence[Change],
        *,
        message: str,
        run: str | None = None,
        override: str | None = None,
    ) -> Commit: ...

    # history
    def log(
        self,
        ref: str = "main",
        *,
        table: Key | None = None,
        author: str | None = None,
        run: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Commit]: ...
    def get_commit(self, commit: str) -> Commit: ...
    def diff(self, left: str, right: str) -> Diff: ...

    # merging
    def preview_merge(self, source: str, into: str = "main") -> MergePreview: ...
    def merge(
        self,
        source: str,
        into: str = "main",
        *,
        message: str = "",
        run: str | None = None,
        checked: str | None = None,
        evidence: Sequence[Evidence] = (),
        outbox: Outbox | None = None,
        reads: Mapping[Key, str] | None = None,
        expect: Mapping[Key, Content | None] | None = None,
        override: str | None = None,
        delete_source: bool = False,
    ) -> Commit: ...
    def revert(
        self,
        target: str,
        *,
        on: str = "main",
        message: str = "",
        override: str | None = None,
        remove_rows: RemoveRows | None = None,
    ) -> Commit:
        """Take back a commit or a run. Where only rows tell what it did, ``remove_rows`` goes."""

    # evidence and outbox
    def record_evidence(self, evidence: Sequence[Evidence]) -> None: ...
    def evidence(self, location: str) -> Evidence | None: ...
    def publications(
        self, *, assets: Collection[str] | None = None, after: int = 0
    ) -> Sequence[Publication]: ...
