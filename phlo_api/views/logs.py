"""Logs of all runs, from Dagster's event log."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from phlo_api.dagster_facts import AssetNode, EventFacts, RunFacts, RunWish
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import loki as wire
from phlo_api.state import Api
from phlo_api.views.runs import LEVELS, Lines, event

_RUNS_A_PAGE = 50
_EVENTS = 500
_INNER = re.compile(r"[.\[]")
"""What comes before the step inside a graph, or the key of a step that was mapped."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines a request asks for."""

    run: str | None = None
    asset: str | None = None
    level: Any = None
    start: datetime | None = None
    end: datetime | None = None
    q: str | None = None
    steps: frozenset[str] = frozenset()

    def of(self, api: Api) -> "Wanted":
        """Return the same with the steps of its asset. Raises ``AssetNotFound``."""
        if self.asset is None:
            return self
        return replace(self, steps=steps_of(api.dagster.asset(self.asset)))

    def match(self, found: EventFacts) -> bool:
        """Tell whether a line is wanted."""
        if (self.start and found.time < self.start) or (self.end and found.time > self.end):
            return False
        if self.asset is not None and found.asset != self.asset:
            step = _INNER.split(found.step or "")[0]
            if step not in self.steps:
                return False
        return Lines(level=self.level, q=self.q).match(found)


def steps_of(node: AssetNode) -> frozenset[str]:
    """Return the steps that make an asset and that run its checks, as Dagster names them."""
    step = "__".join(node.key)
    return frozenset({step, *(f"{step}_{check}" for check in node.checks)})


def labels(api: Api) -> wire.LogLabels:
    """Return what lines can be asked by."""
    recent = api.dagster.runs(limit=100)
    return wire.LogLabels(
        labels={
            "level": list(LEVELS),
            "asset": list(api.dagster.assets),
            "run": [run.run_id for run in recent],
            "job": sorted({run.job for run in recent}),
        }
    )


def query(api: Api, wish: Wanted, cursor: str | None, limit: int) -> wire.LogQueryPage:
    """Return a page of lines, newest run first, each run in order."""
    wish = wish.of(api)
    before, within, after = _place(cursor)
    runs = _runs(api, wish, before, within)
    found: list[wire.LogLine] = []
    searched = 0
    for run in runs[:_RUNS_A_PAGE]:
        start = after if run.run_id == within else 0
        searched += 1
        place = _read(api, run, wish, start, limit, found)
        if place is not None:
            following = encode_cursor(before or "", run.run_id, place)
            return _page(found, following, searched)
        before = run.run_id
    more = len(runs) > _RUNS_A_PAGE
    return _page(found, encode_cursor(before or "", "", 0) if more else None, searched)


def _place(cursor: str | None) -> tuple[str | None, str | None, int]:
    if cursor is None:
        return None, None, 0
    before, within, after = decode_cursor(cursor, str, str, int)
    return before or None, within or None, after


def _runs(api: Api, wish: Wanted, before: str | None, within: str | None) -> list[RunFacts]:
    """Return the runs to look through, newest first, one more than a page takes."""
    if wish.run is not None:
        return [api.dagster.run(wish.run)]
    chosen = RunWish(updated_after=wish.start, created_before=wish.end)
    if before is not None:
        api.dagster.run(before)
    if within is not None:
        api.dagster.run(within)
    runs = api.dagster.runs(chosen, before=before, limit=_RUNS_A_PAGE + 1)
    if wish.asset is None:
        return runs
    return [r for r in runs if not r.assets or wish.asset in r.assets]


def _read(
    api: Api, run: RunFacts, wish: Wanted, after: int, limit: int, into: list[wire.LogLine]
) -> int | None:
    """Add the lines of a run; return where to go on if the page is full first."""
    while True:
        events = api.dagster.events(run.run_id, after, _EVENTS, known=True)
        for one in events:
            if wish.match(one):
                if len(into) == limit:
                    return after
                into.append(line(run, one))
            after = one.storage_id
        if len(events) < _EVENTS:
            return None


def line(run: RunFacts, found: EventFacts) -> wire.LogLine:
    """Return a line with its run."""
    return wire.LogLine(**event(found).model_dump(), run_id=run.run_id, job=run.job)


def _page(found: list[wire.LogLine], following: str | None, searched: int) -> wire.LogQueryPage:
    return wire.LogQueryPage(
        items=found, next_cursor=following, runs_searched=searched, complete=following is None
    )
