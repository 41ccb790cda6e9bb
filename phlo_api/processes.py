"""Processes that phlo started: who they are, whether they live, and how they end."""

import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from phlo.config.processes import birth_of, stat_of

_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Process:
    """A process as its pid file describes it. ``born`` tells it from a later one of the same id."""

    name: str
    pid: int
    born: int
    addresses: tuple[str, ...]
    started_at: datetime
    log: str

    @property
    def is_alive(self) -> bool:
        """Whether this very process runs."""
        return self.born == birth_of(self.pid) != 0


class Pidfile:
    """The file that remembers a process of a project."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.file = folder / f"{name}.json"
        self.log = folder / f"{name}.log"

    def read(self) -> Process | None:
        """Return what was written, or None; a torn file counts as none."""
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            return Process(
                name=str(found["name"]),
                pid=int(found["pid"]),
                born=int(found["born"]),
                addresses=tuple(map(str, found["addresses"])),
                started_at=datetime.fromisoformat(found["started_at"]),
                log=str(found["log"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def living(self) -> Process | None:
        """Return the process if it runs."""
        found = self.read()
        return found if found is not None and found.is_alive else None

    def write(self, process: Process) -> None:
        """Remember a process."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        values = asdict(process) | {"started_at": process.started_at.isoformat()}
        fresh = self.file.with_suffix(".tmp")
        fresh.write_text(json.dumps(values), encoding="utf-8")
        fresh.replace(self.file)

    def remove(self) -> None:
        """Forget the process."""
        self.file.unlink(missing_ok=True)


def family_of(pid: int) -> list[int]:
    """Return a process and all that came of it: its session and its descendants."""
    parents: dict[int, int] = {}
    found = {pid}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = stat_of(int(entry.name))
        if fields is not None:
            parents[int(entry.name)] = int(fields[1])
            if int(fields[3]) == pid:
                found.add(int(entry.name))
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return sorted(found)


def stop(process: Process, *, patience_s: float = _PATIENCE_S) -> bool:
    """End a process and all that came of it: asked first, then made to. False if it was gone."""
    if not process.is_alive:
        return False
    births = {pid: birth_of(pid) for pid in family_of(process.pid)}
    ask(process)
    _wait(process, patience_s)
    births |= {pid: birth_of(pid) for pid in family_of(process.pid) if birth_of(pid)}
    left = [pid for pid, born in births.items() if born and birth_of(pid) == born]
    _end(left, signal.SIGTERM)
    deadline = time.monotonic() + 2
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [pid for pid in left if birth_of(pid) == births[pid]]
    _end(left, signal.SIGKILL)
    return True


def ask(process: Process) -> None:
    """Ask a process to end."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGTERM)


def _wait(process: Process, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while process.is_alive and time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
        time.sleep(0.05)


def _end(pids: Iterable[int], with_signal: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, with_signal)
