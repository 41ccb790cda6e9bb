"""Where two histories part."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phlo.catalog.bases import ancestors, commits_since, is_ancestor, merge_bases
from phlo.model import Commit

START = datetime(2026, 1, 1, tzinfo=UTC)


def dag(*lines: str, numbers: dict[str, int] | None = None) -> dict[str, Commit]:
    """Build commits from lines such as "d: b c": d has the parents b and c."""
    commits = {}
    for position, line in enumerate(lines, 1):
        name, _, parents = line.partition(":")
        number = (numbers or {}).get(name, position)
        time = START + timedelta(seconds=position)
        commits[name] = Commit(
            name, number, tuple(parents.split()), "main", "", "me", None, time, ()
        )
    return commits


@pytest.mark.parametrize(
    ("lines", "sides", "bases"),
    [
        (["a", "b: a", "c: a"], "bc", "a"),
        (["a", "b: a", "c: b"], "bc", "b"),
        (["a", "b: a", "c: b"], "cb", "b"),
        (["a", "b: a"], "bb", "b"),
        (["a", "b: a", "c: a", "d: b c", "e: c"], "de", "c"),
        (["a", "b: a", "c: a", "d: b c", "e: c b", "f: d", "g: e"], "fg", "cb"),
        (["a", "b"], "ab", ""),
        (["a", "b: a", "c: b gone", "d: b"], "cd", "b"),
    ],
)
def test_the_best_common_ancestors_are_found(lines: list[str], sides: str, bases: str) -> None:
    assert merge_bases(dag(*lines), sides[0], sides[1]) == tuple(bases)


def test_commits_of_one_entry_share_a_number_and_are_still_told_apart() -> None:
    commits = dag("a", "b: a", "c: b", "d: b", numbers={"a": 1, "b": 2, "c": 2, "d": 2})

    assert merge_bases(commits, "c", "d") == ("b",)
    assert merge_bases(commits, "c", "b") == ("b",)
    assert [commit.id for commit in commits_since(commits, "c", ["b"])] == ["c"]
    assert [commit.id for commit in commits_since(commits, "b", ["c"])] == []


def test_the_walk_ends_where_the_histories_meet() -> None:
    commits = dag("c0", *(f"c{n}: c{n - 1}" for n in range(1, 5000)), "x: c4999", "y: c4999")
    seen = []

    class Counting(dict):  # type: ignore[type-arg]
        def __getitem__(self, key: str) -> Commit:
            seen.append(key)
            return super().__getitem__(key)

    merge_bases(Counting(commits), "x", "y")

    assert len(seen) < 50


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Commit]:
    size = draw(st.integers(2, 14))
    lines = ["n0"]
    for n in range(1, size):
        some = st.sets(st.integers(0, n - 1), min_size=1, max_size=2)
        lines.append(f"n{n}: " + " ".join(f"n{p}" for p in sorted(draw(some))))
    numbers, number = {}, 0
    for n in range(size):
        number += draw(st.integers(0, 1))
        numbers[f"n{n}"] = number
    return dag(*lines, numbers=numbers)


@given(histories(), st.data())
@settings(max_examples=300, deadline=None)
def test_bases_and_sides_agree_with_sets_of_ancestors(
    commits: dict[str, Commit], data: st.DataObject
) -> None:
    names = st.sampled_from(sorted(commits))
    left, right = data.draw(names), data.draw(names)

    def reach(tip: str) -> set[str]:
        found, todo = set(), [tip]
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += commits[one].parents
        return found

    common = reach(left) & reach(right)
    best = {one for one in common if not any(one in reach(o) for o in common - {one})}

    assert set(merge_bases(commits, left, right)) == best
    assert {c.id for c in commits_since(commits, left, best)} == reach(left) - reach(right)
    assert set(ancestors(commits, left)) == reach(left)
    assert is_ancestor(commits, right, left) == (right in reach(left))
