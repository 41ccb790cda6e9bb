"""Rules of single operations: overrides, ids, merges and their evidence."""

from typing import Protocol

from immutables import Map

from phlo.catalog.bases import is_ancestor
from phlo.catalog.contents import Codec, content_token
from phlo.catalog.entries import Op
from phlo.catalog.state import Ids
from phlo.catalog.tree import Tree, moved
from phlo.errors import Conflict, Protected, Unchecked
from phlo.model import (
    Change,
    Commit,
    Evidence,
    Json,
    Ref,
    TableContent,
    ViewContent,
    key_text,
)


class Judged(Protocol):
    """What the rules of a merge look at."""

    commits: Map[str, Commit]
    contents: Map[str, Tree]
    evidence: Map[str, Evidence]


def judge_override(ref: Ref, reason: str | None) -> None:
    """Refuse to move a protected branch without a named reason."""
    if ref.protected and not (reason or "").strip():
        raise protected(ref.name)


def protected(name: str) -> Protected:
    """Build the refusal of a write to a protected branch."""
    return Protected(
        f"branch {name!r} is protected: it moves by merges whose tables were checked",
        fix=f"write to a branch and merge it into {name!r}, or give a reason with --override",
    )


def judge_ids(ids: Map[str, Ids], raws: Json, changes: tuple[Change, ...]) -> None:
    """Refuse a commit that gives out an id which another ref has given out already (R8)."""
    for raw, change in zip(raws, changes, strict=True):
        after, first = change.after, raw.get("ids")
        if first is None or not isinstance(after, TableContent):
            continue
        known = ids.get(after.uuid)
        if known is None:
            continue
        for new, highest, what in zip(first, known, ("field", "partition field"), strict=True):
            if new is not None and new <= highest:
                raise Conflict(
                    f"{what} id {new} of {key_text(change.key)!r} is taken on another ref",
                    fix="load the table again and repeat the schema change",
                )


def judge_merge(judged: Judged, ref: Ref, op: Op, codec: Codec) -> None:
    """Refuse a merge whose target is not as it expects or whose base is no common ancestor."""
    tree = judged.contents[ref.commit]
    for key, token in op["expect"]:
        if codec.token(tree.get(tuple(key))) != token:
            raise moved(ref.name, tuple(key))
    base = op["base"]
    if not all(is_ancestor(judged.commits, base, tip) for tip in (ref.commit, op["source"])):
        raise Conflict(
            f"commit {base[:8]} is not an ancestor of both {ref.name!r} and {op['source'][:8]}",
            fix="merge again",
        )


def judge_evidence(judged: Judged, op: Op, changes: tuple[Change, ...]) -> None:
    """Refuse what would make a protected branch something that was never checked."""
    source, base = judged.contents[op["source"]], judged.contents[op["base"]]
    for change in changes:
        name = key_text(change.key)
        if change.after != source.get(change.key) or change.before != base.get(change.key):
            raise Unchecked(
                f"{name!r} changed on {op['ref']!r} too, so its merged state was never checked",
                fix=f"merge {op['ref']!r} into the branch first, check it again, then merge",
            )
        if isinstance(change.after, TableContent | ViewContent):
            _judge_checked(
                judged.evidence.get(content_token(change.after) or ""), change, op["ref"]
            )


def _judge_checked(found: Evidence | None, change: Change, target: str) -> None:
    name = key_text(change.key)
    if found is None or found.key != change.key:
        raise Unchecked(
            f"the state of {name!r} that would be published on {target!r} has no recorded checks",
            fix="run its checks on the branch and record them, then merge",
        )
    if found.failed:
        raise Unchecked(
            f"{name!r} failed its checks: {', '.join(found.failed)}",
            fix="repair the data on the branch, check it again, then merge",
        )
