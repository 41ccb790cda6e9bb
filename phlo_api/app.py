"""The application: routes, failures and safety around one project."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute

from phlo.config import Project, Runtime, load_runtime
from phlo.declare import Declarations
from phlo.errors import PhloError
from phlo.ports import Catalog, ObjectStore
from phlo.store import open_store
from phlo_api import openapi, problems
from phlo_api.caching import Caches
from phlo_api.dagster_reads import Context, DagsterReads
from phlo_api.declared import Declared
from phlo_api.live import Hub
from phlo_api.location import open_context, open_instance
from phlo_api.measuring import Measurements
from phlo_api.queries import QueryBook
from phlo_api.routes import ROUTERS
from phlo_api.safety.guarded import App, Guarded, Receive, Scope, Send
from phlo_api.serving import Serving
from phlo_api.state import Api
from phlo_api.ui import Page
from phlo_api.views import search

if TYPE_CHECKING:
    from phlo.engine.workers import WorkerPool

VERSION = "1.0.0"
DAGSTER = "/dagster"
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_router_app() -> FastAPI:
    """Return the application with its routes and nothing behind them."""
    app = FastAPI(
        title="phlo",
        version=VERSION,
        description="The lake, its runs and its checks. "
        "What fails is problem+json with a code and a fix.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app, ROUTERS)
    openapi.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


@dataclass(frozen=True)
class Application:
    """What a server runs: the gate, and what stands behind it."""

    api: Api
    routes: FastAPI
    gate: Guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        await self.gate(scope, receive, send)


def create_app(
    project: Project,
    *,
    catalog: Catalog | None = None,
    instance: dg.DagsterInstance | None = None,
    context: Context | None = None,
    workers: "WorkerPool | None" = None,
    settings: Serving | None = None,
    runtime: Runtime | None = None,
    declarations: Declarations | None = None,
    static: Path | None = None,
    warm: bool = False,
) -> Application:
    """Build the application of a project from what is given, and the project's own for the rest.

    Args:
        project: The project.
        catalog: Its catalog; opened from the project otherwise.
        instance: Dagster's instance; that of the project otherwise.
        context: A loaded code location; loaded in this process otherwise.
        workers: The query workers; started at the first query otherwise.
        settings: How the process listens and what it lets in.
        runtime: The settings of `lakehouse.toml`.
        declarations: What the project declares; loaded when it is needed otherwise.
        static: The folder of the built page.
        warm: Start the query workers along with the server.
    """
    serving, bounds = settings or Serving(), runtime or load_runtime(project.root)
    opened = catalog if catalog is not None else _open_catalog(project)
    location = context or open_context(project, instance or open_instance(project))
    pool = workers
    api = Api(
        project=project,
        runtime=bounds,
        serving=serving,
        catalog=opened,
        store=_store_of(opened, project),
        dagster=DagsterReads(location),
        declared=Declared(project, declarations),
        queries=QueryBook(opened, lambda: pool or _make_pool(opened, bounds)),
        live=Hub(),
        caches=Caches(),
        measurements=Measurements(),
    )
    routes = create_router_app()
    routes.state.api = api
    routes.router.lifespan_context = _lifespan(api, location, warm)
    _add_page(routes, Page(static), serving.base_path)
    dagster_ui = _dagster_app(location, f"{serving.base_path}{DAGSTER}")
    gate = Guarded(_dispatch(routes, dagster_ui, serving), serving, api.measurements)
    return Application(api, routes, gate)


def _open_catalog(project: Project) -> Catalog:
    from phlo.catalog import open_catalog

    return open_catalog(project)


def _store_of(catalog: Catalog, project: Project) -> ObjectStore:
    store: ObjectStore | None = getattr(catalog, "store", None)
    return store if store is not None else open_store(project)


def _make_pool(catalog: Catalog, runtime: Runtime) -> "WorkerPool":
    from phlo.engine.workers import Limits, WorkerPool

    query = runtime.query
    limits = Limits(query.max_rows, query.max_bytes, query.timeout_s, query.memory_mb)
    return WorkerPool(catalog, size=query.workers, limits=limits)


def _lifespan(api: Api, context: Context, warm: bool) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=_warm, args=(api,), name="phlo-warm", daemon=True).start()
        yield
        api.live.close()
        api.queries.close()
        context.__exit__(None, None, None)

    return lifespan


def _warm(api: Api) -> None:
    """Start the workers and make what search looks through, so that nobody waits for them."""
    api.queries.warm()
    with suppress(PhloError):  # a lake that cannot be read is said where it is asked for
        search.warm(api)


def _add_page(routes: FastAPI, page: Page, base: str) -> None:
    """Answer every path that no route has with the page; added last, since it takes all."""

    async def observatory(request: Request) -> Response:
        found = page.answer(request, base)
        return problems.no_route(request) if found is None else found

    routes.add_api_route(
        "/{path:path}", observatory, methods=["GET", "HEAD"], include_in_schema=False
    )


def _dagster_app(context: Context, prefix: str) -> App:
    from dagster_webserver.app import create_app_from_workspace_process_context

    app: App = create_app_from_workspace_process_context(context, path_prefix=prefix)
    return app


def _dispatch(routes: App, dagster_ui: App, serving: Serving) -> App:
    """Hand what lies under /dagster to Dagster's own page, with its websockets."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != "lifespan" and (path == DAGSTER or path.startswith(f"{DAGSTER}/")):
            scope["path"] = f"{serving.base_path}{path}"
            scope["raw_path"] = scope["path"].encode()
            await dagster_ui(scope, receive, send)
            return
        await routes(scope, receive, send)

    return dispatch
