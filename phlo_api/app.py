"""The application: routes, failures and safety around one project."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from phlo_api import openapi, problems
from phlo_api.routes import ROUTERS

VERSION = "1.0.0"


def create_router_app() -> FastAPI:
    """Return the application with its routes and nothing behind them."""
    app = FastAPI(
        title="phlo",
        version=VERSION,
        description="The lake, its runs and its checks. Failures are problem+json with code and fix.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app)
    openapi.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
