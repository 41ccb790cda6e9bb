"""Open a store by its address, and refuse one on which commits could be lost (R2)."""

import os
from collections.abc import Mapping
from pathlib import Path

from phlo.config import Project
from phlo.config.environment import load_environment
from phlo.errors import CommitStateUnknown, InvalidInput, StoreError, StoreUnsafe
from phlo.ports import ObjectStore
from phlo.store.local import LocalStore
from phlo.store.memory import MemoryStore
from phlo.store.s3 import S3Store
from phlo.store.s3_failures import is_denied
from phlo.store.s3_options import s3_options


def open_store(
    lake: str | Path | Project, *, options: Mapping[str, str] | None = None
) -> ObjectStore:
    """Open a folder path, ``file://``, ``s3://`` or ``memory://``, or the lake of a project.

    Args:
        lake: The address, or the project whose lake it is.
        options: How a bucket is reached, see ``S3Store``; by default what the environment says,
            which for a project is its `.env` below the variables of this process.

    Raises:
        InvalidInput: The address is of no known kind, or a bucket has no keys.
        StoreUnsafe: The store cannot create an object only if it is absent.
    """
    text = lake.lake if isinstance(lake, Project) else os.fspath(lake)
    scheme, found, rest = text.partition("://")
    if not found:
        return LocalStore(text.removeprefix("file:"))
    if scheme == "file":
        return LocalStore(rest)
    if scheme == "memory":
        return MemoryStore(rest or None)
    if scheme == "s3":
        if options is None:
            known = lake.environment if isinstance(lake, Project) else load_environment()
            options = s3_options(text, known)
        return _open_bucket(S3Store(text, options))
    raise InvalidInput(
        f"{text!r} is no lake that phlo can open", fix="use a folder, s3://bucket/prefix"
    )


def _open_bucket(store: S3Store) -> S3Store:
    """Try the promise of a bucket; whose keys may only read, reads."""
    try:
        probe(store)
    except StoreError as error:
        if not is_denied(error.__cause__):
            raise
        next(store.list("catalog/"), None)  # or not even that: then this says so
        store.read_only = True
    return store


def probe(store: ObjectStore) -> None:
    """Create one object twice; raise ``StoreUnsafe`` unless the second is refused."""
    path = f"catalog/tmp/probe-{os.urandom(8).hex()}"
    try:
        first, second = store.create(path, b"1"), store.create(path, b"2")
    except CommitStateUnknown as cause:  # nothing hangs on this object
        why = cause.problem.partition(": ")[2]
        raise StoreError(f"{store.root} cannot be opened: {why}", fix=cause.fix) from cause
    kept = store.get(path)
    store.delete([path])
    if not first or second or kept != b"1":
        raise StoreUnsafe(
            f"{store.root} replaces an object that it was told to create only if it is absent",
            fix="use a store that honours If-None-Match (Amazon S3, MinIO, versitygw), or a folder",
        )
