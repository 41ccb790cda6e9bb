"""The sources of the live streams."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool

from phlo.errors import InvalidInput
from phlo.model import Ref
from phlo_api.dagster_facts import RunFacts, RunWish
from phlo_api.live import Batch, Event, Read, Watch
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import live as wire
from phlo_api.state import Api
from phlo_api.views import logs
from phlo_api.views import refs as ref_views
from phlo_api.views import runs as run_views

_EVENTS = 500
_OVERLAP = timedelta(seconds=5)
_SETTLED = timedelta(seconds=3)
_FORGET = timedelta(seconds=60)
_SLOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines a tail asks for."""

    run: str | None = None
    asset: str | None = None
    level: Any = None
    q: str | None = None

    def wanted(self, api: Api) -> logs.Wanted:
        """Return the filter as a query of logs has it. Raises ``AssetNotFound``."""
        wish = logs.Wanted(run=self.run, asset=self.asset, level=self.level, q=self.q)
        return wish.of(api)


async def run_log(api: Api, run_id: str, last: str | None) -> Watch:
    """Watch the log of a run from its first line, or from where the reader was."""
    await run_in_threadpool(api.dagster.run, run_id)
    return Watch(f"run:{run_id}", run_log_source(api, run_id), _number(last))


def _number(last: str | None) -> str:
    if last is None or last == "":
        return "0"
    if not last.isascii() or not last.isdigit() or len(last) > 18:
        raise InvalidInput(
            f"{last[:80]!r} is not an event of this stream",
            fix="send the id of the last event, or nothing to begin at the start",
        )
    return str(int(last))


def run_log_source(api: Api, run_id: str) -> Read:
    """Return what reads the log of a run. The end comes when the run is over and has settled."""

    def read(cursor: str) -> Batch:
        run = api.dagster.run(run_id)
        found = api.dagster.events(run_id, int(cursor), _EVENTS, known=True)
        events = [_log_event(line.storage_id, run_views.event(line)) for line in found]
        quiet = datetime.now(UTC) - (run.ended_at or run.updated_at) > _SETTLED
        over = run.is_finished and not found and quiet
        return Batch(events, events[-1].id if events else cursor, over)

    return read


def _log_event(storage_id: int, line: Any) -> Event:  # noqa: ANN401 - a line of a log
    return Event(str(storage_id), "log", wire.LogMoved(line=line).model_dump_json())


async def runs(api: Api, last: str | None) -> Watch:
    """Watch runs as they change, from a little before now."""
    start = datetime.now(UTC) - _OVERLAP
    cursor = last or encode_cursor(start.timestamp(), "")
    decode_cursor(cursor, float, str)
    return Watch("runs", runs_source(api), cursor, _SLOW_S)


def runs_source(api: Api) -> Read:
    """Return what reads the runs that changed after a moment."""

    def read(cursor: str) -> Batch:
        moment, run_id = decode_cursor(cursor, float, str)
        since = datetime.fromtimestamp(moment, UTC) - timedelta(milliseconds=1)
        found = api.dagster.runs(RunWish(updated_after=since), limit=_EVENTS, by_update=True)
        fresh = [
            run for run in found if (run.updated_at.timestamp(), run.run_id) > (moment, run_id)
        ]
        events = [_run_event(run) for run in fresh]
        return Batch(events, events[-1].id if events else cursor)

    return read


def _run_event(run: RunFacts) -> Event:
    place = encode_cursor(run.updated_at.timestamp(), run.run_id)
    return Event(place, "run", wire.RunMoved(run=run_views.shown(run)).model_dump_json())


async def refs(api: Api, last: str | None) -> Watch:
    """Watch refs: all of them first, then those that move."""
    cursor = _number(last)
    read = api.caches.lists.get("refs source", lambda: RefsSource(api))
    return Watch("refs", read, cursor, _SLOW_S)


class RefsSource:
    """Reads the refs that moved since an entry of the log; all of them if it forgot that entry."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: OrderedDict[int, dict[str, Ref]] = OrderedDict()

    def __call__(self, cursor: str) -> Batch:
        """Read what moved after an entry."""
        now = {ref.name: ref for ref in self._api.catalog.refs()}
        number = self._head(now)
        if number == int(cursor):
            self._remember(number, now)
            return Batch([], cursor)
        before = self._known.get(int(cursor), {})
        self._remember(number, now)
        changed = [ref for name, ref in now.items() if before.get(name) != ref]
        removed = sorted(before.keys() - now.keys())
        if not changed and not removed and before:
            return Batch([], str(number))
        moved = wire.RefsMoved(
            number=number,
            changed=[ref_views.shown(self._api, ref) for ref in changed],
            removed=removed,
        )
        event = Event(str(number), "refs", moved.model_dump_json())
        return Batch([event], event.id)

    def _head(self, now: dict[str, Ref]) -> int:
        """Return the newest entry of the log, as far as this process has folded it."""
        state = getattr(self._api.catalog, "state", None)
        if state is not None:
            return int(state.number)
        return max(self._api.catalog.get_commit(ref.commit).number for ref in now.values())

    def _remember(self, number: int, now: dict[str, Ref]) -> None:
        self._known[number] = now
        while len(self._known) > 64:
            self._known.popitem(last=False)


async def tail(api: Api, chosen: Filter, last: str | None) -> Watch:
    """Watch the lines of all runs that match, from now or from where the reader was."""
    if chosen.asset is not None:
        await run_in_threadpool(api.dagster.asset, chosen.asset)
    if chosen.run is not None:
        await run_in_threadpool(api.dagster.run, chosen.run)
    cursor = last if last else await run_in_threadpool(_tail_start, api, chosen)
    _tail_place(cursor)
    name = "tail:" + json.dumps([chosen.run, chosen.asset, chosen.level, chosen.q])
    return Watch(name, tail_source(api, chosen), cursor, _SLOW_S)


def _tail_start(api: Api, chosen: Filter) -> str:
    now = datetime.now(UTC)
    known = {run.run_id: api.dagster.last_event(run.run_id) for run in _watched(api, chosen, now)}
    return _tail_cursor(now.timestamp(), known)


def _tail_cursor(moment: float, known: dict[str, int]) -> str:
    """Write where a tail is: a moment, and a place in each run that was on its way then."""
    return json.dumps([moment, known], separators=(",", ":"))


def _watched(api: Api, chosen: Filter, since: datetime) -> list[RunFacts]:
    if chosen.run is not None:
        return [api.dagster.run(chosen.run)]
    moving = RunWish(statuses=("starting", "started", "canceling"))
    found = {run.run_id: run for run in api.dagster.runs(moving, limit=100)}
    recent = api.dagster.runs(RunWish(updated_after=since - _FORGET), limit=100)
    found.update((run.run_id, run) for run in recent)
    return list(found.values())


def _tail_place(cursor: str) -> tuple[float, dict[str, int]]:
    try:
        moment, known = json.loads(cursor)
        return float(moment), {str(run): int(place) for run, place in known.items()}
    except (ValueError, AttributeError, TypeError) as cause:
        raise InvalidInput(
            f"{cursor[:80]!r} is not an event of this stream", fix="send the id of the last event"
        ) from cause


def tail_source(api: Api, chosen: Filter) -> Read:
    """Return what reads new lines of the runs that are on their way."""
    wanted = chosen.wanted(api)

    def read(cursor: str) -> Batch:
        moment, known = _tail_place(cursor)
        since, now = datetime.fromtimestamp(moment, UTC), datetime.now(UTC)
        watched = _watched(api, chosen, since)
        known = {run.run_id: known.get(run.run_id, 0) for run in watched}
        events = []
        for run in watched:
            for line in api.dagster.events(run.run_id, known[run.run_id], _EVENTS, known=True):
                known[run.run_id] = line.storage_id
                if wanted.match(line):
                    place = _tail_cursor(moment, known)
                    moved = wire.LineMoved(line=logs.line(run, line))
                    events.append(Event(place, "line", moved.model_dump_json()))
        return Batch(events, _tail_cursor(now.timestamp(), known))

    return read
