"""What the log says: refs, commits and contents, as one immutable value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from immutables import Map

from phlo.errors import PhloError, RefNotFound
from phlo.model import (
    Change,
    Commit,
    Content,
    Evidence,
    Key,
    MergeHow,
    Publication,
    Ref,
    TableConflict,
)


class Ids(NamedTuple):
    """The highest field and partition-field id that any ref ever gave to a table (R8)."""

    column: int
    partition: int


class Index(NamedTuple):
    """Names of one tree for the rules of R24: folded key → key, table UUID → key."""

    names: Map[Key, Key]
    uuids: Map[str, Key]


class Move(NamedTuple):
    """A branch was pointed elsewhere: from which commit, at which time (µs since 1970)."""

    time_us: int
    before: str


@dataclass(frozen=True, slots=True)
class State:
    """The fold of entries 1 to ``number``. Nothing in it depends on a clock or a client.

    ``contents`` maps every commit to its whole tree; trees share structure, so a commit costs its
    change. ``outcomes`` maps each operation id ever seen to None or to the refusal (R13).
    ``publications`` is keyed 0, 1, … in the order of the log. ``dead`` are the commits behind the
    horizon (R14): known, never a target again. ``condemned`` maps lake-relative paths to the entry
    that condemned them (R15).
    """

    root: str = ""
    number: int = 0
    digest: str = ""
    time_us: int = 0
    roots: tuple[str, ...] = ()
    refs: Map[str, Ref] = field(default_factory=Map)
    commits: Map[str, Commit] = field(default_factory=Map)
    contents: Map[str, Map[Key, Content]] = field(default_factory=Map)
    indexes: Map[str, Index] = field(default_factory=Map)
    ids: Map[str, Ids] = field(default_factory=Map)
    evidence: Map[str, Evidence] = field(default_factory=Map)
    publications: Map[int, Publication] = field(default_factory=Map)
    outcomes: Map[str, PhloError | None] = field(default_factory=Map)
    moves: Map[str, tuple[Move, ...]] = field(default_factory=Map)
    horizon: int = 0
    dead: frozenset[str] = frozenset()
    condemned: Map[str, int] = field(default_factory=Map)

    @property
    def recorded_root(self) -> str:
        """Where the log says that the lake lies; ``roots`` are all that it ever said."""
        return self.roots[-1] if self.roots else ""

    def ref(self, name: str) -> Ref:
        """Return a branch or tag. Raises ``RefNotFound``."""
        found = self.refs.get(name)
        if found is None:
            raise RefNotFound.named(name, known=self.refs)
        return found

    def commit(self, commit: str) -> Commit:
        """Return a commit by its whole id. Raises ``RefNotFound``."""
        found = self.commits.get(commit)
        if found is None:
            raise RefNotFound(
                f"commit {commit!r} is not in the log",
                fix='take an id that "phlo catalog history" shows',
            )
        return found

    def tree(self, commit: str) -> Map[Key, Content]:
        """Return key → content of a commit. Raises ``RefNotFound``."""
        found = self.contents.get(commit)
        if found is None:
            self.commit(commit)
            raise AssertionError(f"commit {commit} has no tree")
        return found


def first_parents(state: State, commit: str) -> Iterator[Commit]:
    """Walk the states that a ref had, newest first, beginning with ``commit`` itself."""
    at: str | None = commit
    while at is not None:
        found = state.commit(at)
        yield found
        at = found.parents[0] if found.parents else None


class RunRows(NamedTuple):
    """How many rows a run added that only their ``_phlo_run_id`` can tell from others now."""

    run: str
    rows: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge (or revert) would put, planned by pure functions over one ``State``.

    ``base``, ``source`` and ``target`` are commit ids. ``changes`` state the target's content as
    ``before``; their files are written, but not yet synced, through the ``TableFiles`` that the
    planner got. With ``conflicts`` nothing may be put. ``rows`` are those that a revert has to
    delete from tables by their run, after the changes.
    """

    base: str
    source: str
    target: str
    how: Mapping[Key, MergeHow]
    changes: tuple[Change, ...]
    conflicts: tuple[TableConflict, ...] = ()
    rows: Mapping[Key, RunRows] = field(default_factory=dict)
