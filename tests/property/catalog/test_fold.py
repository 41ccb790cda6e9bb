"""The fold against a model of plain dictionaries, and against itself read back from disk."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from phlo.catalog import open_catalog
from phlo.catalog.entries import decode_entry, entry_path
from phlo.catalog.fold import fold
from phlo.catalog.log import Log
from phlo.catalog.state import State
from phlo.errors import PhloError
from phlo.model import Change, Content, Intent, Key, TableContent

NAMES = ["a", "b", "A"]
REFS = ["main", "x", "y"]


@dataclass
class Model:
    """What the refs of a lake should show, kept the simple way."""

    trees: dict[str, dict[Key, Content]] = field(default_factory=lambda: {"main": {}})
    tags: set[str] = field(default_factory=set)

    def create(self, name: str, at: str, *, tag: bool) -> bool:
        if name in self.trees or at not in self.trees:
            return False
        self.trees[name] = dict(self.trees[at])
        if tag:
            self.tags.add(name)
        return True

    def delete(self, name: str) -> bool:
        if name not in self.trees or name == "main":
            return False
        del self.trees[name]
        self.tags.discard(name)
        return True

    def put(self, name: str, key: Key, content: Content | None, *, stale: bool) -> bool:
        tree = self.trees.get(name)
        if tree is None or name in self.tags or name == "main" or stale:
            return False
        others = {k: c for k, c in tree.items() if k != key}
        if content is not None:
            folded = {tuple(part.casefold() for part in k) for k in others}
            uuids = {c.uuid for c in others.values() if isinstance(c, TableContent)}
            if tuple(part.casefold() for part in key) in folded or content.uuid in uuids:
                return False
        elif key not in tree:
            return True
        self.trees[name] = others if content is None else {**others, key: content}
        return True


steps = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.sampled_from(REFS), st.sampled_from(REFS), st.booleans()),
        st.tuples(st.just("delete"), st.sampled_from(REFS)),
        st.tuples(
            st.just("put"),
            st.sampled_from(REFS),
            st.sampled_from(NAMES),
            st.sampled_from([None, "u", "v"]),
            st.booleans(),
        ),
    ),
    max_size=25,
)


def _table(uuid: str, version: int) -> TableContent:
    return TableContent(
        f"memory://x/tables/{uuid}/metadata/{version}.json", uuid, version, "0", 1, 1, 1, 3, 999
    )


def _do(lake, model: Model, step, version: int) -> tuple[bool, bool]:
    """Do a step to both; return whether each accepted it."""
    kind, name, *rest = step
    try:
        match kind:
            case "create":
                at, tag = rest
                expected = model.create(name, at, tag=tag)
                make = lake.create_tag if tag else lake.create_branch
                make(name, at=at)
            case "delete":
                expected = model.delete(name)
                lake.delete_ref(name)
            case _:
                last, uuid, stale = rest
                key = ("raw", last)
                before = model.trees.get(name, {}).get(key)
                wrong = _table("gone", 0) if stale else before
                after = None if uuid is None else _table(uuid, version)
                expected = model.put(name, key, after, stale=stale)
                lake.commit(name, [Change(key, wrong, after, Intent("append"))], message="")
    except PhloError:
        return False, expected
    return True, expected


@settings(max_examples=60, deadline=None)
@given(steps)
def test_refs_show_what_the_model_says_and_refusals_agree(script):
    lake, model = open_catalog("memory://"), Model()

    for version, step in enumerate(script):
        done, expected = _do(lake, model, step, version)
        assert done == expected, step

    shown = {ref.name: dict(lake.contents(ref.name)) for ref in lake.refs()}
    assert shown == model.trees
    assert Log(lake.store).refresh() == lake.state


@settings(max_examples=40, deadline=None)
@given(steps, st.data())
def test_folding_in_parts_is_folding_at_once(script, data):
    lake, model = open_catalog("memory://"), Model()
    for version, step in enumerate(script):
        _do(lake, model, step, version)
    numbers = range(1, lake.state.number + 1)
    entries = [decode_entry(lake.store.get(entry_path(n)), n) for n in numbers]
    cut = data.draw(st.integers(0, len(entries)))
    start = State(root=lake.root)

    parts = fold(fold(start, entries[:cut]), entries[cut:])

    assert parts == fold(start, entries) == lake.state


@settings(max_examples=40, deadline=None)
@given(steps)
def test_history_is_a_tree_whose_times_and_trees_hold_together(script):
    lake, model = open_catalog("memory://"), Model()
    for version, step in enumerate(script):
        _do(lake, model, step, version)
    state = lake.state

    for commit in state.commits.values():
        tree = dict(state.contents[commit.id])
        for parent in commit.parents:
            assert state.commits[parent].time < commit.time
        if commit.parents:
            expected = dict(state.contents[commit.parents[0]])
            for change in commit.changes:
                expected.pop(change.key, None)
                if change.after is not None:
                    expected[change.key] = change.after
            assert tree == expected
        names, uuids = state.indexes[commit.id]
        assert set(names.values()) == set(tree)
        assert {uuids[one.uuid] for one in tree.values()} == set(tree)
