"""Writers of one folder on one machine take turns and carry each other's groups.

This is speed, not safety: an entry is still created only if it is absent (R6), whoever holds the
lock, and the fold still judges every group, whoever wrote it down. A writer that finds the lock
taken offers its groups as a file; whoever writes next puts them into the same entry, so that
several processes share the price of one sync. A stopped holder delays others by ``PATIENCE_S``, and
leaves nobody in doubt: what it read of an offer fits only the entry after the ones it had read.

An offer need not outlive its writer, so it lies in memory where there is a folder for that: made
beside the entries, it would wait for the journal that the syncs of the entries are writing.
"""

import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path

import orjson

from phlo.catalog.entries import Group
from phlo.ports import ObjectStore
from phlo.store.local import LocalStore

PATIENCE_S = 2.0
_FOLDER = "catalog/tmp"
_MEMORY = "/dev/shm"
_OFFER = ".offer"
_OLDEST_S = 2 * PATIENCE_S
_LATELY_S = 0.05
_GATHER_S = 0.001
_LOOK_S = 0.0001


class Neighbours:
    """The other processes that write to the same folder. For other stores it does nothing."""

    def __init__(self, store: ObjectStore) -> None:
        self._folder: str | None = None
        self._lock: int | None = None
        self._seen: dict[int, float] = {}
        if isinstance(store, LocalStore) and not store.read_only:
            self._folder = f"{store.folder}/{_FOLDER}"
            there = Path(store.folder).stat()
            self._lake = f"{there.st_dev:x}-{there.st_ino:x}"
            self._offers = _in_memory() or self._folder

    def take_turn(self) -> bool | None:
        """Take the lock: True; False while another has it; None where there is no lock."""
        if self._folder is None:
            return None
        try:
            import fcntl

            if self._lock is None:
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._lock = os.open(f"{self._folder}/writers.lock", flags, 0o644)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except (OSError, ImportError):
            self._folder = None
            return None
        return True

    def end_turn(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            import fcntl

            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def offer(self, groups: Sequence[Group]) -> str | None:
        """Ask whoever writes next to put these groups into its entry; return the offer."""
        if self._folder is None or not groups:
            return None
        name = f"{self._offers}/{self._lake}.{os.getpid()}.{os.urandom(8).hex()}"
        document = [[one.id, one.author, one.ops] for one in groups]
        try:
            handle = os.open(f"{name}.part", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            try:
                os.write(handle, orjson.dumps(document))
            finally:
                os.close(handle)
            os.rename(f"{name}.part", name + _OFFER)  # noqa: PTH104 - hot path
        except OSError:
            return None
        return name + _OFFER

    def gather(self) -> None:
        """Give those who offered a moment ago the time to offer again, for one sync of all."""
        now = time.monotonic()
        awaited = {pid for pid, at in self._seen.items() if now - at < _LATELY_S}
        while awaited and time.monotonic() - now < _GATHER_S:
            awaited -= {_writer(path) for path in self.open_offers()}
            if awaited:
                time.sleep(_LOOK_S)

    def offered(self) -> list[tuple[str, list[Group]]]:
        """Return what others offer. Only the holder of the lock may ask."""
        found = []
        for path in self.open_offers():
            groups = _read(path)
            self._seen[_writer(path)] = time.monotonic()
            if groups is None:
                self.withdraw([path])
            else:
                found.append((path, groups))
        return found

    def open_offers(self) -> list[str]:
        """Return the paths of the offers to whoever writes to this lake next."""
        if self._folder is None:
            return []
        return [
            f"{self._offers}/{name}"
            for name in os.listdir(self._offers)  # noqa: PTH208 - hot path
            if name.endswith(_OFFER) and name.startswith(f"{self._lake}.")
        ]

    def withdraw(self, offers: Sequence[str]) -> None:
        """Remove offers that were met, or that nobody needs any more."""
        for path in offers:
            try:
                os.unlink(path)  # noqa: PTH108 - hot path
            except OSError:
                continue


def _in_memory() -> str | None:
    """Return a folder in memory that is this user's alone, if there can be one."""
    if not (hasattr(os, "getuid") and Path(_MEMORY).is_dir()):
        return None
    own = Path(_MEMORY, f"phlo-{os.getuid()}")
    try:
        own.mkdir(mode=0o700, exist_ok=True)
        found = own.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return str(own) if is_ours and found.st_mode & 0o077 == 0 else None


def _writer(path: str) -> int:
    """Return the process that made an offer."""
    return int(path.rsplit(".", 3)[-3])


def _read(path: str) -> list[Group] | None:
    """Read an offer, unless its writer is gone: what the dead asked for is not done later."""
    try:
        os.kill(_writer(path), 0)
        with open(path, "rb") as file:  # noqa: PTH123 - hot path
            age = time.time() - os.fstat(file.fileno()).st_mtime
            data = file.read()
        if age > _OLDEST_S:
            return None
        return [Group(*one) for one in orjson.loads(data)]
    except (OSError, ValueError, TypeError):
        return None
