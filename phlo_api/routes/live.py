"""Live streams: server-sent events over cursors, resumed by Last-Event-ID."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from phlo_api.deps import ApiState, RunPath
from phlo_api.schemas.live import LiveEvent, TailQuery, WatchedEvent
from phlo_api.views import feeds, watches

router = APIRouter(tags=["live"])

LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=16384, description="The last event that arrived."),
]
Watched = Annotated[
    list[Annotated[str, Query(max_length=1200)]],
    Query(
        alias="watch",
        min_length=1,
        max_length=16,
        description="The path of a stream, with its query; any number up to 16.",
        examples=[["/api/live/refs", "/api/loki/tail?level=error"]],
    ),
]


def _events(of: Any) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401 - a type of pydantic
    return {
        200: {
            "description": "Events; each `data` is one of these, as JSON.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "model": of,
        }
    }


_EVENTS = _events(LiveEvent)


@router.get("/api/live/events", response_class=StreamingResponse, responses=_events(WatchedEvent))
async def stream_together(
    api: ApiState, watch: Watched, last_event_id: LastEventId = None
) -> Response:
    """Stream several things over one connection.

    The id of an event is a JSON list of the places of all watches, in their order; a place is the
    id of an event of that stream alone, empty text for a stream that is to begin.
    """
    return await watches.together(api, watch, last_event_id)


@router.get("/api/live/runs", response_class=StreamingResponse, responses=_EVENTS)
async def stream_runs(api: ApiState, last_event_id: LastEventId = None) -> StreamingResponse:
    """Stream runs as they are made and change."""
    return watches.answer(api.live.stream(await feeds.runs(api, last_event_id)))


@router.get("/api/live/runs/{run_id}", response_class=StreamingResponse, responses=_EVENTS)
async def stream_run_log(
    api: ApiState, run_id: RunPath, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Stream the log of a run: no line is lost or repeated, whatever breaks between."""
    return watches.answer(api.live.stream(await feeds.run_log(api, run_id, last_event_id)))


@router.get("/api/live/refs", response_class=StreamingResponse, responses=_EVENTS)
async def stream_refs(api: ApiState, last_event_id: LastEventId = None) -> StreamingResponse:
    """Stream branches and tags as they are made, move and go."""
    return watches.answer(api.live.stream(await feeds.refs(api, last_event_id)))


@router.get("/api/loki/tail", response_class=StreamingResponse, responses=_EVENTS)
async def tail_logs(
    api: ApiState, chosen: Annotated[TailQuery, Query()], last_event_id: LastEventId = None
) -> StreamingResponse:
    """Stream the lines of all runs that match, as they are written."""
    wanted = feeds.Filter(chosen.run, chosen.asset, chosen.level, chosen.q)
    return watches.answer(api.live.stream(await feeds.tail(api, wanted, last_event_id)))
