"""Live streams: one poller for each thing that is watched, fanned out to whoever watches.

A reader has a cursor of its own. What it missed is read again from the source, from the cursor
that the browser hands back as Last-Event-ID; so a restart loses no event and repeats none.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

_log = logging.getLogger("phlo_api")
KEEP_ALIVE_S = 15.0
_KEPT = 2_000
_RETRY_MS = 1_000


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its id is the cursor after it, ``data`` is JSON text."""

    id: str
    name: str
    data: str

    def encode(self) -> bytes:
        """Return the event as it goes over the wire."""
        lines = "".join(f"data: {line}\n" for line in self.data.split("\n"))
        return f"id: {self.id}\nevent: {self.name}\n{lines}\n".encode()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source had after a cursor; ``over`` means nothing will follow."""

    events: Sequence[Event]
    cursor: str
    over: bool = False


Read = Callable[[str], Batch]
"""Reads what lies after a cursor. It blocks, and runs in a thread."""


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

    async def stream(
        self, name: str, read: Read, cursor: str, *, every_s: float = 0.25
    ) -> AsyncIterator[bytes]:
        """Yield the events after a cursor as they come, until there will be no more."""
        yield f"retry: {_RETRY_MS}\n\n".encode()
        caught_up = await run_in_threadpool(read, cursor)
        while caught_up.events or caught_up.over:
            for event in caught_up.events:
                yield event.encode()
            if caught_up.over:
                yield b"event: end\ndata: {}\n\n"
                return
            cursor = caught_up.cursor
            caught_up = await run_in_threadpool(read, cursor)
        topic = self._join(name, read, every_s, caught_up.cursor)
        try:
            async for chunk in self._follow(topic, caught_up.cursor):
                yield chunk
        finally:
            self._leave(name, topic)

    def _join(self, name: str, read: Read, every_s: float, cursor: str) -> _Topic:
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = _Topic(read, every_s, cursor, cursor)
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

    async def _follow(self, topic: _Topic, cursor: str) -> AsyncIterator[bytes]:
        while not self._closing:
            seen = topic.version
            pending = _after(topic, cursor)
            if pending is None:
                batch = await run_in_threadpool(topic.read, cursor)
                pending, cursor = list(batch.events), batch.cursor
            for event in pending:
                yield event.encode()
                cursor = event.id
            if topic.over and not _after(topic, cursor):
                yield b"event: end\ndata: {}\n\n"
                return
            if not pending and not await _moved(topic, seen):
                yield b": still here\n\n"


async def _moved(topic: _Topic, seen: int) -> bool:
    """Wait until a topic is not as it was seen; False if that takes too long."""
    async with topic.moved:
        try:
            await asyncio.wait_for(
                topic.moved.wait_for(lambda: topic.version != seen), KEEP_ALIVE_S
            )
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
