"""Processes of this machine: whether one lives, and what tells it from a later one of its id."""

import os
from pathlib import Path


def birth_of(pid: int) -> int:
    """Return when a process was born, in ticks of the system; 0 if it does not run.

    Where the system does not tell, it is 1 for every process that runs.
    """
    fields = stat_of(pid)
    if fields is None:
        return 0 if Path("/proc/self/stat").exists() else int(_answers(pid))
    return 0 if fields[0] == "Z" else int(fields[19])


def stat_of(pid: int) -> list[str] | None:
    """Return the fields of /proc/<pid>/stat after the name. Source: proc(5)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:  # it runs, as somebody else
        return True
    except OSError:
        return False
    return True
