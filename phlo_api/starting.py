"""Starting, stopping and looking at the processes of a project."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from phlo.config import Project
from phlo.config.environment import variables
from phlo.config.processes import birth_of
from phlo.config.runtime import ApiSettings
from phlo.errors import PhloError
from phlo_api.ports import Listening, Wish, listen
from phlo_api.processes import Pidfile, Process, ask, stop

API, DAEMON = "phlo-api", "dagster-daemon"
NAMES = (API, DAEMON)
_PATIENCE_S = 180.0
_STOP_S = 6.0
_WORKSPACE = """load_from:
  - python_module:
      module_name: phlo_defs.definitions
      location_name: phlo
"""


class StartFailed(PhloError):
    """A process ended before it was ready, or never became so."""

    code = "start-failed"


@dataclass(frozen=True, slots=True)
class Started:
    """A process that runs; ``is_new`` is False if it ran before, ``moved`` says which ports did."""

    process: Process
    is_new: bool
    moved: tuple[str, ...] = ()


def pidfile(project: Project, name: str) -> Pidfile:
    """Return the pid file of a process of a project."""
    return Pidfile(project.state_dir / "run", name)


def wishes(settings: ApiSettings, port: int | None = None) -> list[Wish]:
    """Return the ports of a process; a setting that is not the default was asked for."""
    default = ApiSettings()
    found = [
        Wish("the API", settings.port, settings.port != default.port),
        Wish(
            "Observatory",
            settings.observatory_port,
            settings.observatory_port != default.observatory_port,
        ),
        Wish("the gateway", settings.gateway_port, settings.gateway_port != default.gateway_port),
    ]
    if port is not None:
        found[0] = Wish("the API", port, is_explicit=True)
    return found


def start_api(project: Project, settings: ApiSettings, *, port: int | None = None) -> Started:
    """Start the HTTP process in the background and wait until it answers.

    Raises:
        Conflict: A port that was asked for is taken.
        StartFailed: It did not become ready; the log says why.
    """
    file = pidfile(project, API)
    running = file.living()
    if running is not None:
        return Started(running, is_new=False)
    found = [listen(settings.host, wish) for wish in wishes(settings, port)]
    numbers = [one.socket.fileno() for one in found]
    command = [
        *(sys.executable, "-m", "phlo_api.serve", "--project", str(project.root)),
        *("--host", settings.host, "--sockets", ",".join(map(str, numbers))),
    ]
    addresses = tuple(_address(settings, one) for one in found)
    try:
        process = _spawn(project, file, command, addresses, numbers)
    finally:
        for one in found:
            one.socket.close()
    _wait_ready(process, found[0], settings)
    moved = tuple(
        f"port {one.moved_from} is taken: {one.what} is on {one.port}"
        for one in found
        if one.moved_from is not None
    )
    return Started(process, is_new=True, moved=moved)


def _address(settings: ApiSettings, one: Listening) -> str:
    host = "localhost" if settings.host in {"127.0.0.1", "::1"} else settings.host
    return f"http://{host}:{one.port}{settings.base_path.rstrip('/')}"


def start_daemon(project: Project) -> Started:
    """Start Dagster's daemon in the background: schedules, sensors, the queue of runs."""
    file = pidfile(project, DAEMON)
    running = file.living()
    if running is not None:
        return Started(running, is_new=False)
    workspace = project.root / "workspace.yaml"
    if not workspace.is_file():
        workspace = project.state_dir / "run" / "workspace.yaml"
        workspace.parent.mkdir(parents=True, exist_ok=True)
        workspace.write_text(_WORKSPACE, encoding="utf-8")
    command = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(workspace)]
    return Started(_spawn(project, file, command, (), ()), is_new=True)


def _spawn(
    project: Project,
    file: Pidfile,
    command: Sequence[str],
    addresses: tuple[str, ...],
    sockets: Sequence[int],
) -> Process:
    """Start a process of its own session, with its output in a log and SIGINT as it should be."""
    file.file.parent.mkdir(parents=True, exist_ok=True)
    with file.log.open("ab") as log:
        child = subprocess.Popen(
            command,
            cwd=project.root,
            env=_environment(project),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=tuple(sockets),
            preexec_fn=_reset_interrupt,  # a shell's & leaves SIGINT ignored, and Dagster with it
        )
    born = birth_of(child.pid)
    process = Process(file.name, child.pid, born, addresses, datetime.now(UTC), str(file.log))
    file.write(process)
    return process


def _reset_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _environment(project: Project) -> dict[str, str]:
    found = variables()
    found["PHLO_PROJECT"] = str(project.root)
    found.setdefault("DAGSTER_HOME", str(dagster_home(project)))
    found["DAGSTER_DISABLE_TELEMETRY"] = "1"
    found["PYTHONUNBUFFERED"] = "1"
    return found


def dagster_home(project: Project) -> Path:
    """Return the folder that holds `dagster.yaml`, or the history where there is none."""
    if (project.root / "dagster.yaml").is_file():
        return project.root
    home = project.state_dir / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _wait_ready(process: Process, where: Listening, settings: ApiSettings) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
        if not process.is_alive:
            raise StartFailed(
                f"{process.name} ended before it was ready:\n{tail(Path(process.log))}",
                fix=f"mend what its log says: {process.log}",
            )
        if _answers(settings.host, where.port):
            return
        time.sleep(0.1)
    stop(process)
    raise StartFailed(
        f"{process.name} did not answer within {_PATIENCE_S:g} s", fix=f"see {process.log}"
    )


def _answers(host: str, port: int) -> bool:
    reach = "127.0.0.1" if host == "0.0.0.0" else host
    connection = http.client.HTTPConnection(reach, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"host": "localhost"})
        return connection.getresponse().status in {200, 503}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def tail(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def stop_all(
    project: Project, names: Sequence[str] = NAMES, said: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Stop the processes of a project and all that came of them; return those that ran."""
    running = [found for name in names if (found := pidfile(project, name).living()) is not None]
    for process in running:
        said(process.name)
        ask(process)
    for process in running:
        stop(process, patience_s=_STOP_S)
    for name in names:
        pidfile(project, name).remove()
    return [process.name for process in running]
