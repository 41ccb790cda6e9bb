"""Several things watched over one connection."""

import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from phlo.errors import InvalidInput, PhloError
from phlo_api.live import Watch
from phlo_api.schemas import live as wire
from phlo_api.state import Api
from phlo_api.views import feeds

_RUN = "/api/live/runs/"
_KNOWN = "/api/live/refs, /api/live/runs, /api/live/runs/<run>, /api/loki/tail?<filters>"


def answer(stream: AsyncGenerator[bytes]) -> StreamingResponse:
    """Return a stream as the answer to a request."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def together(api: Api, paths: Sequence[str], last: str | None) -> Response:
    """Answer with the streams of these paths as one.

    The problem of one watch is the answer to all; its `instance` is the path of that watch.
    """
    from phlo_api.problems import problem  # which knows the routes, which know this

    places = _places(last, len(paths))
    watches = []
    for path, place in zip(paths, places, strict=True):
        try:
            watches.append(await watch(api, path, place or None))
        except PhloError as error:
            return problem(error, path)
    return answer(api.live.together(watches))


async def watch(api: Api, path: str, last: str | None) -> Watch:
    """Return what the stream at a path watches."""
    parts = urlsplit(path)
    if parts.path == "/api/loki/tail":
        return await feeds.tail(api, _filter(path, parts.query), last)
    if not parts.query and parts.path == "/api/live/refs":
        return await feeds.refs(api, last)
    if not parts.query and parts.path == "/api/live/runs":
        return await feeds.runs(api, last)
    run = unquote(parts.path.removeprefix(_RUN))
    if parts.query or not parts.path.startswith(_RUN) or not 0 < len(run) <= 64:
        raise InvalidInput(f"{path[:200]!r} is not a stream", fix=f"watch one of: {_KNOWN}")
    return await feeds.run_log(api, run, last)


def _filter(path: str, query: str) -> feeds.Filter:
    try:
        asked = wire.TailQuery.model_validate(dict(parse_qsl(query, strict_parsing=bool(query))))
    except ValueError as error:
        said = _first(error) if isinstance(error, ValidationError) else str(error)
        raise InvalidInput(
            f"{path[:200]!r}: {said}",
            fix="filter by run, asset, level and q, as /api/loki/tail does",
        ) from error
    return feeds.Filter(asked.run, asked.asset, asked.level, asked.q)


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"


def _places(last: str | None, count: int) -> list[str]:
    """Return where each watch was; empty text for one that begins."""
    if not last:
        return [""] * count
    try:
        places: Any = json.loads(last)
    except ValueError:
        places = None
    fits = isinstance(places, list) and all(isinstance(place, str) for place in places)
    if not fits or len(places) != count:
        raise InvalidInput(
            f"{last[:80]!r} is not an event of these {count} streams",
            fix="send the id of the last event, or a list of one place for each watch",
        )
    return list(places)
