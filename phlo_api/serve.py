"""The process itself: ``python -m phlo_api.serve`` answers on sockets that it was handed."""

import argparse
import socket
from pathlib import Path

import uvicorn

from phlo.config import load_project, load_runtime
from phlo_api.app import Application, create_app
from phlo_api.serving import serving_of

_GRACE_S = 3


def build(project_path: Path | None = None, host: str | None = None) -> Application:
    """Build the application of a project as its settings say."""
    project = load_project(project_path)
    runtime = load_runtime(project.root, project.environment)
    serving = serving_of(runtime.api, host=host)
    return create_app(project, settings=serving, runtime=runtime, warm=True)


def server_of(app: Application) -> uvicorn.Server:
    """Return a server for an application, with bounds of its own below those of the gate."""
    config = uvicorn.Config(
        app,
        log_level="info",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        h11_max_incomplete_event_size=2 * app.api.serving.max_header_bytes,
        ws_max_size=16 * 2**20,
        limit_concurrency=512,
    )
    return uvicorn.Server(config)


def main() -> None:
    """Serve a project on the sockets whose numbers are given."""
    parser = argparse.ArgumentParser(prog="phlo-api", description=main.__doc__)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--host")
    parser.add_argument("--sockets", required=True, help="File descriptors, comma between.")
    chosen = parser.parse_args()
    sockets = [socket.socket(fileno=int(number)) for number in chosen.sockets.split(",")]
    server_of(build(chosen.project, chosen.host)).run(sockets=sockets)


if __name__ == "__main__":
    main()
