"""One writer at a time, and a file that is replaced whole or not at all."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phlo.errors import StoreError


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the right to replace a file. Waits for another process; a dead one holds nothing."""
    lock = path.with_name(f".{path.name}.lock")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def scratch_name(path: Path) -> Path:
    """Return a new name beside a file, on the same file system."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def clear_scratch(path: Path) -> None:
    """Remove what a dead writer left beside a file. Only under the lock."""
    for left in path.parent.glob(f".{path.name}.*.tmp*"):
        left.unlink(missing_ok=True)


@contextmanager
def private_view(path: Path) -> Iterator[Path]:
    """Give the present file a name of its own, so that its replacement does not disturb a read."""
    name = scratch_name(path)
    try:
        os.link(path, name)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, name)
    try:
        yield name
    finally:
        name.unlink(missing_ok=True)


def swap_in(new: Path, path: Path) -> None:
    """Put a finished file in the place of another, durably. Readers see the old or the new.

    Raises:
        StoreError: If the disk refuses; the old file stays.
    """
    with _explained(path):
        _sync(new)
        new.replace(path)
        _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"the marts file {path} could not be written: {error}",
            fix="free space and check who may write there, then publish again",
        ) from error
