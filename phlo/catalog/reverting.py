"""Undo of a commit or a run: plan over one state, put one group, plan again if it moved."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from phlo.catalog.conflicts import MergeConflict
from phlo.catalog.entries import Header, Put
from phlo.catalog.judge import protected
from phlo.catalog.merge_intents import UNDONE
from phlo.catalog.merging import Merges, branch_of
from phlo.catalog.state import MergePlan, State
from phlo.errors import Conflict
from phlo.model import Commit, Intent
from phlo.ports import RemoveRows

if TYPE_CHECKING:
    from phlo.catalog.files import TableFiles

_TRIES = 20


class Reverts(Merges):
    """The part of a log catalog that takes back what was done."""

    root: str

    @property
    @abstractmethod
    def state(self) -> State: ...

    @abstractmethod
    def put(
        self, header: Header, puts: Sequence[Put], files: "TableFiles | None" = None
    ) -> Commit: ...

    def revert(
        self,
        target: str,
        *,
        on: str = "main",
        message: str = "",
        override: str | None = None,
        remove_rows: RemoveRows | None = None,
    ) -> Commit:
        from phlo.catalog.revert import commits_to_revert, plan_revert

        for attempt in range(_TRIES):
            state = self.refresh()
            ref = branch_of(state, on)
            if ref.protected and not override:
                raise protected(on)
            commits = commits_to_revert(state, ref.commit, _whole_id(state, target))
            files = self._planning(state)
            by_rows = remove_rows is not None
            plan = plan_revert(state, ref.commit, commits, files, ref=on, by_rows=by_rows)
            if plan.conflicts:
                raise MergeConflict.of(
                    f"reverting {target} on {on!r}",
                    plan.conflicts,
                    update="revert the later commits first",
                )
            header = Header(on, ref.incarnation, message or f"revert {target}", None, override)
            try:
                return self._put_plan(header, plan, files, remove_rows)
            except Conflict:
                if attempt == _TRIES - 1 or self.refresh().ref(on).commit == ref.commit:
                    raise
        raise AssertionError("unreachable: the last attempt raises or returns")

    def _put_plan(
        self, header: Header, plan: MergePlan, files: "TableFiles", remove_rows: RemoveRows | None
    ) -> Commit:
        puts: Sequence[Put] = [Put(change) for change in plan.changes]
        if remove_rows is None or not plan.rows:
            return self.put(header, puts, files)
        from phlo.catalog.iceberg import PhloCatalog
        from phlo.catalog.tips import BranchTip, StagedTip

        tip = StagedTip(self, plan.target, BranchTip(self, header))
        tip.put(puts, files, "")
        tables = PhloCatalog(f"{header.ref}+", tip, self.root)
        for key, told in plan.rows.items():
            intent = Intent("append", scope=f"{UNDONE}{told.run}")
            remove_rows(tables.load_table(key), told.run, told.rows, intent)
        return self.put(header, tip.collected(), tip.files)


def _whole_id(state: State, target: str) -> str:
    found = [commit for commit in state.commits if commit.startswith(target)]
    return found[0] if len(found) == 1 and len(target) >= 8 else target
