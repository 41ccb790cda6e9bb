"""Assets, partitions, freshness and the first page."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from phlo_api.deps import ApiState, AssetPath, Cursor, Limit, Search, tag
from phlo_api.schemas import dagster as wire
from phlo_api.views import assets, freshness, home, partitions

router = APIRouter(prefix="/api/dagster", tags=["dagster"])


@router.get("/health")
def get_dagster_health(api: ApiState) -> wire.DagsterHealth:
    """Say whether work can run: the code location, the files of the project, the daemon."""
    return home.health(api)


@router.get("/home")
def get_home(api: ApiState, request: Request, response: Response) -> wire.Home:
    """Return all that the first page shows. Unchanged facts are a cheap 304."""
    tag(request, response, home.fingerprint(api))
    return home.page(api)


@router.get("/assets")
def list_assets(
    api: ApiState,
    q: Search = None,
    namespace: Annotated[str | None, Query(max_length=200)] = None,
    health: Literal["ok", "warn", "fail", "running", "unknown"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.AssetPage:
    """List assets with their health, sorted by name."""
    return assets.list_page(api, q, namespace, health, cursor, limit)


@router.get("/assets/{asset}")
def get_asset(api: ApiState, asset: AssetPath) -> wire.AssetDetail:
    """Describe an asset: health, declaration, neighbours."""
    return assets.detail(api, asset)


@router.get("/assets/{asset}/history")
def list_materializations(
    api: ApiState,
    asset: AssetPath,
    partition: Annotated[str | None, Query(max_length=300)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> wire.MaterializationPage:
    """List the times an asset was written, newest first, with what was measured."""
    return assets.history(api, asset, partition, cursor, limit)


@router.get("/assets/{asset}/partitions")
def get_partition_grid(
    api: ApiState, asset: AssetPath, cursor: Cursor = None, limit: Limit = 400
) -> wire.PartitionGrid:
    """Return the partitions of an asset by state; the keys newest first, page by page."""
    return partitions.grid(api, asset, cursor, limit)


@router.get("/freshness")
def list_freshness(api: ApiState) -> wire.FreshnessList:
    """List every asset that promised to be fresh, the most overdue first."""
    return freshness.list_all(api)
