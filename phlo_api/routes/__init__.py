"""Routes: decode, call, encode."""

from fastapi import APIRouter

from phlo_api.routes import (
    automation,
    dagster,
    diff,
    iceberg,
    lineage,
    live,
    loki,
    nessie,
    process,
    quality,
    runs,
    search,
    system,
    trino,
)

ROUTERS: tuple[APIRouter, ...] = (
    iceberg.router,
    trino.router,
    nessie.router,
    dagster.router,
    runs.router,
    automation.router,
    quality.router,
    lineage.router,
    lineage.graph_router,
    diff.router,
    loki.router,
    live.router,
    search.router,
    system.router,
    process.router,
)
"""Every route family, in the order of the document."""
