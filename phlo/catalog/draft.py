"""A state in the making: what every operation of the fold reads and writes."""

from datetime import UTC, datetime, timedelta

from immutables import Map

from phlo.catalog.conflicts import Condemned
from phlo.catalog.contents import Codec
from phlo.catalog.entries import Op
from phlo.catalog.state import Ids, Index, Move, State
from phlo.catalog.tree import Tree, put_changes
from phlo.errors import Conflict, PhloError, RefNotFound
from phlo.model import Change, Commit, Evidence, Json, Publication, Ref, TableContent

_NUMBER = list(State.__dataclass_fields__).index("number")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Draft:
    """The fields of a state, each an immutable value, so that taking a group back is cheap."""

    FIELDS = tuple(State.__dataclass_fields__)
    root: str
    number: int
    digest: str
    time_us: int
    roots: tuple[str, ...]
    refs: Map[str, Ref]
    commits: Map[str, Commit]
    contents: Map[str, Tree]
    indexes: Map[str, Index]
    ids: Map[str, Ids]
    evidence: Map[str, Evidence]
    publications: Map[int, Publication]
    outcomes: Map[str, PhloError | None]
    moves: Map[str, tuple[Move, ...]]
    horizon: int
    dead: frozenset[str]
    condemned: Map[str, int]

    def __init__(self, state: State) -> None:
        for name in self.FIELDS:
            setattr(self, name, getattr(state, name))
        self.codec = Codec(state.root)
        self.stated_us = 0
        self.author = ""
        self.is_first = True

    def finish(self, *, number: int | None = None) -> State:
        """Return what was folded so far; before an entry is whole, under an earlier number."""
        values = [getattr(self, name) for name in self.FIELDS]
        if number is not None:
            values[_NUMBER] = number
        return State(*values)

    def begin(self, number: int, time_us: int) -> None:
        """Turn to the entry of a number."""
        self.number = number
        self.stated_us = time_us
        self.is_first = True

    def tick(self) -> datetime:
        """Return the effective time, which only grows (R25)."""
        self.time_us = max(self.stated_us, self.time_us + 1)
        return _EPOCH + timedelta(microseconds=self.time_us)

    def branch(self, name: str, incarnation: str) -> Ref:
        """Return a ref of exactly this incarnation (R10)."""
        ref = self.refs.get(name)
        if ref is None:
            raise RefNotFound.named(name, known=self.refs)
        if ref.incarnation != incarnation:
            raise Conflict(
                f"{ref.kind} {name!r} was deleted and created anew since it was read",
                fix="read it again and repeat the work on the new one",
            )
        return ref

    def live(self, commit: str) -> str:
        """Return a commit that may be a target (R14)."""
        if commit not in self.commits:
            raise RefNotFound(
                f"commit {commit!r} is not in the log", fix='take one of "phlo catalog history"'
            )
        if commit in self.dead:
            raise Conflict(
                f"commit {commit!r} lies behind the horizon: its files may be gone",
                fix="choose a commit after the horizon, or a tag",
            )
        return commit

    def move(self, ref: Ref, commit: str) -> None:
        """Point a ref at a commit."""
        moved = Ref(ref.name, ref.kind, commit, ref.incarnation, ref.protected, ref.created_at)
        self.refs = self.refs.set(ref.name, moved)

    def put(
        self, ref: Ref, op: Op, changes: tuple[Change, ...], parents: tuple[str, ...]
    ) -> Commit:
        """Add a commit with these changes on top of a branch."""
        if ref.kind != "branch":
            raise Conflict(f"tag {ref.name!r} does not move", fix="commit to a branch")
        for raw in op["changes"]:
            self._judge_paths(raw)
        tree, index = put_changes(self.contents[ref.commit], self.indexes[ref.commit], changes)
        commit = Commit(
            op["id"],
            self.number,
            parents,
            ref.name,
            op["message"],
            self.author,
            op["run"],
            self.tick(),
            changes,
            op["override"],
        )
        if commit.id in self.commits:
            raise Conflict(f"commit {commit.id!r} is in the log already", fix="commit again")
        self.commits = self.commits.set(commit.id, commit)
        self.contents = self.contents.set(commit.id, tree)
        self.indexes = self.indexes.set(commit.id, index)
        for change in changes:
            self._raise_ids(change)
        self.move(ref, commit.id)
        return commit

    def _judge_paths(self, raw: Json) -> None:
        if not self.condemned:
            return
        after = raw["after"]
        named = [after["at"]] if after is not None and after["is"] == "table" else []
        for path in (*named, *raw.get("files", ())):
            if path in self.condemned:
                raise Condemned(
                    f"{path} was condemned by entry {self.condemned[path]} and may be gone",
                    fix="write the data again",
                )

    def _raise_ids(self, change: Change) -> None:
        after = change.after
        if not isinstance(after, TableContent):
            return
        known = self.ids.get(after.uuid)
        if known is None:
            raised = Ids(after.last_column_id, after.last_partition_id)
        else:
            raised = Ids(
                max(known.column, after.last_column_id),
                max(known.partition, after.last_partition_id),
            )
        if raised != known:
            self.ids = self.ids.set(after.uuid, raised)
