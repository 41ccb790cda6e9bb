"""Merging through the gate, and undoing."""

from collections.abc import Collection

from phlo.catalog import content_token
from phlo.errors import Conflict
from phlo.model import (
    Key,
    MergePreview,
    SideSummary,
    TableConflict,
    TableContent,
    ViewContent,
    key_text,
)
from phlo.quality.providers import provided_checks
from phlo_api.schemas import nessie as wire
from phlo_api.state import Api
from phlo_api.views.history import shown, tips


def preview(api: Api, source: str, into: str) -> wire.MergePreview:
    """Say what a merge would do, and which checks it has."""
    found = api.catalog.preview_merge(source, into)
    protected = api.catalog.ref(into).protected
    changed = [key for key, how in found.how.items() if how not in {"same", "remove"}]
    provided = provided_checks(api.project, api.catalog)
    checks = [
        shown_checks
        for key in sorted(changed)
        if (shown_checks := _evidence(api, found, key, provided.required(key))) is not None
    ]
    failed = any(check.failed for check in checks)
    return wire.MergePreview(
        source=source,
        into=into,
        base=found.base,
        source_commit=found.source,
        into_commit=found.target,
        steps=[wire.MergeStep(key=key_text(k), how=how) for k, how in sorted(found.how.items())],
        conflicts=[_conflict(item) for item in found.conflicts],
        checks=checks,
        mergeable=not found.conflicts and not (protected and failed),
        needs_update=any(how == "rebase" for how in found.how.values()),
    )


def _evidence(
    api: Api, found: MergePreview, key: Key, provided: Collection[str]
) -> wire.CheckEvidence | None:
    content = api.catalog.contents(found.source).get(key)
    if not isinstance(content, TableContent | ViewContent):
        return None
    known = api.catalog.evidence(content_token(content) or "")
    required = [
        check.name
        for check in api.declared.checks(key_text(key))
        if check.blocking and not check.monitor
    ]
    required += sorted(set(provided) - set(required))
    passed = list(known.passed) if known else []
    failed = list(known.failed) if known else []
    return wire.CheckEvidence(
        table=key_text(key),
        required=required,
        passed=passed,
        failed=failed,
        missing=[name for name in required if name not in passed and name not in failed],
    )


def _conflict(item: TableConflict) -> wire.MergeConflict:
    return wire.MergeConflict(
        key=key_text(item.key),
        reason=item.reason,
        ours=_side(item.ours),
        theirs=_side(item.theirs),
    )


def _side(side: SideSummary | None) -> wire.Side | None:
    if side is None:
        return None
    return wire.Side(
        ref=side.ref,
        intents=[intent.kind for intent in side.intents],
        snapshot_id=None if side.snapshot_id is None else str(side.snapshot_id),
        files_added=side.files_added,
        files_removed=side.files_removed,
        rows_added=side.rows_added,
        commits=list(side.commits),
    )


def merge(api: Api, body: wire.MergeRequest) -> wire.Commit:
    """Merge a branch; a protected target gets only what passed its checks."""
    from phlo.quality.by_hand import merge_by_hand

    tip = api.catalog.resolve(body.source)
    if body.expect is not None and not tip.id.startswith(body.expect):
        raise Conflict(
            f"{body.source!r} has moved on: it is at {tip.id[:12]}, not {body.expect[:12]}",
            fix="look at the comparison again, then merge",
        )
    done = merge_by_hand(
        api.project,
        api.catalog,
        api.declared.declarations,
        body.source,
        body.into,
        message=body.message,
        override=body.override,
        delete_source=body.delete_source,
    )
    return shown(done.commit, tips(api))


def revert(api: Api, body: wire.RevertRequest) -> wire.Commit:
    """Undo a commit or a run by a new commit, which a protected branch gets through its checks."""
    from phlo.quality.by_hand import revert_by_hand

    commit = revert_by_hand(
        api.project,
        api.catalog,
        api.declared.declarations,
        body.commit,
        body.on,
        message=body.message or f"revert {body.commit[:40]}",
        override=body.override,
    )
    return shown(commit, tips(api))
