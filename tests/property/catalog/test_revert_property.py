"""Random histories of which one commit is taken back: as on rows, or a conflict."""

from hypothesis import Phase, assume, event, given, settings
from hypothesis import strategies as st

from phlo.catalog.conflicts import MergeConflict
from tests.property.catalog.oracle import Op, World, merged
from tests.property.catalog.test_merge_property import ANY, TAME, Branches


@given(
    st.booleans(),
    st.one_of(st.lists(ANY, min_size=2, max_size=4), st.lists(TAME, min_size=2, max_size=4)),
    st.data(),
)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
def test_a_revert_gives_what_rows_say_or_conflicts(
    by_day: bool, ops: list[Op], data: st.DataObject
) -> None:
    branches = Branches(by_day)
    worlds: list[World] = [World()]
    made: list[tuple[Op, str]] = []
    tip = branches.lab.catalog.ref("main").commit
    for op in ops:
        branches.apply("main", op)
        before_it, tip = tip, branches.lab.catalog.ref("main").commit
        if tip != before_it:
            made.append((op, tip))
            worlds.append(branches.worlds["main"])
    assume(made)
    at = data.draw(st.integers(0, len(made) - 1))
    before, after, now = worlds[at], worlds[at + 1], worlds[-1]
    later = {op.kind for op, _ in made[at + 1 :]}

    try:
        branches.lab.catalog.revert(made[at][1])
    except MergeConflict:
        event("conflict")
        assert later
        assert not (made[at][0].kind == "append" and later <= {"append", "column"})
        branches.agree("main")
        return

    event("reverted")
    wanted = merged(after, now, before)
    branches.worlds["main"] = World(wanted.rows, now.columns)
    branches.agree("main")
