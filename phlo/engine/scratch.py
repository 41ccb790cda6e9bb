"""Scratch folders: each names its process, and none outlives it for long.

A process removes its own; a worker whose parent was killed takes its folder along; what both left,
or a DuckDB that was killed while it spilled, the next process of the same user removes.
"""

import hashlib
import os
import re
import shutil
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from uuid import uuid4

from phlo.config.processes import birth_of

_TRIES = 5
_NAME = re.compile(r"phlo-[a-z]+-(?P<machine>[0-9a-f]{8})-(?P<pid>\d+)-(?P<born>\d+)-\w+")


def make_scratch(use: str) -> str:
    """Make a scratch folder of this process, and return its path."""
    return mkdtemp(prefix=_prefix(use), dir=_swept())


def spill_folder() -> Path:
    """Return where a DuckDB of this process may spill; it makes and removes the folder itself."""
    return Path(_swept(), f"{_prefix('spill')}{uuid4().hex[:12]}")


def remove_scratch(folder: str | Path) -> None:
    """Remove a scratch folder, even while other threads of this process write into it.

    What is gone already is no error; what cannot be removed stays.
    """
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            return


def sweep(folder: str) -> None:
    """Remove the scratch folders there whose processes, of this user and machine, are gone."""
    with os.scandir(folder) as entries:
        for entry in entries:
            named = _NAME.fullmatch(entry.name)
            if named is None or named["machine"] != _machine():
                continue
            if birth_of(int(named["pid"])) == int(named["born"]):
                continue
            with suppress(OSError):  # it is gone meanwhile
                if entry.stat(follow_symlinks=False).st_uid == os.getuid():
                    remove_scratch(entry.path)


@cache
def _swept() -> str:
    """Return the temporary folder, after what dead processes left in it was removed once."""
    folder = gettempdir()
    if hasattr(os, "getuid"):
        with suppress(OSError):
            sweep(folder)
    return folder


def _prefix(use: str) -> str:
    return f"phlo-{use}-{_machine()}-{os.getpid()}-{birth_of(os.getpid())}-"


@cache
def _machine() -> str:
    """Return what tells this machine, or this container on it, by whose ids a process is known."""
    space = ""
    with suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - it points at no path
    return hashlib.blake2b(f"{socket.gethostname()} {space}".encode(), digest_size=4).hexdigest()
