"""The difference of two refs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from phlo_api.deps import ApiState, Cursor, Limit, TablePath, tag
from phlo_api.schemas import diff as wire
from phlo_api.views import compare, row_diff

router = APIRouter(prefix="/api/diff", tags=["diff"])

Left = Annotated[str, Query(max_length=300, description="The earlier ref.", examples=["main"])]
Right = Annotated[str, Query(max_length=300, description="The later ref.", examples=["dev"])]


@router.get("")
def diff_refs(
    api: ApiState, request: Request, response: Response, left: Left, right: Right
) -> wire.RefDiff:
    """Compare all tables of two refs: columns, files, rows, from metadata alone."""
    pair = compare.pair(api, left, right)
    tag(request, response, *(commit.id for commit in pair))
    return compare.diff(api, left, right, pair)


@router.get("/rows/{table}")
def diff_rows(
    api: ApiState,
    table: TablePath,
    left: Left,
    right: Right,
    key: Annotated[list[str] | None, Query(max_length=50, description="Columns.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.RowDiff:
    """Compare the rows of a table by key, reading only the files that differ."""
    pair = compare.pair(api, left, right)
    return row_diff.page(api, table, row_diff.Sides(left, right, *pair), key, cursor, limit)
