"""The processes of a project as a person starts them, always on the same port."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from phlo.config import load_project
from phlo_api.processes import family_of
from phlo_api.starting import API, pidfile

WAIT_S = 240


class Services:
    """What `phlo services start` starts."""

    def __init__(self, root: Path, *, daemon: bool) -> None:
        self.project = load_project(root)
        self._daemon = "--daemon" if daemon else "--no-daemon"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._phlo("start", self._daemon, "--port", str(self.port))

    def stop(self) -> None:
        self._phlo("stop")

    def kill(self) -> None:
        """End the HTTP process and all that it started, at once."""
        living = pidfile(self.project, API).living()
        assert living is not None
        for pid in reversed(family_of(living.pid)):
            os.kill(pid, signal.SIGKILL)

    def _phlo(self, *words: str) -> None:
        command = [sys.executable, "-m", "phlo.cli", "services", *words]
        done = subprocess.run(
            [*command, "--project", str(self.project.root)],
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
