"""Delete what no live commit needs: mark, condemn, wait, mark again, delete (R14 to R17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from phlo.catalog.entries import Op, entry_path
from phlo.catalog.gc_marks import Places, canonical, live_paths
from phlo.catalog.state import State
from phlo.errors import Conflict, InvalidInput, LakeDamaged
from phlo.ports import ObjectInfo

if TYPE_CHECKING:
    from phlo.catalog.lake import LogCatalog

AREAS = ("tables/", "staging/")
"""The only places where gc ever deletes."""

GRACE = timedelta(days=7)
LEAST_GRACE = timedelta(hours=24)
LONGEST_RUN = timedelta(hours=12)
_TRIES = 5

Action = Literal["keep", "condemn", "wait", "delete"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to one file, and why."""

    path: str
    size_bytes: int
    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection did, or would do: ``number`` is the entry of the log it was marked at."""

    number: int
    verdicts: tuple[Verdict, ...]

    def paths(self, action: Action) -> tuple[str, ...]:
        """Return the paths of one fate."""
        return tuple(one.path for one in self.verdicts if one.action == action)


def expire(catalog: "LogCatalog", *, before: datetime) -> int:
    """Move the horizon: commits of branches from before this time are dead, if no ref holds them.

    Returns the number of the first entry inside the horizon. Nothing is deleted.
    """
    state = catalog.refresh()
    inside = [commit.number for commit in state.commits.values() if commit.time >= before]
    horizon = min(inside, default=state.number + 1)
    op: Op = {"do": "expire", "horizon": horizon}
    return catalog._submit(lambda _: [op]).horizon


def collect(
    catalog: "LogCatalog",
    *,
    grace: timedelta = GRACE,
    longest_run: timedelta = LONGEST_RUN,
    dry_run: bool = False,
) -> Collection:
    """Condemn what no live commit names, and delete what was condemned a grace ago.

    Args:
        catalog: The lake.
        grace: How long a file stays after it was written, and again after it was condemned.
        longest_run: The longest that a run may take; the grace must exceed it.
        dry_run: Only say what would happen.

    Raises:
        InvalidInput: The grace is shorter than a day or than the longest run.
        LakeDamaged: Something that is needed cannot be read or is missing; nothing is deleted.
        Conflict: The log moved on again and again while files were marked.
    """
    if grace < LEAST_GRACE or grace <= longest_run:
        raise InvalidInput(
            f"a grace of {grace} is too short: a run may take {longest_run}",
            fix=f"give at least {LEAST_GRACE}, and more than the longest run",
        )
    for attempt in range(_TRIES):
        marked = _mark(catalog, grace)
        if dry_run:
            return marked
        try:
            _condemn(catalog, marked)
        except Conflict:
            if attempt == _TRIES - 1:
                raise
            continue
        doomed = marked.paths("delete")
        assert all(path.startswith(AREAS) for path in doomed)
        catalog.sync()  # what condemned them must outlive them
        catalog.store.delete(doomed)
        return marked
    raise AssertionError("unreachable: the last attempt raises or returns")


def _condemn(catalog: "LogCatalog", marked: Collection) -> None:
    """Put the condemnation at exactly the entry after the mark; the fold refuses any other."""
    paths = marked.paths("condemn")
    if paths:
        op: Op = {"do": "condemn", "at": marked.number + 1, "paths": list(paths)}
        catalog._submit(lambda _: [op])


def _mark(catalog: "LogCatalog", grace: timedelta) -> Collection:
    state = catalog.refresh()
    places = Places((catalog.root, *state.roots))
    live = live_paths(state, catalog.files, places)
    listed = {info.path: info for area in AREAS for info in catalog.store.list(area)}
    _require_listed(live, {canonical(path) for path in listed})
    now = catalog.store.now()
    judge = _Judge(catalog, state, live, now, grace)
    return Collection(state.number, tuple(judge.verdict(info) for info in listed.values()))


def _require_listed(live: Mapping[str, str], listed: set[str]) -> None:
    missing = [path for path in live if path.startswith(AREAS) and path not in listed]
    if missing:
        raise LakeDamaged(
            f"{len(missing)} files that are needed are not there: {missing[0]}, "
            f"for {live[missing[0]]}",
            fix="restore the tables folder from a backup; nothing was deleted",
        )


class _Judge:
    """Decide the fate of single files by the store's clock alone."""

    def __init__(
        self,
        catalog: "LogCatalog",
        state: State,
        live: Mapping[str, str],
        now: datetime,
        grace: timedelta,
    ) -> None:
        self._store = catalog.store
        self._state, self._live, self._now, self._grace = state, live, now, grace
        self._times: dict[int, datetime] = {}

    def verdict(self, info: ObjectInfo) -> Verdict:
        """Judge one file."""
        action, reason = self._fate(info)
        return Verdict(info.path, info.size_bytes, action, reason)

    def _fate(self, info: ObjectInfo) -> tuple[Action, str]:
        needed = self._live.get(canonical(info.path))
        if needed is not None:
            return "keep", f"needed by {needed}"
        entry = self._state.condemned.get(info.path)
        if entry is not None:
            waited = self._now - self._time_of(entry)
            if waited >= self._grace:
                return "delete", f"condemned by entry {entry}, {waited.days} days ago"
            return "wait", f"condemned by entry {entry}; the grace is {self._grace}"
        age = self._now - info.modified
        if age < self._grace:
            return "keep", f"no commit names it yet; it is younger than the grace of {self._grace}"
        return "condemn", "no live commit names it"

    def _time_of(self, entry: int) -> datetime:
        if entry not in self._times:
            info = self._store.head(entry_path(entry))
            self._times[entry] = info.modified if info is not None else self._now
        return self._times[entry]
