"""Checks: score, results over time, failing rows."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from phlo_api.deps import ApiState, AssetPath, CheckPath, Cursor, GivenRef, Limit
from phlo_api.schemas import quality as wire
from phlo_api.schemas.common import CheckStatus
from phlo_api.views import checks, failing, scores

router = APIRouter(prefix="/api/quality", tags=["quality"])

_CHECK = "/checks/{asset}/{check}"


@router.get("/overview")
def get_quality_overview(
    api: ApiState, days: Annotated[int, Query(ge=1, le=90)] = 14
) -> wire.QualityOverview:
    """Return the score now, by asset and over time."""
    return scores.overview(api, days)


@router.get("/checks")
def list_checks(
    api: ApiState,
    asset: Annotated[str | None, Query(max_length=600)] = None,
    status: CheckStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.CheckPage:
    """List checks with their latest results, failing ones first."""
    return checks.list_page(api, asset, status, cursor, limit)


@router.get("/failing")
def list_failing_checks(api: ApiState, cursor: Cursor = None, limit: Limit = 100) -> wire.CheckPage:
    """List the checks that fail or warn."""
    return checks.failing_page(api, cursor, limit)


@router.get(_CHECK)
def get_check(api: ApiState, asset: AssetPath, check: CheckPath) -> wire.CheckDetail:
    """Describe a check and its latest result."""
    return checks.detail(api, asset, check)


@router.get(_CHECK + "/history")
def list_check_history(
    api: ApiState, asset: AssetPath, check: CheckPath, cursor: Cursor = None, limit: Limit = 50
) -> wire.CheckHistory:
    """List the executions of a check with their measured values, newest first."""
    return checks.history(api, asset, check, cursor, limit)


@router.get(_CHECK + "/rows")
def get_failing_rows(
    api: ApiState,
    ref: GivenRef,
    asset: AssetPath,
    check: CheckPath,
    when: Annotated[
        Literal["then", "now"], Query(description="As the check saw it, or as the ref is now.")
    ] = "then",
    execution: Annotated[int | None, Query(ge=0, description="Null: the latest.")] = None,
    limit: Limit = 100,
) -> wire.FailingRows:
    """Return the rows that fail a check."""
    return failing.rows(api, asset, check, failing.When(when, execution, ref), limit)
