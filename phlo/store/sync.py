"""Make local files durable: their bytes, and every new folder up to the lake (R6).

Source: POSIX.1-2017 ``fsync``; Linux fsync(2): a new file is durable only once its folder is.
"""

import os
import sys
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from phlo.errors import StoreError

_THREADS = 8
_durable_folders: set[str] = set()


def sync_files(
    paths: Iterable[str | Path],
    *,
    root: str | Path | None = None,
    sync: Callable[[int], None] | None = None,
) -> None:
    """Sync files, their folders and the folders that are new to this process, all at once.

    Args:
        paths: Local paths or ``file://`` addresses; anything else is durable by itself.
        root: The lake. Without it, folders are synced up to the one that holds ``catalog/log``.
        sync: What makes an open file durable; the system's own by default.

    Raises:
        StoreError: The disk refused. The files must be written again under new names: a second
            sync may succeed although the bytes are lost.
    """
    files = {local for path in paths if (local := local_path(path)) is not None}
    if not files:
        return
    top = local_path(root) if root is not None else None
    fresh: dict[str, None] = {}
    for file in files:
        _collect_folders(file, top, fresh)
    sync_all((*files, *fresh), sync or full_sync)
    _durable_folders.update(fresh)


def local_path(location: str | Path) -> str | None:
    """Return the local path of a location, or None if it lies elsewhere."""
    text = str(location)
    if text.startswith("file:"):
        text = text.removeprefix("file:")
        return "/" + text.lstrip("/")
    return None if "://" in text else text


def sync_all(paths: Collection[str], sync: Callable[[int], None]) -> None:
    """Sync files and folders concurrently, so that they can share commits of the journal."""
    if len(paths) <= 1:
        for path in paths:
            sync_one(path, sync)
        return
    waiting: list[Future[None]] = []
    for path in paths:
        try:
            waiting.append(_pool(os.getpid()).submit(sync_one, path, sync))
        except RuntimeError:  # an interpreter that ends starts no thread any more
            sync_one(path, sync)
    for done in waiting:
        done.result()


def sync_one(path: str, sync: Callable[[int], None]) -> None:
    """Sync one file or folder. Raises ``StoreError``; an error is final (R6)."""
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            sync(handle)
        finally:
            os.close(handle)
    except OSError as cause:
        raise StoreError(
            f"{path} could not be made durable: {cause.strerror}",
            fix="check the disk and its free space, then run it again",
        ) from cause


def full_sync(handle: int) -> None:
    """Sync an open file down to the disk."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
    else:
        os.fsync(handle)


@cache
def _pool(_pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="phlo-sync")


def _collect_folders(file: str, top: str | None, fresh: dict[str, None]) -> None:
    folder = os.path.dirname(file)  # noqa: PTH120 - hot path, thousands of files
    fresh[folder] = None
    while folder != top and folder not in _durable_folders:
        parent = os.path.dirname(folder)  # noqa: PTH120 - as above
        if parent == folder or (top is None and _is_lake(folder)) or not os.access(parent, os.R_OK):
            return
        folder = parent
        fresh[folder] = None


def _is_lake(folder: str) -> bool:
    return (Path(folder) / "catalog" / "log").is_dir()
