"""Three-way merge of two commits over all keys: tables, views, namespaces, cursors (R7, R10)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phlo.catalog.bases import commits_since, merge_bases
from phlo.catalog.files import TableFiles
from phlo.catalog.merge_steps import Step, Three, Works, conflict_of, decide, same, tree_conflicts
from phlo.catalog.merge_table import Work
from phlo.catalog.state import MergePlan, State
from phlo.errors import LakeDamaged
from phlo.model import (
    Change,
    Commit,
    Content,
    Key,
    MergePreview,
    TableConflict,
)


@dataclass(frozen=True, slots=True)
class Merging:
    """The two commits of a merge, and what people call them."""

    state: State
    source: str
    target: str
    source_name: str = "source"
    target_name: str = "target"


@dataclass(frozen=True, slots=True)
class _Decided:
    bases: tuple[str, ...]
    steps: tuple[Step, ...]
    conflicts: tuple[TableConflict, ...]
    works: Works


def preview_merge(merging: Merging, files: TableFiles) -> MergePreview:
    """Say what a merge would do, key by key. Writes nothing."""
    decided = _decide_all(merging, files)
    how = {step.three.key: step.how for step in decided.steps}
    base = _base_of(merging.state, decided.bases, decided.steps)
    return MergePreview(base, merging.source, merging.target, how, decided.conflicts)


def plan_merge(merging: Merging, files: TableFiles, *, strict: bool = False) -> MergePlan:
    """Plan a merge and write the metadata of tables that changed on both sides.

    With a conflict anywhere nothing is written.

    Args:
        merging: The two commits.
        files: Access to tables; only those that changed on both sides are opened.
        strict: Take every rebase as a conflict, since nobody checked its result (protected
            branches).
    """
    decided = _decide_all(merging, files)
    steps = [step for step in decided.steps if step.how != "same"]
    conflicts = decided.conflicts
    if strict:
        reason = "both sides changed it, so its merged state was never checked"
        conflicts += tuple(
            conflict_of(step.three, reason, decided.works, files)
            for step in steps
            if step.how == "rebase"
        )
    return MergePlan(
        base=_base_of(merging.state, decided.bases, decided.steps),
        source=merging.source,
        target=merging.target,
        how={step.three.key: step.how for step in decided.steps},
        changes=() if conflicts else tuple(step.change(decided.works, files) for step in steps),
        conflicts=conflicts,
    )


def _decide_all(merging: Merging, files: TableFiles) -> _Decided:
    state = merging.state
    bases = merge_bases(state.commits, merging.target, merging.source)
    works = _works(merging, bases)
    steps: list[Step] = []
    conflicts: list[TableConflict] = []
    for three, agreed in _changed(merging, bases):
        try:
            decided = decide(three, works, files) if agreed else _undecidable(three, works)
        except LakeDamaged:
            if not state.dead.issuperset(bases):
                raise
            reason = "what it was where both sides part lies behind the horizon and is gone"
            decided = conflict_of(three, reason, works)
        if isinstance(decided, Step):
            steps.append(decided)
        elif decided:
            conflicts.append(decided)
    if not conflicts:
        conflicts += tree_conflicts(state, (merging.target, merging.source), steps, works)
    return _Decided(bases, tuple(steps), tuple(conflicts), works)


def _undecidable(three: Three, works: Works) -> TableConflict:
    reason = "the histories were merged into each other and disagree about what came before"
    return conflict_of(three, reason, works)


def _changed(merging: Merging, bases: Sequence[str]) -> Iterator[tuple[Three, bool]]:
    """Yield the keys that the source may have changed, sorted; False where no base is agreed."""
    contents = merging.state.contents
    ours, theirs = contents[merging.target], contents[merging.source]
    first = contents[bases[0]]
    keys = [key for key, content in theirs.items() if first.get(key) is not content]
    keys += [key for key in first if key not in theirs]
    if len(bases) > 1:
        keys = sorted({*theirs, *(key for base in bases for key in contents[base])})
    for key in sorted(keys):
        base, agreed = _base_content(merging.state, bases, key)
        three = Three(key, base, ours.get(key), theirs.get(key))
        if agreed or not same(three.ours, three.theirs):
            yield three, agreed


def _base_content(state: State, bases: Sequence[str], key: Key) -> tuple[Content | None, bool]:
    """Return what a key was where two histories part, and whether that can be told.

    Of two bases, the one that moved on from their own base is the common past of both sides, for
    each of them has merged it.
    """
    contents = [state.contents[base].get(key) for base in bases]
    if all(same(contents[0], other) for other in contents[1:]):
        return contents[0], True
    if len(bases) > 2:
        return None, False
    older, agreed = _base_content(state, merge_bases(state.commits, *bases), key)
    if agreed and same(older, contents[0]):
        return contents[1], True
    return contents[0], agreed and same(older, contents[1])


def _base_of(state: State, bases: Sequence[str], steps: Sequence[Step]) -> str:
    """Return the best base that every step agrees with; the newest if there is none."""
    for base in bases:
        tree = state.contents[base]
        if all(same(tree.get(step.three.key), step.three.base) for step in steps):
            return base
    return bases[0]


def _works(merging: Merging, bases: Sequence[str]) -> Works:
    """Return a function that tells what either side's commits meant to do to a key."""
    sides = (merging.target, merging.target_name), (merging.source, merging.source_name)
    found: list[dict[Key, Work]] = []

    def works(key: Key) -> tuple[Work, Work]:
        if not found:
            for tip, name in sides:
                found.append(collect_works(merging.state, tip, bases, name))
        mine, other = found
        return mine.get(key, Work(sides[0][1])), other.get(key, Work(sides[1][1]))

    return works


def collect_works(state: State, tip: str, bases: Sequence[str], name: str) -> dict[Key, Work]:
    """Collect the intents of the commits that ``tip`` has since the bases, by key.

    A merge says nothing that the commits it merged have not said: those are in the walk as well.
    """
    by_key: dict[Key, list[tuple[Commit, Change]]] = defaultdict(list)
    for commit in reversed(commits_since(state.commits, tip, bases)):
        if len(commit.parents) > 1:
            continue
        for change in commit.changes:
            by_key[change.key].append((commit, change))
    return {
        key: Work(
            name,
            tuple(change.intent for _, change in changes),
            tuple(commit.id for commit, _ in changes),
        )
        for key, changes in by_key.items()
    }
