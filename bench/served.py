"""What the benches of the page and its API share: a small project, served in its own process."""

import http.client
import json
import math
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phlo.config import Project, load_project
from phlo.config.runtime import ApiSettings
from phlo_api.starting import API, start_api, stop_all

ROOT = Path(__file__).resolve().parent.parent
WORKSPACE = """load_from:
  - python_file:
      relative_path: {file}
      location_name: phlo
"""

# Settings of whoever runs the bench are not those that are measured, nor are recompiled modules.
for _name in [*os.environ]:
    if _name.startswith(("PHLO_", "DAGSTER_")) or _name == "PYTHONDONTWRITEBYTECODE":
        del os.environ[_name]


@dataclass(frozen=True)
class Served:
    """A project and where its phlo-api answers."""

    project: Project
    address: str
    pid: int


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder, and take it away whatever happens."""
    made = Path(tempfile.mkdtemp(prefix="phlo-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def make_project(root: Path, definitions: str = "") -> Project:
    """Make an empty project; with ``definitions`` its code location is that file."""
    (root / "defs").mkdir(parents=True)
    (root / "phlo.yaml").write_text("name: bench\nauthor: bench\n")
    shutil.copy(ROOT / "dagster.yaml", root)
    if definitions:
        (root / "definitions.py").write_text(definitions)
        (root / "workspace.yaml").write_text(WORKSPACE.format(file="definitions.py"))
    return load_project(root)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


@contextmanager
def serve(project: Project) -> Iterator[Served]:
    """Start phlo-api on a project as `phlo services start` does, and stop it at the end."""
    ports = ApiSettings(port=free_port(), observatory_port=free_port(), gateway_port=free_port())
    try:
        process = start_api(project, ports).process
        yield Served(project, f"http://127.0.0.1:{ports.port}", process.pid)
    finally:
        stop_all(project, (API,))


class Client:
    """One connection to a server, kept open as a browser keeps it."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=120)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> bytes:
        """Ask, and return the whole answer; anything but 200 ends the bench."""
        data = None if body is None else json.dumps(body).encode()
        kind = {} if data is None else {"content-type": "application/json"}
        try:
            self._connection.request(method, path, data, {**kind, **headers})
            answer = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # it was kept open for longer than servers like
            self._connection.request(method, path, data, {**kind, **headers})
            answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {found[:2000]!r}")
        return found

    def get(self, path: str) -> bytes:
        """Ask for a path."""
        return self.send("GET", path)

    def json(self, path: str) -> Any:
        """Ask for a path, and read the answer as JSON."""
        return json.loads(self.get(path))

    def post(self, path: str, body: object) -> bytes:
        """Send JSON to a path."""
        return self.send("POST", path, body)

    def close(self) -> None:
        """Give the connection up."""
        with suppress(OSError):
            self._connection.close()


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all do not exceed: the nearest rank."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]
