"""Where two histories part: the best common ancestors of two commits, and what each side did."""

import heapq
from collections.abc import Iterable, Iterator, Mapping

from phlo.model import Commit

_LEFT, _RIGHT, _STALE = 1, 2, 4


def ancestors(commits: Mapping[str, Commit], *tips: str) -> Iterator[str]:
    """Yield every commit that is reachable from the tips, themselves included, newest first.

    A parent that the lake no longer knows (rule R14) ends the walk on that line.
    """
    seen = set(tips)
    queue = [(-commits[tip].number, tip) for tip in seen if tip in commits]
    heapq.heapify(queue)
    while queue:
        _, commit = heapq.heappop(queue)
        yield commit
        for parent in commits[commit].parents:
            if parent in commits and parent not in seen:
                seen.add(parent)
                heapq.heappush(queue, (-commits[parent].number, parent))


def is_ancestor(commits: Mapping[str, Commit], ancestor: str, tip: str) -> bool:
    """Tell whether ``ancestor`` is ``tip`` or lies in its history; an unknown commit does not."""
    if ancestor not in commits:
        return False
    floor = commits[ancestor].number
    for commit in ancestors(commits, tip):
        if commit == ancestor:
            return True
        if commits[commit].number < floor:
            return False
    return False


def merge_bases(commits: Mapping[str, Commit], left: str, right: str) -> tuple[str, ...]:
    """Return the best common ancestors of two commits, newest first.

    Best: no other common ancestor descends from it. Two histories that were merged into each
    other have several; two lakes' worth of unrelated history have none. The walk ends soon after
    the histories meet, so its cost grows with what happened since, not with the age of the lake.
    """
    if left == right:
        return (left,)
    painted = _paint(commits, left, right)
    common = [commit for commit, colours in painted.items() if colours == _LEFT | _RIGHT]
    best = [one for one in common if not _is_covered(commits, one, common)]
    return tuple(sorted(best, key=lambda commit: (-commits[commit].number, commit)))


def _paint(commits: Mapping[str, Commit], left: str, right: str) -> dict[str, int]:
    """Colour commits by the side that reaches them; stale are those below a common one."""
    painted = {left: _LEFT, right: _RIGHT}
    queue = [(-commits[tip].number, tip) for tip in (left, right)]
    heapq.heapify(queue)
    queued = {left, right}
    live = 2
    while live:
        _, commit = heapq.heappop(queue)
        queued.discard(commit)
        colours = painted[commit]
        live -= not colours & _STALE
        passed = colours | _STALE if colours & (_LEFT | _RIGHT) == _LEFT | _RIGHT else colours
        for parent in commits[commit].parents:
            if parent not in commits:
                continue
            before = painted.get(parent, 0)
            after = before | passed
            if after == before:
                continue
            painted[parent] = after
            if parent in queued:
                live -= bool(after & _STALE) and not before & _STALE
            else:
                queued.add(parent)
                heapq.heappush(queue, (-commits[parent].number, parent))
                live += not after & _STALE
    return painted


def _is_covered(commits: Mapping[str, Commit], one: str, common: Iterable[str]) -> bool:
    return any(other != one and is_ancestor(commits, one, other) for other in common)


def commits_since(
    commits: Mapping[str, Commit], tip: str, bases: Iterable[str]
) -> tuple[Commit, ...]:
    """Return the commits that ``tip`` has and none of the ``bases`` has, newest first."""
    painted = dict.fromkeys((base for base in bases if base in commits), _STALE)
    painted[tip] = painted.get(tip, 0) | _LEFT
    queue = [(-commits[commit].number, commit) for commit in painted]
    heapq.heapify(queue)
    oldest = commits[tip].number
    while queue and -queue[0][0] >= oldest:
        _, commit = heapq.heappop(queue)
        colours = painted[commit]
        for parent in commits[commit].parents:
            if parent not in commits or painted.get(parent, 0) | colours == painted.get(parent, 0):
                continue
            painted[parent] = painted.get(parent, 0) | colours
            heapq.heappush(queue, (-commits[parent].number, parent))
            if painted[parent] == _LEFT:
                oldest = min(oldest, commits[parent].number)
    found = [commits[commit] for commit, colours in painted.items() if colours == _LEFT]
    return tuple(sorted(found, key=lambda commit: (-commit.number, commit.id)))
