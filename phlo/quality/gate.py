"""The gate before a protected branch: merge only what was checked as it will be."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from phlo.catalog.contents import content_token
from phlo.catalog.resolving import keep_main
from phlo.declare.specs import CheckSpec, Declarations
from phlo.errors import CheckFailed, Conflict, RefNotFound, Unchecked
from phlo.model import (
    CheckResult,
    Commit,
    Content,
    Evidence,
    Key,
    MergePreview,
    TableContent,
    ViewContent,
    key_text,
)
from phlo.ports import Catalog, Outbox
from phlo.quality.checks import checks_of
from phlo.quality.run import run_checks as run_specs

if TYPE_CHECKING:
    from phlo.engine import Lake

MOST_UPDATES = 5


@dataclass(frozen=True, slots=True)
class Checks:
    """How the gate learns about and runs the blocking checks of a table.

    ``run`` runs all of them at a commit; ``required`` names them, so that evidence that lacks one
    is not enough; ``reads`` names the other tables they look at.
    """

    run: Callable[[str, Key], Sequence[CheckResult]]
    required: Callable[[Key], Collection[str]] = lambda _key: ()
    reads: Callable[[Key], Collection[Key]] = lambda _key: ()


@dataclass(frozen=True, slots=True)
class CheckedMerge:
    """What the gate did: the commit on the target, and the checks that it ran."""

    commit: Commit
    results: tuple[CheckResult, ...] = ()
    updates: int = 0


def declared_checks(declarations: Declarations, lake_at: "Callable[[str], Lake]") -> Checks:
    """Return the declared blocking checks of each table, run over a lake at a commit."""

    def blocking(key: Key) -> list[str]:
        return [check.name for check in _blocking(declarations, key)]

    def reads(key: Key) -> set[Key]:
        named = {name for check in _blocking(declarations, key) for name in check.reads}
        return {tuple(name.split(".")) for name in named} - {key}

    pinned = _Pinned(lake_at)

    def run(commit: str, key: Key) -> tuple[CheckResult, ...]:
        checks = _blocking(declarations, key)
        return run_specs(checks, pinned.at(commit)) if checks else ()

    return Checks(run, blocking, reads)


class _Pinned:
    """One open lake: the tables of a commit share its session."""

    def __init__(self, lake_at: "Callable[[str], Lake]") -> None:
        self._lake_at = lake_at
        self._commit = ""
        self._lake: Lake | None = None

    def at(self, commit: str) -> "Lake":
        """Return the lake at a commit, and close the one of the commit before."""
        if self._lake is None or commit != self._commit:
            if self._lake is not None:
                self._lake.close()
            self._lake, self._commit = self._lake_at(commit), commit
        return self._lake


def _blocking(declarations: Declarations, key: Key) -> list[CheckSpec]:
    found = checks_of(declarations, key_text(key))
    return [check for check in found if check.blocking and not check.monitor]


@dataclass(slots=True)
class _Gate:
    catalog: Catalog
    source: str
    into: str
    checks: Checks
    results: list[CheckResult] = field(default_factory=list)
    stale: set[Key] = field(default_factory=set)


def checked_merge(
    catalog: Catalog,
    source: str,
    into: str = "main",
    run_checks: Checks | Callable[[str, Key], Sequence[CheckResult]] | None = None,
    *,
    message: str = "",
    run: str | None = None,
    outbox: Outbox | None = None,
    expect: Mapping[Key, Content | None] | None = None,
    override: str | None = None,
    delete_source: bool = False,
) -> CheckedMerge:
    """Merge a branch into a protected one, after its blocking checks passed for that very state.

    When the target has moved on a table that the branch changed, or that its checks read, the
    target is merged into the branch first and the checks run again, up to five times. A target
    that is not protected, or an ``override``, merges at once.

    Raises:
        CheckFailed: A blocking check failed; the branch is kept and the target not touched.
        Conflict: Both sides changed a table in ways that do not merge.
        Protected: The main branch should go with ``delete_source``.
    """
    if delete_source:
        keep_main(source)
    merge = _Merge(catalog, source, into, message, run, outbox, expect, override, delete_source)
    if override is not None or not catalog.ref(into).protected:
        return CheckedMerge(merge({}, ()))
    gate = _Gate(catalog, source, into, _as_checks(run_checks))
    updates = 0
    for _ in range(2 * MOST_UPDATES + 2):  # a merge that came too late, then the update it needs
        preview = catalog.preview_merge(source, into)
        _refuse_conflicts(preview, source, into)
        changed = [key for key, how in preview.how.items() if how not in {"same", "remove"}]
        if _must_update(gate, preview, changed):
            if updates == MOST_UPDATES:
                break
            _update(gate, run)
            updates += 1
            continue
        evidence = _evidence(gate, preview.source, changed)
        try:
            commit = merge(_read_tokens(gate, preview.source, changed), evidence, preview.source)
        except (Conflict, Unchecked):
            if not _moved(catalog, preview, source, into):
                raise
            continue
        return CheckedMerge(commit, tuple(gate.results), updates)
    raise Conflict(
        f"{into!r} moved {MOST_UPDATES} times while {source!r} was checked against it",
        fix=f'try again when {into!r} is quieter: "phlo branch merge {source} --into {into}"',
    )


@dataclass(frozen=True, slots=True)
class _Merge:
    """The merge of the catalog with everything that does not change between tries."""

    catalog: Catalog
    source: str
    into: str
    message: str
    run: str | None
    outbox: Outbox | None
    expect: Mapping[Key, Content | None] | None
    override: str | None
    delete_source: bool

    def __call__(
        self, reads: Mapping[Key, str], evidence: Sequence[Evidence], checked: str | None = None
    ) -> Commit:
        return self.catalog.merge(
            self.source,
            self.into,
            message=self.message,
            run=self.run,
            checked=checked,
            evidence=evidence,
            outbox=self.outbox,
            reads=reads or None,
            expect=self.expect,
            override=self.override,
            delete_source=self.delete_source,
        )


def _as_checks(
    given: Checks | Callable[[str, Key], Sequence[CheckResult]] | None,
) -> Checks:
    if given is None:
        return Checks(lambda _commit, _key: ())
    return given if isinstance(given, Checks) else Checks(given)


def _refuse_conflicts(preview: MergePreview, source: str, into: str) -> None:
    if preview.conflicts:
        first = preview.conflicts[0]
        names = ", ".join(key_text(item.key) for item in preview.conflicts)
        raise Conflict(
            f"{source!r} and {into!r} both changed {names}: {first.reason}",
            fix=f'compare them with "phlo branch diff {into} {source}", then load the table again '
            f"on a fresh branch",
        )


def _must_update(gate: _Gate, preview: MergePreview, changed: Collection[Key]) -> bool:
    """Tell whether the target has what the branch's checks have not seen."""
    ours = gate.catalog.contents(preview.source)
    theirs = gate.catalog.contents(preview.target)
    moved = {
        key
        for key in changed
        for other in gate.checks.reads(key)
        if other not in changed and ours.get(other) != theirs.get(other)
    }
    gate.stale |= moved
    return bool(moved) or any(preview.how[key] == "rebase" for key in changed)


def _update(gate: _Gate, run: str | None) -> None:
    gate.catalog.merge(
        gate.into, gate.source, message=f"update from {gate.into} before checks", run=run
    )


def _evidence(gate: _Gate, commit: str, changed: Iterable[Key]) -> tuple[Evidence, ...]:
    """Return evidence for each changed table, running the checks that none is recorded for."""
    contents = gate.catalog.contents(commit)
    found = []
    for key in changed:
        content = contents[key]
        if not isinstance(content, TableContent | ViewContent):
            continue
        token = content_token(content) or ""
        known = gate.catalog.evidence(token)
        if known is not None and key not in gate.stale and _is_enough(known, gate.checks, key):
            _refuse_failed(known.failed, key, gate)
            continue
        found.append(_checked(gate, commit, key, token))
    gate.stale.clear()
    return tuple(found)


def _is_enough(known: Evidence, checks: Checks, key: Key) -> bool:
    return known.key == key and set(checks.required(key)) <= {*known.passed, *known.failed}


def _checked(gate: _Gate, commit: str, key: Key, token: str) -> Evidence:
    results = gate.checks.run(commit, key)
    gate.results += results
    blocking = [result for result in results if result.blocking]
    evidence = Evidence(
        key,
        token,
        tuple(result.check for result in blocking if result.passed),
        tuple(result.check for result in blocking if not result.passed),
    )
    gate.catalog.record_evidence([evidence])
    _refuse_failed(evidence.failed, key, gate)
    return evidence


def _refuse_failed(failed: Sequence[str], key: Key, gate: _Gate) -> None:
    if failed:
        name = key_text(key)
        said = {result.check: result.message for result in gate.results if result.table == name}
        why = "; ".join(f"{check} ({said[check]})" if check in said else check for check in failed)
        raise CheckFailed(
            f"{name} on {gate.source!r} fails its checks: {why}",
            fix=f'look at the rows with "phlo quality failing --ref {gate.source}"; '
            f"{gate.into!r} was not touched",
        )


def _read_tokens(gate: _Gate, commit: str, changed: Collection[Key]) -> dict[Key, str]:
    contents = gate.catalog.contents(commit)
    others = {other for key in changed for other in gate.checks.reads(key)} - set(changed)
    tokens = {key: content_token(contents.get(key)) for key in others}
    return {key: token for key, token in tokens.items() if token is not None}


def _moved(catalog: Catalog, preview: MergePreview, source: str, into: str) -> bool:
    try:
        return (catalog.resolve(source).id, catalog.resolve(into).id) != (
            preview.source,
            preview.target,
        )
    except RefNotFound:
        return False
