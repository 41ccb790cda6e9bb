"""What a supervisor asks: health and metrics."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from phlo_api.deps import ApiState
from phlo_api.schemas.system import Healthz
from phlo_api.views import metrics, process

router = APIRouter(tags=["process"])


@router.get("/healthz")
def get_healthz(api: ApiState, response: Response) -> Healthz:
    """Say whether this process can do its work; 503 if the lake cannot be read."""
    return process.healthz(api, response)


@router.get("/metrics", response_class=PlainTextResponse)
def get_metrics(api: ApiState) -> PlainTextResponse:
    """Return measurements in Prometheus' text format."""
    return PlainTextResponse(metrics.text(api), media_type=metrics.MEDIA_TYPE)
