"""The judge (R13): whether an operation holds is a pure function of the log."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from immutables import Map

from phlo.catalog.contents import Codec
from phlo.catalog.entries import Entry, Group, Op
from phlo.catalog.judge import judge_evidence, judge_ids, judge_merge, judge_override
from phlo.catalog.state import Ids, Index, Move, State, first_parents
from phlo.catalog.tree import Tree, decode_changes, put_changes
from phlo.errors import (
    Conflict,
    LakeDamaged,
    PhloError,
    Protected,
    RefExists,
    RefNotFound,
    UnknownVersion,
)
from phlo.model import Change, Commit, Evidence, Json, Publication, Ref, TableContent

_NUMBER = list(State.__dataclass_fields__).index("number")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fold(state: State, entries: Iterable[Entry]) -> State:
    """Return the state after these entries, which follow ``state.number`` without a gap.

    Raises:
        LakeDamaged: The digests do not chain.
        UnknownVersion: An operation is unknown to this program.
    """
    folding = Folding(state)
    for entry in entries:
        folding.apply(entry)
    return folding.finish()


class Folding:
    """A state in the making. Only ``phlo.catalog`` uses it, to judge before it writes."""

    _SLOTS = tuple(State.__dataclass_fields__)
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
        for name in self._SLOTS:
            setattr(self, name, getattr(state, name))
        self._codec = Codec(state.root)
        self._stated_us = 0
        self._author = ""
        self._is_first = True

    def finish(self, *, number: int | None = None) -> State:
        """Return what was folded so far; before an entry is whole, under an earlier number."""
        values = [getattr(self, name) for name in self._SLOTS]
        if number is not None:
            values[_NUMBER] = number
        return State(*values)

    def apply(self, entry: Entry) -> None:
        """Fold one entry in."""
        if entry.number != self.number + 1 or entry.previous != self.digest:
            raise LakeDamaged(
                f"entry {entry.number} of the log does not follow entry {self.number}: it names "
                f"the digest {entry.previous[:12] or 'none'}, not {self.digest[:12] or 'none'}",
                fix="restore the catalog/log folder from a backup",
            )
        self.begin(entry.number, entry.time_us)
        for group in entry.groups:
            if group.id not in self.outcomes:
                self.judge(group)
        self.digest = entry.digest

    def begin(self, number: int, time_us: int) -> None:
        """Turn to the entry of a number."""
        self.number = number
        self._stated_us = time_us
        self._is_first = True

    def judge(self, group: Group) -> PhloError | None:
        """Apply a group whole, or not at all; return why it was refused."""
        names = self._SLOTS
        before = [getattr(self, name) for name in names]
        self._author = group.author
        refusal: PhloError | None = None
        try:
            for op in group.ops:
                self._op(op)
        except (UnknownVersion, LakeDamaged):
            raise
        except PhloError as refused:
            for name, value in zip(names, before, strict=True):
                setattr(self, name, value)
            refusal = refused.with_traceback(None)
        self.outcomes = self.outcomes.set(group.id, refusal)
        self._is_first = False
        return refusal

    def admits(self, group: Group) -> bool:
        """Apply a group if it holds; otherwise leave no trace of it."""
        outcomes = self.outcomes
        if self.judge(group) is None:
            return True
        self.outcomes = outcomes
        return False

    def _op(self, op: Op) -> None:
        found = _OPS.get(op["do"])
        if found is None:
            raise UnknownVersion(
                f"entry {self.number} of the log holds the operation {op['do']!r}, which this "
                "program does not know",
                fix="use the newer phlo that wrote it",
            )
        found(self, op)

    def _tick(self) -> datetime:
        """Return the effective time, which only grows (R25)."""
        self.time_us = max(self._stated_us, self.time_us + 1)
        return _EPOCH + timedelta(microseconds=self.time_us)

    # refs

    def _init(self, op: Op) -> None:
        if self.commits:
            raise Conflict("this lake exists already", fix="open it")
        self.roots = (*self.roots, op["root"])
        time = self._tick()
        first = Commit(
            op["commit"], self.number, (), op["branch"], "new lake", self._author, None, time, ()
        )
        self.commits = self.commits.set(first.id, first)
        self.contents = self.contents.set(first.id, Map())
        self.indexes = self.indexes.set(first.id, Index(Map(), Map()))
        main = Ref(op["branch"], "branch", first.id, op["incarnation"], True, time)
        self.refs = self.refs.set(main.name, main)

    def _create_ref(self, op: Op) -> None:
        name = op["name"]
        if name in self.refs:
            raise RefExists(
                f"{self.refs[name].kind} {name!r} exists already", fix="choose another name"
            )
        commit = self.live(op["commit"])
        ref = Ref(name, op["kind"], commit, op["incarnation"], False, self._tick())
        self.refs = self.refs.set(name, ref)

    def _delete_ref(self, op: Op) -> None:
        ref = self.branch(op["name"], op["incarnation"])
        if ref.protected:
            raise Protected(
                f"branch {ref.name!r} is protected and cannot be deleted",
                fix=f"take its protection away first: phlo branch protect {ref.name} --off",
            )
        self.refs = self.refs.delete(ref.name)
        self.moves = self.moves.delete(ref.name) if ref.name in self.moves else self.moves

    def _assign_ref(self, op: Op) -> None:
        ref = self.branch(op["name"], op["incarnation"])
        if ref.commit != op["from"]:
            raise Conflict(f"{ref.kind} {ref.name!r} has moved", fix="look at it and assign again")
        judge_override(ref, op["reason"])
        commit = self.live(op["commit"])
        self._tick()
        past = self.moves.get(ref.name, ())
        self.moves = self.moves.set(ref.name, (*past, Move(self.time_us, ref.commit)))
        self._move(ref, commit)

    def _protect(self, op: Op) -> None:
        ref = self.branch(op["name"], op["incarnation"])
        moved = Ref(ref.name, ref.kind, ref.commit, ref.incarnation, op["on"], ref.created_at)
        self.refs = self.refs.set(ref.name, moved)

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
            raise RefNotFound(f"commit {commit!r} is not in the log", fix="take one of phlo log")
        if commit in self.dead:
            raise Conflict(
                f"commit {commit!r} lies behind the horizon: its files may be gone",
                fix="choose a commit after the horizon, or a tag",
            )
        return commit

    def _move(self, ref: Ref, commit: str) -> None:
        moved = Ref(ref.name, ref.kind, commit, ref.incarnation, ref.protected, ref.created_at)
        self.refs = self.refs.set(ref.name, moved)

    # content

    def _commit(self, op: Op) -> None:
        ref = self.branch(op["ref"], op["incarnation"])
        if ref.protected:
            judge_override(ref, op["override"])
        changes = decode_changes(self._codec, op, self.contents[ref.commit])
        judge_ids(self.ids, op["changes"], changes)
        self._put(ref, op, changes, (ref.commit,))

    def _merge(self, op: Op) -> None:
        ref = self.branch(op["ref"], op["incarnation"])
        source = self.live(op["source"])
        if op["source_ref"] is not None:
            named = self.branch(op["source_ref"], op["source_incarnation"])
            if named.commit != source:
                raise Conflict(
                    f"branch {named.name!r} has moved since commit {source[:8]} was chosen",
                    fix="check its new tip and merge again",
                )
        target = self.contents[ref.commit]
        changes = decode_changes(self._codec, op, target)
        judge_merge(self, ref, op, self._codec)
        if ref.protected and not op["override"]:
            judge_evidence(self, op, changes)
        commit = self._put(ref, op, changes, (ref.commit, source))
        if "outbox" in op:
            made = Publication(self.number, commit.id, ref.name, op["outbox"])
            self.publications = self.publications.set(len(self.publications), made)

    def _put(
        self, ref: Ref, op: Op, changes: tuple[Change, ...], parents: tuple[str, ...]
    ) -> Commit:
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
            self._author,
            op["run"],
            self._tick(),
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
        self._move(ref, commit.id)
        return commit

    def _judge_paths(self, raw: Json) -> None:
        if not self.condemned:
            return
        after = raw["after"]
        named = [after["at"]] if after is not None and after["is"] == "table" else []
        for path in (*named, *raw.get("files", ())):
            if path in self.condemned:
                raise Conflict(
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

    def _evidence(self, op: Op) -> None:
        for one in op["of"]:
            location = self._codec.absolute(one["at"])
            passed, failed = set(one["passed"]), set(one["failed"])
            known = self.evidence.get(location)
            if known is not None:
                failed |= set(known.failed) - passed
                passed |= set(known.passed) - failed
            made = Evidence(
                tuple(one["key"]), location, tuple(sorted(passed - failed)), tuple(sorted(failed))
            )
            self.evidence = self.evidence.set(location, made)

    # housekeeping

    def _expire(self, op: Op) -> None:
        self.horizon = max(self.horizon, op["horizon"])
        state = self.finish()
        live: set[str] = set()
        for ref in self.refs.values():
            live.add(ref.commit)
            if ref.kind != "branch":
                continue
            for commit in first_parents(state, ref.commit):
                if commit.number < self.horizon:
                    break
                live.add(commit.id)
        self.dead = frozenset(self.commits) - live

    def _condemn(self, op: Op) -> None:
        if op["at"] != self.number or not self._is_first:
            raise Conflict(
                f"the files were marked for entry {op['at']}, and this is {self.number}",
                fix="mark again and condemn again",
            )
        with self.condemned.mutate() as condemned:
            for path in op["paths"]:
                condemned[path] = self.number
            self.condemned = condemned.finish()

    def _void(self, op: Op) -> None:
        """A place that was repaired says nothing."""

    def _relocate(self, op: Op) -> None:
        self.roots = (*self.roots, op["root"])


_OPS: dict[str, Callable[[Folding, Op], None]] = {
    "init": Folding._init,
    "create_ref": Folding._create_ref,
    "delete_ref": Folding._delete_ref,
    "assign_ref": Folding._assign_ref,
    "protect": Folding._protect,
    "commit": Folding._commit,
    "merge": Folding._merge,
    "evidence": Folding._evidence,
    "expire": Folding._expire,
    "condemn": Folding._condemn,
    "void": Folding._void,
    "relocate": Folding._relocate,
}
