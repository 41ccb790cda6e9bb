"""Decide one key of a three-way merge, from contents first and from metadata only if it must."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from phlo.catalog.contents import content_token, namespace_of
from phlo.catalog.files import TableFiles
from phlo.catalog.intents import combined
from phlo.catalog.merge_files import file_change, manifests_of
from phlo.catalog.merge_schema import merge_properties
from phlo.catalog.merge_table import Clash, Rebase, Work, plan_table
from phlo.catalog.state import State
from phlo.catalog.tree import put_changes
from phlo.errors import Conflict, LakeDamaged
from phlo.model import (
    Change,
    Content,
    CursorContent,
    Key,
    MergeHow,
    NamespaceContent,
    SideSummary,
    TableConflict,
    TableContent,
    ViewContent,
)

Works = Callable[[Key], tuple[Work, Work]]
"""What the commits of either side meant to do to a key: ours, theirs."""


@dataclass(frozen=True, slots=True)
class Three:
    """The contents of one key: where both sides part, on the target, on the source."""

    key: Key
    base: Content | None
    ours: Content | None
    theirs: Content | None


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one key: ``after`` or ``rebase`` unless ``how`` is "same"."""

    three: Three
    how: MergeHow
    after: Content | None = None
    rebase: Rebase | None = None

    def change(self, works: Works, files: TableFiles | None) -> Change:
        """Return the change that this step is. Without ``files`` a rebase is not written."""
        intent = None
        if isinstance(self.three.theirs, TableContent):
            intent = combined(works(self.three.key)[1].intents)
        after = self.after
        if self.rebase:
            after = self.rebase.write(files) if files else self.three.ours
        return Change(self.three.key, self.three.ours, after, intent)


def same(left: Content | None, right: Content | None) -> bool:
    """Tell whether two contents are one state."""
    return left is right or content_token(left) == content_token(right)


def decide(
    three: Three, works: Works, files: TableFiles, *, undo: bool = False
) -> Step | TableConflict | None:
    """Merge one key; None where the source did not change it.

    Nothing is opened unless both sides changed a table. To ``undo`` drops no column, so a table
    whose columns changed is never just pointed back.
    """
    base, ours, theirs = three.base, three.ours, three.theirs
    if same(theirs, base):
        return None
    if same(ours, theirs):
        return Step(three, "same")
    if same(ours, base) and not (undo and _has_other_columns(ours, theirs)):
        if theirs is None:
            return Step(three, "remove")
        return Step(three, "create" if ours is None else "fast-forward", theirs)
    if isinstance(ours, TableContent) and isinstance(theirs, TableContent):
        return _decide_table(three, ours, theirs, works, files)
    if isinstance(ours, NamespaceContent) and isinstance(theirs, NamespaceContent):
        return _decide_namespace(three, ours, theirs, works)
    return conflict_of(three, _plain_reason(three), works, files)


def _has_other_columns(left: Content | None, right: Content | None) -> bool:
    return (
        isinstance(left, TableContent)
        and isinstance(right, TableContent)
        and left.schema_hash != right.schema_hash
    )


def conflict_of(
    three: Three, reason: str, works: Works, files: TableFiles | None = None
) -> TableConflict:
    """Build the conflict of a key; without ``files`` from contents alone, and nothing is counted.

    A side that does not have the key is None.
    """
    mine, other = works(three.key)
    ours = _summary(three.base, three.ours, mine, files)
    return TableConflict(three.key, reason, ours, _summary(three.base, three.theirs, other, files))


def _summary(
    base: Content | None, content: Content | None, work: Work, files: TableFiles | None
) -> SideSummary | None:
    if content is None:
        return None
    intents = tuple(dict.fromkeys(intent for intent in work.intents if intent))
    if not isinstance(content, TableContent):
        return SideSummary(work.ref, intents, None, None, None, None, work.commits)
    counts = _counts(base, content, files) if files else (None, None, None)
    return SideSummary(work.ref, intents, content.snapshot_id, *counts, work.commits)


def _counts(
    base: Content | None, content: TableContent, files: TableFiles
) -> tuple[int | None, int | None, int | None]:
    """Count the files that a side added and removed, and the rows of those it added."""
    try:
        before = files.load(base) if isinstance(base, TableContent) else None
        listed = manifests_of(files.io, before), manifests_of(files.io, files.load(content))
        change = file_change(files.io, *listed)
    except LakeDamaged:  # where both sides part lies behind the horizon
        return None, None, None
    rows = sum(file.data.record_count for file in change.added.values())
    return len(change.added), len(change.removed), rows


def _plain_reason(three: Three) -> str:
    ours, theirs = three.ours, three.theirs
    if ours is None or theirs is None:
        return "one side removed it and the other changed it"
    if type(ours) is not type(theirs):
        return f"it is a {_noun(ours)} here and a {_noun(theirs)} there"
    verb = "created" if three.base is None else "changed"
    return f"both sides {verb} the {_noun(ours)} differently"


def _noun(content: Content) -> str:
    match content:
        case TableContent():
            return "table"
        case ViewContent():
            return "view"
        case NamespaceContent():
            return "namespace"
        case CursorContent():
            return "cursor"


def _decide_namespace(
    three: Three, ours: NamespaceContent, theirs: NamespaceContent, works: Works
) -> Step | TableConflict:
    before = three.base.properties if isinstance(three.base, NamespaceContent) else ()
    try:
        merged = merge_properties(dict(before), dict(ours.properties), dict(theirs.properties))
    except Conflict as conflict:
        return conflict_of(three, conflict.problem, works)
    after = namespace_of(merged)
    return Step(three, "same") if same(after, ours) else Step(three, "rebase", after)


def _decide_table(
    three: Three, ours: TableContent, theirs: TableContent, works: Works, files: TableFiles
) -> Step | TableConflict:
    base = three.base if isinstance(three.base, TableContent) else None
    reason = _identity_clash(three.base, ours, theirs)
    if reason:
        return conflict_of(three, reason, works, files)
    plan = plan_table(files, base, ours, theirs, works(three.key))
    if isinstance(plan, Clash):
        summaries = plan.ours.summary(), plan.theirs.summary()
        return TableConflict(three.key, plan.reason, *summaries)
    if plan.changes_nothing:
        return Step(three, "same")
    return Step(three, "rebase", rebase=plan)


def _identity_clash(base: Content | None, ours: TableContent, theirs: TableContent) -> str | None:
    """Compare identities (R24): a table of another UUID is another table of the same name."""
    if base is None and ours.uuid != theirs.uuid:
        return None
    if ours.uuid != theirs.uuid:
        return "one side dropped the table and created another of the same name"
    if not isinstance(base, TableContent) or base.uuid != ours.uuid:
        return "both sides brought the same table under this name, and changed it"
    return None


def tree_conflicts(
    state: State, commits: tuple[str, str], steps: Sequence[Step], works: Works
) -> Iterator[TableConflict]:
    """Check a merged tree as a whole: one UUID and one name once (R24), namespaces for tables.

    Args:
        state: The log as known.
        commits: The target, whose tree the steps change, and the source they come from.
        steps: What is to happen.
        works: What either side meant to do, for the summaries of conflicts.
    """
    applied = [step for step in steps if step.how != "same"]
    gone = [step for step in applied if step.how == "remove"]
    there = [step for step in applied if step.how != "remove"]
    tree, index = state.contents[commits[0]], state.indexes[commits[0]]
    for batch in (gone, *([step] for step in there)):
        try:
            tree, index = put_changes(tree, index, [step.change(works, None) for step in batch])
        except Conflict as conflict:
            yield conflict_of(batch[0].three, conflict.problem, works)
    theirs = state.contents[commits[1]]
    for step in there:
        name = step.three.key[:-1]
        if step.how == "create" and name not in tree and name in theirs:
            reason = f"its namespace {'.'.join(name)!r} is not there any more"
            yield conflict_of(step.three, reason, works)
