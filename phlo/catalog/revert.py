"""Undo a commit, or a whole run, on top of what came later: a three-way merge turned round."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from phlo.catalog.bases import is_ancestor
from phlo.catalog.files import TableFiles
from phlo.catalog.intents import combined
from phlo.catalog.merge import collect_works
from phlo.catalog.merge_intents import UNDONE
from phlo.catalog.merge_steps import Step, Three, Works, decide, same, tree_conflicts
from phlo.catalog.merge_table import Work
from phlo.catalog.revert_rows import rows_of_run
from phlo.catalog.state import MergePlan, RunRows, State, first_parents
from phlo.errors import Conflict, RefNotFound
from phlo.model import (
    Change,
    Commit,
    Content,
    Intent,
    Key,
    MergeHow,
    NamespaceContent,
    TableConflict,
)


def commits_to_revert(state: State, tip: str, target: str) -> tuple[Commit, ...]:
    """Return the commits that a commit id or a run id names, newest first.

    A run's commits are those by which the branch itself moved; what the run did on branches of
    its own came in by a merge that carries the run too.

    Raises:
        RefNotFound: Neither a commit in the history of ``tip`` nor a run of it has this name.
    """
    if target in state.commits:
        if not is_ancestor(state.commits, target, tip):
            raise RefNotFound(
                f"commit {target[:8]} is not in the history of this branch",
                fix='revert it on a branch that has it: "phlo catalog history" lists its commits',
            )
        return (state.commits[target],)
    found = tuple(commit for commit in first_parents(state, tip) if commit.run == target)
    if not found:
        raise RefNotFound(
            f"{target!r} is neither a commit nor a run in the history of this branch",
            fix='take a commit or run that "phlo catalog history" shows for this branch',
        )
    return found


def plan_revert(
    state: State,
    tip: str,
    commits: Sequence[Commit],
    files: TableFiles,
    *,
    ref: str = "ours",
    by_rows: bool = False,
) -> MergePlan:
    """Plan to take back commits, newest first, from the state at ``tip``.

    Per key: base is what the commit left, ours the tip, theirs what the commit found. No column
    is dropped. Files that a later commit rewrote cannot be told apart any more: a conflict that
    names the later commits, except where rows were only added, and can go by their run.

    Args:
        state: The log as known.
        tip: The commit of the branch.
        commits: What to take back, from ``commits_to_revert``.
        files: Access to tables; writes the metadata of those that changed since.
        ref: What conflicts call the branch.
        by_rows: Whether the caller can delete rows; otherwise all that needs it is a conflict.
    """
    undoing = _Undoing(state, tip, files, ref, by_rows)
    for commit in commits:
        undoing.undo(commit)
    changes = undoing.changes()
    return MergePlan(
        base=commits[-1].id,
        source=commits[-1].parents[0],
        target=tip,
        how={key: undoing.how[key] for key in (*(one.key for one in changes), *undoing.rows)},
        changes=() if undoing.conflicts else changes,
        conflicts=tuple(undoing.conflicts),
        rows=undoing.rows,
    )


class _Undoing:
    """Contents of the tip while commits are taken back from it, one after the other."""

    def __init__(self, state: State, tip: str, files: TableFiles, ref: str, by_rows: bool) -> None:
        self.conflicts: list[TableConflict] = []
        self.how: dict[Key, MergeHow] = {}
        self.rows: dict[Key, RunRows] = {}
        self._by_rows = by_rows
        self._state = state
        self._tip = tip
        self._files = files
        self._ref = ref
        self._now: dict[Key, Content | None] = {}
        self._intents: dict[Key, list[Intent | None]] = {}

    def undo(self, commit: Commit) -> None:
        """Take one commit back from what the ones before left."""
        state = self._state
        if not commit.parents or {commit.id, commit.parents[0]} & state.dead:
            raise Conflict(
                f"commit {commit.id[:8]} has nothing before it that the lake still keeps",
                fix="revert a commit after the horizon",
            )
        works = self._works(commit)
        steps: list[Step] = []
        for change in commit.changes:
            ours = self._content(change.key)
            three = Three(change.key, change.after, ours, change.before)
            decided = decide(three, works, self._files, undo=True)
            if isinstance(decided, Step) and decided.how != "same":
                steps.append(decided)
            elif isinstance(decided, TableConflict):
                self.conflicts += self._unless_by_rows(decided, commit, three, works)
        steps = [step for step in steps if not self._is_in_use(step, steps)]
        if not self.conflicts:
            self.conflicts += tree_conflicts(state, (self._tip, commit.parents[0]), steps, works)
        if not self.conflicts:
            self._apply(steps, works)

    def changes(self) -> tuple[Change, ...]:
        """Return what differs from the tip, sorted by key."""
        tree = self._state.contents[self._tip]
        return tuple(
            Change(key, tree.get(key), content, combined(self._intents[key]))
            for key, content in sorted(self._now.items())
            if not same(tree.get(key), content)
        )

    def _apply(self, steps: Iterable[Step], works: Works) -> None:
        for step in steps:
            change = step.change(works, self._files)
            self._now[change.key] = change.after
            self.how[change.key] = step.how
            self._intents.setdefault(change.key, []).append(change.intent)

    def _unless_by_rows(
        self, conflict: TableConflict, commit: Commit, three: Three, works: Works
    ) -> list[TableConflict]:
        """Note what the commit added to a table, if it can go by its run; else the conflict."""
        found = rows_of_run(commit, three, works(three.key), self._files) if self._by_rows else None
        if found is None:
            return [_named_conflict(conflict)]
        before = self.rows.get(three.key, RunRows(found.run, 0))
        self.rows[three.key] = RunRows(found.run, before.rows + found.rows)
        self.how[three.key] = "rebase"
        return []

    def _is_in_use(self, step: Step, steps: Sequence[Step]) -> bool:
        """Tell whether a namespace would go while others keep something in it: then it stays."""
        name = step.three.key
        if step.how != "remove" or not isinstance(step.three.ours, NamespaceContent):
            return False
        gone = {one.three.key for one in steps if one.how == "remove"}
        return any(
            len(key) > len(name) and key[: len(name)] == name and key not in gone
            for key in self._state.contents[self._tip]
            if self._content(key) is not None
        )

    def _content(self, key: Key) -> Content | None:
        return self._now[key] if key in self._now else self._state.contents[self._tip].get(key)

    def _works(self, commit: Commit) -> Works:
        """Tell the later commits from what is taken back, whose intent is turned round."""
        later: dict[Key, Work] = {}
        undone = {change.key: change.intent for change in commit.changes}
        scope = f"{UNDONE}{commit.id[:8]}"

        def works(key: Key) -> tuple[Work, Work]:
            if not later:
                later.update(collect_works(self._state, self._tip, [commit.id], self._ref))
                later.setdefault(key, Work(self._ref))
            told = undone.get(key)
            intent = replace(told, scope=scope) if told else None
            theirs = Work(scope, (intent,), (commit.id,), undoes=True)
            return later.get(key, Work(self._ref)), theirs

        return works


def _named_conflict(conflict: TableConflict) -> TableConflict:
    """Name the later commits in the reason, since they are what to look at next."""
    later = conflict.ours.commits if conflict.ours else ()
    if not later or later[0][:8] in conflict.reason:
        return conflict
    names = ", ".join(commit[:8] for commit in later)
    return replace(conflict, reason=f"{conflict.reason}; changed since by {names}")
