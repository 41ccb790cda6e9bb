"""Which asset is made from which: the whole graph, or what lies around one asset."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from phlo_api.deps import ApiState, AssetPath
from phlo_api.schemas import lineage as wire
from phlo_api.views import graph

router = APIRouter(prefix="/api/lineage", tags=["lineage"])
graph_router = APIRouter(prefix="/api/graph", tags=["graph"])

Depth = Annotated[int, Query(ge=1, le=50, description="How many steps away.")]
End = Annotated[str, Query(max_length=600, examples=["raw.flights"])]


@router.get("/assets")
def get_lineage(api: ApiState) -> wire.AssetGraph:
    """Return all assets and what is made from what."""
    return graph.whole(api)


@router.get("/assets/{asset}")
def get_asset_lineage(
    api: ApiState,
    asset: AssetPath,
    direction: Literal["both", "upstream", "downstream"] = "both",
    depth: Depth = 50,
) -> wire.Neighbours:
    """Return what an asset is made from, what is made from it, or both."""
    return graph.neighbours(api, asset, direction, depth)


@graph_router.get("/neighbours/{asset}")
def get_neighbours(api: ApiState, asset: AssetPath, depth: Depth = 2) -> wire.Neighbours:
    """Return the assets around one, to a depth."""
    return graph.neighbours(api, asset, "both", depth)


@graph_router.get("/impact/{asset}")
def get_impact(api: ApiState, asset: AssetPath) -> wire.Impact:
    """Return all that would feel a change of an asset, by owner."""
    return graph.impact(api, asset)


@graph_router.get("/path")
def get_lineage_path(api: ApiState, source: End, target: End) -> wire.LineagePath:
    """Return the shortest ways from one asset to another."""
    return graph.path(api, source, target)
