"""Servers for the browser: an application in a thread of this process."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from phlo_api.app import Application, create_app
from phlo_api.dagster_reads import process_context
from phlo_api.serve import server_of
from phlo_api.serving import Serving
from tests.contract.phlo_api.world import DEFINITIONS, World

STOP_S = 30
P = ParamSpec("P")
T = TypeVar("T")


def apart(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Call in a thread of its own: Playwright holds the event loop of that of the tests."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args, **named).result()


def app_of(world: World, serving: Serving | None = None) -> Application:
    """Return an application over a world, with the page that was built.

    The code location is loaded once more: an application that ends closes what it was given.
    """
    context = apart(process_context, world.instance, world.project.root, file=DEFINITIONS)
    return create_app(
        world.project,
        catalog=world.catalog,
        context=context,
        settings=serving or Serving(),
        warm=True,
    )


@contextmanager
def served(app: Application) -> Iterator[str]:
    """Serve an application on a free port of the loopback; yield its address."""
    server = server_of(app)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it ends after pytest's streams
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_S)
    app.api.live.close()
    app.api.queries.close()
