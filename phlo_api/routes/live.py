"""Live streams: server-sent events over cursors, resumed by Last-Event-ID."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from phlo_api.deps import ApiState, RunPath
from phlo_api.schemas.live import LiveEvent
from phlo_api.views import feeds

router = APIRouter(tags=["live"])

LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=4096, description="The last event that arrived."),
]
_EVENTS: dict[int | str, dict[str, object]] = {
    200: {
        "description": "Events; each `data` is one of these, as JSON.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "model": LiveEvent,
    }
}


@router.get("/api/live/runs", response_class=StreamingResponse, responses=_EVENTS)
async def stream_runs(api: ApiState, last_event_id: LastEventId = None) -> StreamingResponse:
    """Stream runs as they are made and change."""
    return await feeds.runs(api, last_event_id)


@router.get("/api/live/runs/{run_id}", response_class=StreamingResponse, responses=_EVENTS)
async def stream_run_log(
    api: ApiState, run_id: RunPath, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Stream the log of a run: no line is lost or repeated, whatever breaks between."""
    return await feeds.run_log(api, run_id, last_event_id)


@router.get("/api/live/refs", response_class=StreamingResponse, responses=_EVENTS)
async def stream_refs(api: ApiState, last_event_id: LastEventId = None) -> StreamingResponse:
    """Stream branches and tags as they are made, move and go."""
    return await feeds.refs(api, last_event_id)


@router.get("/api/loki/tail", response_class=StreamingResponse, responses=_EVENTS)
async def tail_logs(
    api: ApiState,
    run: Annotated[str | None, Query(max_length=64)] = None,
    asset: Annotated[str | None, Query(max_length=600)] = None,
    level: Literal["debug", "info", "warning", "error", "critical"] | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    last_event_id: LastEventId = None,
) -> StreamingResponse:
    """Stream the lines of all runs that match, as they are written."""
    return await feeds.tail(api, feeds.Filter(run, asset, level, q), last_event_id)
