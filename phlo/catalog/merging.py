"""Merge, preview and diff: plan over one state, put one group, plan again if it moved."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from phlo.catalog.bases import is_ancestor
from phlo.catalog.conflicts import MergeConflict
from phlo.catalog.contents import Codec
from phlo.catalog.entries import (
    Header,
    MergeSource,
    Op,
    Put,
    evidence_op,
    merge_op,
    new_id,
)
from phlo.catalog.pending import Build
from phlo.catalog.resolving import keep_main, resolve
from phlo.catalog.state import MergePlan, State
from phlo.errors import Conflict, InvalidInput
from phlo.model import (
    Commit,
    Content,
    Diff,
    Evidence,
    Json,
    Key,
    MergePreview,
    Ref,
    TableContent,
    key_text,
)
from phlo.ports import Outbox

if TYPE_CHECKING:
    from phlo.catalog.files import TableFiles

_TRIES = 20


@dataclass(frozen=True, slots=True)
class _Merge:
    """One merge as it was asked for, by commits and incarnations (R10)."""

    source: MergeSource
    target: Ref
    header: Header
    evidence: Sequence[Evidence]
    outbox: Outbox | None
    reads: Mapping[Key, str]
    expect: Mapping[Key, Content | None]
    delete_source: bool


class Merges(ABC):
    """The part of a log catalog that brings histories together."""

    codec: Codec

    @property
    @abstractmethod
    def files(self) -> "TableFiles": ...

    @abstractmethod
    def refresh(self) -> State: ...

    @abstractmethod
    def _submit(self, build: Build, *, shared: bool = False) -> State: ...

    def diff(self, left: str, right: str) -> Diff:
        from phlo.catalog.diff import diff_commits

        state = self.refresh()
        return diff_commits(state, resolve(state, left).id, resolve(state, right).id, self.files)

    def preview_merge(self, source: str, into: str = "main") -> MergePreview:
        from phlo.catalog.merge import Merging, preview_merge

        state = self.refresh()
        ends = resolve(state, source).id, resolve(state, into).id
        return preview_merge(Merging(state, *ends, source, into), self._planning(state))

    def merge(
        self,
        source: str,
        into: str = "main",
        *,
        message: str = "",
        run: str | None = None,
        checked: str | None = None,
        evidence: Sequence[Evidence] = (),
        outbox: Outbox | None = None,
        reads: Mapping[Key, str] | None = None,
        expect: Mapping[Key, Content | None] | None = None,
        override: str | None = None,
        delete_source: bool = False,
    ) -> Commit:
        if delete_source:
            keep_main(source)
        state = self.refresh()
        named, target = state.refs.get(source), branch_of(state, into)
        commit = resolve(state, source).id
        if checked is not None and resolve(state, checked).id != commit:
            raise Conflict(
                f"{source!r} has moved since commit {checked[:8]} was checked",
                fix="check its new tip, then merge",
            )
        said = message or f"merge {source} into {into}"
        asked = _Merge(
            MergeSource(
                commit,
                commit,
                named.name if named is not None else None,
                named.incarnation if named is not None else None,
            ),
            target,
            Header(into, target.incarnation, said, run, override),
            evidence,
            outbox,
            dict(reads or {}),
            dict(expect or {}),
            delete_source and named is not None,
        )
        return self._merge(asked, source)

    def _merge(self, asked: _Merge, name: str) -> Commit:
        from phlo.catalog.merge import Merging, plan_merge

        into, source = asked.target.name, asked.source.commit
        for attempt in range(_TRIES):
            state = self.refresh()
            target = branch_of(state, into)
            if asked.outbox is None and is_ancestor(state.commits, source, target.commit):
                return self._nothing_to_merge(asked, target)
            files = self._planning(state)
            strict = target.protected and not asked.header.override
            merging = Merging(state, source, target.commit, name, into)
            plan = plan_merge(merging, files, strict=strict)
            if plan.conflicts:
                update = f"bring the branch up to date (phlo branch merge {into} --into {name})"
                raise MergeConflict.of(
                    f"merging {name!r} into {into!r}", plan.conflicts, update=update
                )
            files.sync()
            commit = new_id()
            puts = _puts(state, plan, files, known=state.contents[source])
            try:
                return self._submit(self._merge_group(asked, plan, puts, commit)).commit(commit)
            except Conflict:
                moved = self.refresh().refs.get(into)
                if moved is None or moved.commit == plan.target or attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable: the last attempt raises or returns")

    def _merge_group(
        self, asked: _Merge, plan: MergePlan, puts: Sequence[Put], commit: str
    ) -> Build:
        source = MergeSource(
            asked.source.commit, plan.base, asked.source.ref, asked.source.incarnation
        )

        def build(state: State) -> Sequence[Op]:
            ops: list[Op] = []
            if asked.evidence:
                ops.append(evidence_op(self.codec, asked.evidence))
            ops.append(
                merge_op(
                    self.codec,
                    asked.header,
                    source,
                    puts,
                    commit=commit,
                    expect=asked.expect,
                    reads=asked.reads,
                    outbox=_payload(asked, plan, commit, state.number),
                )
            )
            if asked.delete_source:
                ops.append(_delete_op(asked.source))
            return ops

        return build

    def _nothing_to_merge(self, asked: _Merge, target: Ref) -> Commit:
        if asked.delete_source:
            op = _delete_op(asked.source)
            return self._submit(lambda _: [op]).commit(target.commit)
        return self.refresh().commit(target.commit)

    def _planning(self, state: State) -> "TableFiles":
        return self.files.fresh(ids=state.ids, unsynced={})


def branch_of(state: State, name: str) -> Ref:
    """Return a branch. Raises ``InvalidInput`` for a tag."""
    ref = state.ref(name)
    if ref.kind != "branch":
        raise InvalidInput(f"{name!r} is a tag and does not move", fix="name a branch")
    return ref


def _puts(
    state: State,
    plan: MergePlan,
    files: "TableFiles",
    known: Mapping[Key, Content] = MappingProxyType({}),
) -> Sequence[Put]:
    """Return the changes of a plan with the files that each newly names (R15).

    What a live commit holds names no condemned file: those of ``known`` are not opened.
    """
    from phlo.catalog.named import with_named_files

    puts = [Put(change) for change in plan.changes]
    if not state.condemned:
        return puts
    return [
        put if put.change.after is known.get(put.change.key) else with_named_files(put, files)
        for put in puts
    ]


def _delete_op(source: MergeSource) -> Op:
    return {"do": "delete_ref", "name": source.ref, "incarnation": source.incarnation}


def _payload(asked: _Merge, plan: MergePlan, commit: str, number: int) -> Mapping[str, Json] | None:
    if asked.outbox is None or isinstance(asked.outbox, Mapping):
        return asked.outbox
    tables = {
        key_text(change.key): _facts(change.after)
        for change in plan.changes
        if isinstance(change.after, TableContent)
    }
    return asked.outbox(
        {
            "number": number + 1,
            "commit": commit,
            "ref": asked.target.name,
            "source": plan.source,
            "base": plan.base,
            "before": plan.target,
            "tables": tables,
        }
    )


def _facts(content: TableContent) -> dict[str, Json]:
    return {
        "location": content.metadata_location,
        "uuid": content.uuid,
        "snapshot_id": content.snapshot_id,
        "rows": content.rows,
        "bytes": content.bytes,
        "files": content.files,
    }
