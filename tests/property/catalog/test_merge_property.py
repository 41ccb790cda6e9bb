"""Random histories on two branches: merged as on rows, or a conflict, never anything else."""

from itertools import count

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from phlo.catalog.conflicts import MergeConflict
from tests.property.catalog.oracle import (
    DAYS,
    Op,
    Record,
    World,
    effect,
    is_hit,
    merged,
    must_conflict,
    must_merge,
)
from tests.unit.catalog.lab import Lab, Row

IDS = st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True).map(tuple)
ON_DAY = st.sampled_from(DAYS)
APPEND = st.builds(Op, st.just("append"), ON_DAY, IDS)
UPSERT = st.builds(Op, st.just("upsert"), ON_DAY, IDS)
OVERWRITE = st.builds(Op, st.just("overwrite"), ON_DAY, IDS)
DELETE = st.builds(Op, st.just("delete"), ON_DAY)
REPLACE = st.builds(Op, st.just("replace"), ON_DAY, IDS)
REWRITE = st.builds(Op, st.just("rewrite"))
COLUMN = st.builds(Op, st.just("column"), column=st.sampled_from(["late", "early"]))
ANY = st.one_of(APPEND, APPEND, UPSERT, OVERWRITE, DELETE, REPLACE, REWRITE, COLUMN)
TAME = st.one_of(APPEND, APPEND, COLUMN, REWRITE)
SIDE = st.one_of(st.lists(ANY, min_size=1, max_size=3), st.lists(TAME, min_size=1, max_size=3))


class Branches:
    """A lake and the oracle's view of it, kept in step."""

    def __init__(self, by_day: bool) -> None:
        self.lab = Lab(by_day=by_day)
        self.uids = count(1)
        self.worlds = {"main": World()}

    def apply(self, ref: str, op: Op) -> bool:
        """Make one change on a branch, in the lake and in the model; False if nothing changed."""
        world = self.worlds[ref]
        if op.kind == "column" and op.column in world.columns:
            return False
        if op.kind == "delete" and not any(is_hit(op, one) for one in world.rows.values()):
            return False
        self.worlds[ref], fresh = world.written(op, self.uids)
        self.write(ref, op, fresh)
        return True

    def write(self, ref: str, op: Op, fresh: list[Record]) -> None:
        """Make one change on a branch of the lake."""
        rows = [as_row(one) for one in fresh]
        match op.kind:
            case "append":
                self.lab.append(ref, rows)
            case "upsert":
                self.lab.upsert(ref, rows)
            case "overwrite" | "delete":
                self.lab.replace(ref, rows, lambda row: is_hit(op, as_record(row)))
            case "replace":
                self.lab.replace(ref, rows)
            case "rewrite":
                self.lab.rewrite(ref)
            case "column":
                self.lab.add_column(ref, op.column)

    def merge(self) -> str:
        """Merge dev into main; return why not, or ""."""
        try:
            self.lab.merge("dev")
        except MergeConflict as conflict:
            event("conflict")
            return conflict.problem
        event("merged")
        return ""

    def agree(self, ref: str) -> None:
        """Compare the lake with the model, row by row."""
        world = self.worlds[ref]
        found = {row["value"]: row for row in self.lab.rows(ref)}
        assert len(found) == len(self.lab.rows(ref))
        wanted = {
            uid: as_row(one) | {name: None for name in world.columns if name not in one.extra}
            for uid, one in world.rows.items()
        }
        assert found == wanted


def as_row(one: Record) -> dict[str, object]:
    """A row holds its uid, and every extra column that it was written with too."""
    return {"id": one.id, "day": one.day, "value": one.uid} | dict.fromkeys(one.extra, one.uid)


def as_record(row: Row) -> Record:
    return Record(row["value"], row["id"], row["day"])


@given(
    st.booleans(),
    st.lists(APPEND, max_size=3),
    st.lists(st.tuples(SIDE, SIDE), min_size=1, max_size=2),
)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_r07_a_merge_gives_what_rows_say_or_conflicts(
    by_day: bool, base: list[Op], rounds: list[tuple[list[Op], list[Op]]]
) -> None:
    branches = Branches(by_day)
    for op in base:
        branches.apply("main", op)
    branches.lab.branch("dev")
    branches.worlds["dev"] = branches.worlds["main"]
    for ours, theirs in rounds:
        if not merge_round(branches, ours, theirs, by_day):
            return


def merge_round(branches: Branches, ours: list[Op], theirs: list[Op], by_day: bool) -> bool:
    start = branches.worlds["main"]
    made = [
        [op for op in ops if branches.apply(ref, op)]
        for ref, ops in (("main", ours), ("dev", theirs))
    ]
    sides = (
        effect(start, branches.worlds["main"], made[0]),
        effect(start, branches.worlds["dev"], made[1]),
    )
    wanted = merged(start, branches.worlds["main"], branches.worlds["dev"])
    problem = branches.merge()
    if problem:
        assert not must_merge(start, *sides) or (not by_day and "overwrote" in problem)
        branches.agree("main")
        return False
    assert not must_conflict(start, *sides)
    branches.worlds["main"] = branches.worlds["dev"] = wanted
    branches.agree("main")
    branches.lab.merge("main", "dev")
    branches.agree("dev")
    return True
