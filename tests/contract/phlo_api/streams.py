"""Reads server-sent events from an application as a browser does, and goes away when it likes."""

import asyncio
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sent:
    """An event as it arrived."""

    id: str | None
    name: str
    data: str


async def read(
    app: Any,
    path: str,
    *,
    until: Any,
    last: str | None = None,
    timeout_s: float = 20,
    places: list[str] | None = None,
) -> list[Sent]:
    """Read events until ``until(events)`` is true or the stream ends.

    ``places`` takes what a browser would remember: every id, that of the opening too.
    """
    found: list[Sent] = []
    done = asyncio.Event()
    rest = ""

    async def receive() -> dict[str, Any]:
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal rest
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message
        rest += message.get("body", b"").decode()
        while "\n\n" in rest:
            block, rest = rest.split("\n\n", 1)
            if places is not None:
                places.extend(ln[4:] for ln in block.split("\n") if ln.startswith("id: "))
            event = _parse(block)
            if event is not None:
                found.append(event)
        if until(found) or not message.get("more_body", True):
            done.set()

    path, _, query = path.partition("?")
    headers = [(b"host", b"localhost")]
    if last is not None:
        headers.append((b"last-event-id", last.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
        "root_path": "",
    }
    task = asyncio.ensure_future(app(scope, receive, send))
    waiting = asyncio.ensure_future(done.wait())
    await asyncio.wait({task, waiting}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    done.set()
    task.cancel()
    await asyncio.gather(task, waiting, return_exceptions=True)
    return found


def _parse(block: str) -> Sent | None:
    fields: dict[str, list[str]] = {}
    for line in block.split("\n"):
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    if "data" not in fields:
        return None
    ids = fields.get("id")
    return Sent(ids[0] if ids else None, fields["event"][0], "\n".join(fields["data"]))
