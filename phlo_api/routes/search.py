"""Search over everything, as it is typed."""

from typing import Annotated

from fastapi import APIRouter, Query

from phlo_api.deps import ApiState, RefText
from phlo_api.schemas.search import HitKind, SearchResult
from phlo_api.views import search

router = APIRouter(prefix="/api/search", tags=["search"])


@router.get("")
def search_everything(
    api: ApiState,
    ref: RefText,
    q: Annotated[str, Query(max_length=200, description="What was typed so far.")],
    kind: Annotated[list[HitKind] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SearchResult:
    """Find tables, columns, assets, runs, checks, branches and saved queries."""
    return search.find(api, ref, q, kind, limit)
