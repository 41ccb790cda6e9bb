"""Live streams: one poller for each thing that is watched, fanned out to whoever watches.

A reader has a cursor of its own. What it missed is read again from the source, from the cursor
that the browser hands back as Last-Event-ID; so a restart loses no event and repeats none. Several
things can be watched over one connection, of which a browser has six for all its windows.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

_log = logging.getLogger("phlo_api")
KEEP_ALIVE_S = 15.0
_KEPT = 2_000
_RETRY_MS = 1_000
_QUEUED = 256
_STILL_HERE = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its id is the cursor after it, ``data`` is JSON text. The end has no id."""

    id: str
    name: str
    data: str

    def encode(self) -> bytes:
        """Return the event as it goes over the wire."""
        lines = "".join(f"data: {line}\n" for line in self.data.split("\n"))
        place = f"id: {self.id}\n" if self.id else ""
        return f"{place}event: {self.name}\n{lines}\n".encode()


_END = Event("", "end", "{}")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source had after a cursor; ``over`` means nothing will follow."""

    events: Sequence[Event]
    cursor: str
    over: bool = False


Read = Callable[[str], Batch]
"""Reads what lies after a cursor. It blocks, and runs in a thread."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that a reader watches, from a cursor on. The same name is polled once."""

    name: str
    read: Read
    cursor: str
    every_s: float = 0.25


@dataclass
class _Topic:
    """One thing that is watched by at least one reader."""

    read: Read
    every_s: float
    start: str
    cursor: str
    events: deque[tuple[str, Event]] = field(default_factory=deque)
    over: bool = False
    version: int = 0
    readers: int = 0
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: "asyncio.Task[None] | None" = None


class Hub:
    """The topics of one process. Belongs to one event loop."""

    def __init__(self) -> None:
        self._topics: dict[str, _Topic] = {}
        self._closing = False

    @property
    def topics(self) -> int:
        """How many things are watched."""
        return len(self._topics)

    def close(self) -> None:
        """Stop all pollers; readers end."""
        self._closing = True
        for topic in self._topics.values():
            if topic.task is not None:
                topic.task.cancel()
        self._topics.clear()

    async def stream(self, watch: Watch) -> AsyncGenerator[bytes]:
        """Yield the events after a cursor as they come, until there will be no more."""
        yield _opening(watch.cursor)
        async with aclosing(self._events(watch)) as events:
            async for event in events:
                yield _STILL_HERE if event is None else event.encode()

    async def together(self, watches: Sequence[Watch]) -> AsyncGenerator[bytes]:
        """Yield the events of several watches over one connection.

        The id of each event is a JSON list, the cursors of all watches; its data says which watch
        it is of, by place. The end of one watch has no id and does not end the others.
        """
        cursors = [watch.cursor for watch in watches]
        yield _opening(json.dumps(cursors))
        arrived: asyncio.Queue[tuple[int, Event | Exception | None]] = asyncio.Queue(_QUEUED)
        tasks = [
            asyncio.create_task(self._pump(place, watch, arrived))
            for place, watch in enumerate(watches)
        ]
        left = len(tasks)
        try:
            while left:
                try:
                    # Not wait_for, which forgets that it was cancelled when both come at once.
                    async with asyncio.timeout(KEEP_ALIVE_S):
                        place, event = await arrived.get()
                except TimeoutError:
                    yield _STILL_HERE
                    continue
                if event is None:
                    left -= 1
                elif isinstance(event, Exception):
                    raise event
                else:
                    cursors[place] = event.id or cursors[place]
                    yield _of_many(place, event, cursors).encode()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pump(
        self,
        place: int,
        watch: Watch,
        arrived: "asyncio.Queue[tuple[int, Event | Exception | None]]",
    ) -> None:
        """Hand on the events of one watch, then None."""
        try:
            async with aclosing(self._events(watch)) as events:
                async for event in events:
                    if event is not None:
                        await arrived.put((place, event))
        except Exception as error:  # noqa: BLE001 - raised by who reads the queue
            await arrived.put((place, error))
        await arrived.put((place, None))

    async def _events(self, watch: Watch) -> AsyncGenerator[Event | None]:
        """Yield events, None where nothing happened for a while, and the end if there is one."""
        caught_up = await run_in_threadpool(watch.read, watch.cursor)
        while caught_up.events or caught_up.over:
            for event in caught_up.events:
                yield event
            if caught_up.over:
                yield _END
                return
            caught_up = await run_in_threadpool(watch.read, caught_up.cursor)
        topic = self._join(watch, caught_up.cursor)
        try:
            async with aclosing(self._follow(topic, caught_up.cursor)) as events:
                async for later in events:
                    yield later
        finally:
            self._leave(watch.name, topic)

    def _join(self, watch: Watch, cursor: str) -> _Topic:
        topic = self._topics.get(watch.name)
        if topic is None:
            topic = _Topic(watch.read, watch.every_s, cursor, cursor)
            self._topics[watch.name] = topic
            topic.task = asyncio.create_task(self._poll(topic))
        topic.readers += 1
        return topic

    def _leave(self, name: str, topic: _Topic) -> None:
        topic.readers -= 1
        if topic.readers == 0:
            if topic.task is not None:
                topic.task.cancel()
            if self._topics.get(name) is topic:
                del self._topics[name]

    async def _poll(self, topic: _Topic) -> None:
        while not topic.over:
            try:
                batch = await run_in_threadpool(topic.read, topic.cursor)
            except Exception:  # noqa: BLE001 - readers stay; the source is asked again
                _log.exception("a live source failed; it is asked again")
                await asyncio.sleep(4 * topic.every_s)
                continue
            if batch.events or batch.over:
                await self._publish(topic, batch)
            topic.cursor = batch.cursor
            if not batch.events:
                await asyncio.sleep(topic.every_s)

    async def _publish(self, topic: _Topic, batch: Batch) -> None:
        async with topic.moved:
            before = topic.cursor
            for event in batch.events:
                topic.events.append((before, event))
                before = event.id
            while len(topic.events) > _KEPT:
                topic.events.popleft()
            topic.start = topic.events[0][0] if topic.events else batch.cursor
            topic.cursor = batch.cursor
            topic.over = batch.over
            topic.version += 1
            topic.moved.notify_all()

    async def _follow(self, topic: _Topic, cursor: str) -> AsyncGenerator[Event | None]:
        while not self._closing:
            seen = topic.version
            pending = _after(topic, cursor)
            if pending is None:
                batch = await run_in_threadpool(topic.read, cursor)
                pending, cursor = list(batch.events), batch.cursor
            for event in pending:
                yield event
                cursor = event.id
            if topic.over and not _after(topic, cursor):
                yield _END
                return
            if not pending and not await _moved(topic, seen):
                yield None


def _opening(cursor: str) -> bytes:
    """Say where a reader begins: it may be cut off before the first event."""
    return f"retry: {_RETRY_MS}\nid: {cursor}\n\n".encode()


def _of_many(place: int, event: Event, cursors: Sequence[str]) -> Event:
    """Return an event as it goes over a connection of several watches."""
    body = "null" if event is _END else event.data
    data = f'{{"watch":{place},"event":{body}}}'
    return Event(json.dumps(cursors) if event.id else "", event.name, data)


async def _moved(topic: _Topic, seen: int) -> bool:
    """Wait until a topic is not as it was seen; False if that takes too long."""
    async with topic.moved:
        try:
            async with asyncio.timeout(KEEP_ALIVE_S):
                await topic.moved.wait_for(lambda: topic.version != seen)
        except TimeoutError:
            return False
    return True


def _after(topic: _Topic, cursor: str) -> list[Event] | None:
    """Return what a topic keeps after a cursor; None if it does not reach back that far."""
    if cursor == topic.cursor or not topic.events:
        return []
    for place, (before, _) in enumerate(topic.events):
        if before == cursor:
            return [event for _, event in list(topic.events)[place:]]
    if topic.events[-1][1].id == cursor:
        return []
    return None
