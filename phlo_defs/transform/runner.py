"""The parent's side of the dbt worker: start it early, ask it, and end it."""

import atexit
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from phlo.config import Project
from phlo.engine.scratch import make_scratch, remove_scratch
from phlo.errors import NotFound, PhloError, SourceFailed
from phlo_defs.transform.folder import DbtFolder, find_dbt
from phlo_defs.transform.protocol import (
    Finished,
    NodeDone,
    Request,
    decode_event,
    encode_request,
)

_PATIENCE_S = 5
_LONGEST_LOG = 4 * 1024 * 1024
_WORKER = "phlo_defs.transform.worker"
_workers: dict[Path, "DbtWorker"] = {}
_lock = threading.Lock()


class DbtWorker:
    """One process of dbt that serves one request at a time."""

    def __init__(self, dbt: DbtFolder) -> None:
        self._turn = threading.Lock()
        self._scratch = make_scratch("dbt")
        with _opened(dbt.log) as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _WORKER, dbt.to_text(), self._scratch],
                env=dbt.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    def run(self, request: Request) -> Iterator[NodeDone | Finished]:
        """Yield what happens, as it happens; ``Finished`` is the last.

        An iteration that is left early ends the process: its run is never committed.

        Raises:
            PhloError: What the worker could not do.
            SourceFailed: If the worker died, for example for lack of memory.
        """
        with self._turn:
            ended = False
            try:
                for event in self._events(request):
                    if isinstance(event, PhloError):
                        ended = True
                        raise event
                    ended = isinstance(event, Finished)
                    yield event
            finally:
                if not ended:
                    self.stop()

    def _events(self, request: Request) -> Iterator[NodeDone | Finished | PhloError]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError("the pipes of the dbt worker were not opened")
        try:
            stdin.write(encode_request(request))
            stdin.flush()
        except OSError as error:
            raise self._died() from error
        for line in stdout:
            event = decode_event(line)
            yield event
            if not isinstance(event, NodeDone):
                return
        raise self._died()

    def _died(self) -> SourceFailed:
        status = self._process.wait()
        return SourceFailed(
            f"the dbt worker ended with status {status} before its run did; nothing was written",
            fix="run it again; if it ends again, give it more memory or fewer threads",
        )

    def stop(self, *, patience_s: float = 0) -> None:
        """End the process; what it had not committed is garbage."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=patience_s)
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        remove_scratch(self._scratch)


def _opened(log: Path) -> BinaryIO:
    """Open a log to write behind what it holds, or anew when it has grown long."""
    log.parent.mkdir(parents=True, exist_ok=True)
    is_long = log.exists() and log.stat().st_size > _LONGEST_LOG
    return log.open("wb" if is_long else "ab")


def shared_worker(project: Project) -> DbtWorker:
    """Return this process's warm worker of a project; start it if there is none.

    Raises ``NotFound`` if the project has no dbt project.
    """
    dbt = find_dbt(project)
    if dbt is None:
        raise NotFound(f"{project.root} has no dbt project", fix=f"create one in {project.dbt}")
    with _lock:
        worker = _workers.get(dbt.root)
        if worker is not None and not worker.is_alive:
            worker.stop()
            worker = None
        if worker is None:
            worker = _workers[dbt.root] = DbtWorker(dbt)
        return worker


def warm(project: Project) -> None:
    """Start importing dbt beside what this process does next. Does nothing without dbt."""
    if find_dbt(project) is not None:
        shared_worker(project)


@atexit.register
def stop_workers() -> None:
    """End all workers of this process."""
    with _lock:
        for worker in _workers.values():
            worker.stop(patience_s=_PATIENCE_S)
        _workers.clear()
