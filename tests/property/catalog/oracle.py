"""What a merge must give, on rows alone: plain Python, and nothing of what it judges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

DAYS = ("mon", "tue", "wed")


@dataclass(frozen=True)
class Op:
    """One change: ``kind`` with its day (of a partition), its ids, its column."""

    kind: str
    day: str = "mon"
    ids: tuple[int, ...] = ()
    column: str = ""


@dataclass(frozen=True)
class Record:
    """A row; ``uid`` is its identity: what is written anew is another row."""

    uid: int
    id: int
    day: str
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """All rows of a table by uid, its extra columns, and the kinds of change so far."""

    rows: Mapping[int, Record] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def written(self, op: Op, uids: Iterable[int]) -> "tuple[World, list[Record]]":
        """Apply one change; return what it wrote too."""
        if op.kind == "column":
            return replace(self, columns=(*self.columns, op.column)), []
        fresh = [Record(u, i, op.day, self.columns) for u, i in zip(uids, op.ids, strict=False)]
        kept = {uid: one for uid, one in self.rows.items() if not is_hit(op, one)}
        return replace(self, rows=kept | {one.uid: one for one in fresh}), fresh


def is_hit(op: Op, row: Record) -> bool:
    """Tell whether a change removes a row."""
    if op.kind == "upsert":
        return row.id in op.ids
    if op.kind == "delete":
        return row.day == op.day and row.id % 2 == 0
    if op.kind == "overwrite":
        return row.day == op.day
    return op.kind == "replace"


@dataclass(frozen=True)
class Effect:
    """The net change of one side: uids that went, rows that came."""

    removed: frozenset[int]
    added: Mapping[int, Record]
    columns: frozenset[str]
    ops: tuple[Op, ...]

    @property
    def days(self) -> set[str]:
        """The days on which rows came."""
        return {one.day for one in self.added.values()}

    def has(self, *kinds: str) -> bool:
        """Tell whether any change was of these kinds."""
        return any(op.kind in kinds for op in self.ops)


def effect(before: World, after: World, ops: Iterable[Op]) -> Effect:
    """Compare two states of a side."""
    return Effect(
        frozenset(before.rows.keys() - after.rows.keys()),
        {uid: one for uid, one in after.rows.items() if uid not in before.rows},
        frozenset(after.columns) - frozenset(before.columns),
        tuple(ops),
    )


def merged(base: World, ours: World, theirs: World) -> World:
    """Put the source's net change after the target's."""
    change = effect(base, theirs, ())
    rows = {uid: one for uid, one in ours.rows.items() if uid not in change.removed}
    columns = dict.fromkeys((*ours.columns, *theirs.columns))
    return World(rows | dict(change.added), tuple(columns))


def must_conflict(base: World, ours: Effect, theirs: Effect) -> bool:
    """Tell whether any order of the two sides would lose or double a row."""
    if ours.removed & theirs.removed or ours.columns & theirs.columns:
        return True
    for one, other in ((ours, theirs), (theirs, ours)):
        touched = one.days | {base.rows[uid].day for uid in one.removed}
        others = other.days | {base.rows[uid].day for uid in other.removed}
        if one.has("delete", "overwrite", "replace") and touched & others:
            return True
    ids = [{one.id for one in side.added.values()} for side in (ours, theirs)]
    return (ours.has("upsert") or theirs.has("upsert")) and bool(ids[0] & ids[1])


def must_merge(base: World, ours: Effect, theirs: Effect) -> bool:
    """Tell whether the two sides so plainly go together that a conflict would be wrong."""
    if ours.columns & theirs.columns:
        return False
    kinds = [{op.kind for op in side.ops} for side in (ours, theirs)]
    plain = {"append", "column"}
    if kinds[0] <= plain and kinds[1] <= plain | {"rewrite"}:
        return True
    if kinds[1] <= plain and kinds[0] <= plain | {"rewrite"}:
        return True
    scoped = plain | {"delete", "overwrite"}
    days = [{op.day for op in side.ops if op.kind != "column"} for side in (ours, theirs)]
    if kinds[0] <= scoped and kinds[1] <= scoped and not days[0] & days[1]:
        return True
    ids = [{i for op in side.ops for i in op.ids} for side in (ours, theirs)]
    known = {one.id for one in base.rows.values()}
    inserts = plain | {"upsert"}
    fresh = not (ids[0] | ids[1]) & known and not ids[0] & ids[1]
    return kinds[0] <= inserts and kinds[1] <= inserts and fresh
