"""The judge (R13): whether an operation holds is a pure function of the log."""

from collections.abc import Callable, Iterable

from immutables import Map

from phlo.catalog.draft import Draft
from phlo.catalog.entries import Entry, Group, Op
from phlo.catalog.judge import judge_evidence, judge_ids, judge_merge, judge_override
from phlo.catalog.state import Index, Move, State, first_parents
from phlo.catalog.tree import decode_changes
from phlo.errors import (
    Conflict,
    LakeDamaged,
    PhloError,
    Protected,
    RefExists,
    UnknownVersion,
)
from phlo.model import Commit, Evidence, Publication, Ref


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


class Folding(Draft):
    """A state in the making. Only ``phlo.catalog`` uses it, to judge before it writes."""

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

    def judge(self, group: Group) -> PhloError | None:
        """Apply a group whole, or not at all; return why it was refused."""
        names = self.FIELDS
        before = [getattr(self, name) for name in names]
        self.author = group.author
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
        self.is_first = False
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

    # refs

    def _init(self, op: Op) -> None:
        if self.commits:
            raise Conflict("this lake exists already", fix="open it")
        self.roots = (*self.roots, op["root"])
        time = self.tick()
        first = Commit(
            op["commit"], self.number, (), op["branch"], "new lake", self.author, None, time, ()
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
        ref = Ref(name, op["kind"], commit, op["incarnation"], False, self.tick())
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
        self.tick()
        past = self.moves.get(ref.name, ())
        self.moves = self.moves.set(ref.name, (*past, Move(self.time_us, ref.commit)))
        self.move(ref, commit)

    def _protect(self, op: Op) -> None:
        ref = self.branch(op["name"], op["incarnation"])
        moved = Ref(ref.name, ref.kind, ref.commit, ref.incarnation, op["on"], ref.created_at)
        self.refs = self.refs.set(ref.name, moved)

    # content

    def _commit(self, op: Op) -> None:
        ref = self.branch(op["ref"], op["incarnation"])
        if ref.protected:
            judge_override(ref, op["override"])
        changes = decode_changes(self.codec, op, self.contents[ref.commit])
        judge_ids(self.ids, op["changes"], changes)
        self.put(ref, op, changes, (ref.commit,))

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
        changes = decode_changes(self.codec, op, target)
        judge_merge(self, ref, op, self.codec)
        if ref.protected and not op["override"]:
            judge_evidence(self, op, changes)
        commit = self.put(ref, op, changes, (ref.commit, source))
        if "outbox" in op:
            made = Publication(self.number, commit.id, ref.name, op["outbox"])
            self.publications = self.publications.set(len(self.publications), made)

    def _evidence(self, op: Op) -> None:
        for one in op["of"]:
            location = self.codec.absolute(one["at"])
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
                if commit.number < self.horizon or commit.id in self.dead:
                    break
                live.add(commit.id)
        self.dead |= frozenset(self.commits) - live

    def _condemn(self, op: Op) -> None:
        if op["at"] != self.number or not self.is_first:
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
