"""Commits: the log of a ref, the graph of several, one commit, putting a state back."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import islice

from phlo.errors import InvalidInput
from phlo.model import Change, Commit, Intent, TableContent, key_text
from phlo_api import lake_tables
from phlo_api.deps import At
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import nessie as wire
from phlo_api.state import Api
from phlo_api.views.refs import summary


def tips(api: Api) -> dict[str, list[str]]:
    """Return the refs that stand on each commit."""
    found: dict[str, list[str]] = {}
    for ref in api.catalog.refs():
        found.setdefault(ref.commit, []).append(ref.name)
    return found


def shown(commit: Commit, standing: dict[str, list[str]]) -> wire.Commit:
    """Return a commit in brief."""
    return wire.Commit(
        id=commit.id,
        number=commit.number,
        parents=list(commit.parents),
        ref=commit.ref,
        message=commit.message,
        author=commit.author,
        run=commit.run,
        time=commit.time,
        override=commit.override,
        tables=[key_text(change.key) for change in commit.changes],
        refs=standing.get(commit.id, []),
    )


def log(
    api: Api,
    ref: str,
    table: str | None,
    author: str | None,
    run: str | None,
    cursor: str | None,
    limit: int,
) -> wire.CommitPage:
    """Return a page of the commits of a ref, newest first."""
    start = ref
    if cursor:
        (start,) = decode_cursor(cursor, str)
    key = tuple(table.split(".")) if table else None
    found = api.catalog.log(start, table=key, author=author, run=run, limit=limit + 2)
    return _page(api, found, start if cursor else None, limit)


def _page(api: Api, found: Iterable[Commit], after: str | None, limit: int) -> wire.CommitPage:
    commits = [c for c in islice(found, limit + 2) if c.id != after]
    page, standing = commits[:limit], tips(api)
    following = encode_cursor(page[-1].id) if len(commits) > limit else None
    return wire.CommitPage(items=[shown(c, standing) for c in page], next_cursor=following)


def of_table(api: Api, at: At, name: str, cursor: str | None, limit: int) -> wire.CommitPage:
    """Return a page of the commits that changed a table, newest first."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    start = decode_cursor(cursor, str)[0] if cursor else at.commit.id
    commits = api.catalog.log(start, table=found.key, limit=limit + 2)
    return _page(api, commits, start if cursor else None, limit)


def detail(api: Api, commit_id: str) -> wire.CommitDetail:
    """Return a commit with what it changed."""
    commit = api.catalog.get_commit(commit_id)
    brief = shown(commit, tips(api))
    return wire.CommitDetail(
        **brief.model_dump(), changes=[_change(change) for change in commit.changes]
    )


def _change(change: Change) -> wire.CommitChange:
    added, removed = change.before is None, change.after is None
    return wire.CommitChange(
        key=key_text(change.key),
        kind="added" if added else "removed" if removed else "changed",
        intent=change.intent.kind if change.intent else None,
        scope=change.intent.scope if change.intent else None,
        before=summary(change.before),
        after=summary(change.after),
        rows_delta=_delta(change),
    )


def _delta(change: Change) -> int | None:
    sides = [
        0 if side is None else side.rows if isinstance(side, TableContent) else None
        for side in (change.before, change.after)
    ]
    return None if sides[0] is None or sides[1] is None else sides[1] - sides[0]


def walk(api: Api, starts: Iterable[str]) -> Iterator[Commit]:
    """Yield the commits that lie behind some, each once, newest first."""
    heap: list[tuple[int, str, Commit]] = []
    seen: set[str] = set()

    def push(commit_id: str) -> None:
        if commit_id not in seen:
            seen.add(commit_id)
            commit = api.catalog.get_commit(commit_id)
            heapq.heappush(heap, (-commit.number, commit.id, commit))

    for start in starts:
        push(start)
    while heap:
        commit = heapq.heappop(heap)[2]
        yield commit
        for parent in commit.parents:
            push(parent)


def graph(api: Api, names: list[str] | None, cursor: str | None, limit: int) -> wire.CommitGraph:
    """Return the commits of several refs, newest first, each in its lane."""
    refs = [api.catalog.ref(name) for name in names] if names else list(api.catalog.refs())
    refs.sort(key=lambda ref: (not ref.protected, ref.name))
    skip = decode_cursor(cursor, int)[0] if cursor else 0
    if skip < 0:
        raise InvalidInput("a graph cannot begin before its first commit", fix="leave cursor out")
    commits = list(islice(walk(api, dict.fromkeys(ref.commit for ref in refs)), skip + limit + 1))
    lanes = _lanes(commits[: skip + limit])
    standing = tips(api)
    page = commits[skip : skip + limit]
    items = [
        wire.GraphCommit(**shown(commit, standing).model_dump(), lane=lanes[commit.id])
        for commit in page
    ]
    following = encode_cursor(skip + limit) if len(commits) > skip + limit else None
    width = max(lanes.values(), default=-1) + 1
    return wire.CommitGraph(lanes=width, items=items, next_cursor=following)


def _lanes(commits: list[Commit]) -> dict[str, int]:
    """Give each commit a lane: a first parent stays in the lane of its youngest child."""
    waiting: list[str | None] = []
    lanes: dict[str, int] = {}
    for commit in commits:
        taken = [place for place, wanted in enumerate(waiting) if wanted == commit.id]
        lane = taken[0] if taken else _free(waiting)
        lanes[commit.id] = lane
        for place in taken:
            waiting[place] = None
        first = commit.parents[0] if commit.parents else None
        waiting[lane] = first if first not in waiting else None
        for parent in commit.parents[1:]:
            if parent not in waiting:
                waiting[_free(waiting)] = parent
    return lanes


def _free(waiting: list[str | None]) -> int:
    for place, wanted in enumerate(waiting):
        if wanted is None:
            return place
    waiting.append(None)
    return len(waiting) - 1


def roll_back(api: Api, ref: str, name: str, to: str, message: str) -> wire.Commit:
    """Put the state that a table had elsewhere back on a branch."""
    target, tip = api.catalog.resolve(to), api.catalog.resolve(ref)
    wanted = lake_tables.find(api, target, name, to)
    now = api.catalog.contents(tip.id).get(wanted.key)
    if now == wanted.content:
        raise InvalidInput(
            f"{wanted.name} on {ref!r} is already as it was at {to!r}",
            fix="choose another commit: /api/iceberg/tables/{table}/history lists them",
        )
    intent = Intent("overwrite", scope=f"rolled back to {target.id[:12]}")
    said = message or f"roll {wanted.name} back to {target.id[:12]}"
    change = Change(wanted.key, now, wanted.content, intent)
    return shown(api.catalog.commit(ref, [change], message=said), tips(api))
