"""Two refs beside each other."""

from itertools import islice

from phlo.model import Commit, TableDiff, key_text
from phlo_api.schemas import diff as diff_wire
from phlo_api.schemas import nessie as wire
from phlo_api.state import Api
from phlo_api.views.history import shown, tips, walk
from phlo_api.views.refs import summary

Pair = tuple[Commit, Commit]
_SHOWN = 100
_MOST = 5_000


def pair(api: Api, left: str, right: str) -> Pair:
    """Return the commits of two refs."""
    return api.catalog.resolve(left), api.catalog.resolve(right)


def refs(api: Api, source: str, into: str, commits: Pair) -> wire.Compare:
    """Say how a branch stands to another."""
    ours, theirs = ({c.id: c for c in islice(walk(api, [tip.id]), _MOST)} for tip in commits)
    ahead = [c for c in ours.values() if c.id not in theirs]
    behind = [c for c in theirs.values() if c.id not in ours]
    base = next((c for c in ours.values() if c.id in theirs), None)
    standing = tips(api)
    return wire.Compare(
        source=source,
        into=into,
        source_commit=commits[0].id,
        into_commit=commits[1].id,
        base=base.id if base else None,
        ahead=[shown(c, standing) for c in ahead[:_SHOWN]],
        behind=[shown(c, standing) for c in behind[:_SHOWN]],
        ahead_total=len(ahead),
        behind_total=len(behind),
        tables=[key_text(item.key) for item in differences(api, (commits[1], commits[0]))],
    )


def differences(api: Api, commits: Pair) -> tuple[TableDiff, ...]:
    """Return what differs between two commits; kept, since commits never change."""
    left, right = commits
    if left.id == right.id:
        return ()
    return api.caches.diffs.get(
        (left.id, right.id), lambda: api.catalog.diff(left.id, right.id).tables
    )


def diff(api: Api, left: str, right: str, commits: Pair) -> diff_wire.RefDiff:
    """Return the difference of two refs, from metadata alone."""
    return diff_wire.RefDiff(
        left=left,
        right=right,
        left_commit=commits[0].id,
        right_commit=commits[1].id,
        tables=[_table(item) for item in differences(api, commits)],
    )


def _table(item: TableDiff) -> diff_wire.TableDiff:
    return diff_wire.TableDiff(
        key=key_text(item.key),
        kind=item.kind,
        before=summary(item.before),
        after=summary(item.after),
        columns_added=list(item.columns_added),
        columns_removed=list(item.columns_removed),
        columns_changed=list(item.columns_changed),
        files_added=len(item.files_added),
        files_removed=len(item.files_removed),
        rows_added=item.rows_added,
        rows_removed=item.rows_removed,
    )
