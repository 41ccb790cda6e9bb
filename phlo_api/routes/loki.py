"""Logs of all runs, from Dagster's event log."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from phlo_api.deps import ApiState, Cursor, Limit, Moment, moment
from phlo_api.schemas import loki as wire
from phlo_api.views import logs

router = APIRouter(prefix="/api/loki", tags=["loki"])


async def wanted(
    run: Annotated[str | None, Query(max_length=64)] = None,
    asset: Annotated[str | None, Query(max_length=600)] = None,
    level: Literal["debug", "info", "warning", "error", "critical"] | None = None,
    start: Moment = None,
    end: Moment = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> logs.Wanted:
    """Return which lines a request asks for."""
    return logs.Wanted(run, asset, level, moment(start), moment(end), q)


@router.get("/labels")
def list_log_labels(api: ApiState) -> wire.LogLabels:
    """List what lines can be asked by, with the values there are."""
    return logs.labels(api)


@router.get("/query")
def query_logs(
    api: ApiState,
    wish: Annotated[logs.Wanted, Depends(wanted)],
    cursor: Cursor = None,
    limit: Limit = 200,
) -> wire.LogQueryPage:
    """Find lines by run, asset, level, time and text."""
    return logs.query(api, wish, cursor, limit)
