"""Search over everything."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import Wire

HitKind = Literal["table", "column", "asset", "run", "check", "branch", "tag", "query"]


class Hit(Wire):
    """Something that was found."""

    kind: HitKind
    id: str = Field(examples=["raw.flights"])
    title: str
    detail: str
    parent: str | None = Field(description="The table of a column, the asset of a check.")
    score: float


class SearchResult(Wire):
    """What was found, the best first."""

    query: str
    total: int
    elapsed_ms: float
    items: list[Hit]
