"""Open a store by its address, and refuse one on which commits could be lost (R2)."""

import os
from collections.abc import Mapping
from pathlib import Path

from phlo.errors import InvalidInput, StoreUnsafe
from phlo.ports import ObjectStore
from phlo.store.local import LocalStore
from phlo.store.memory import MemoryStore
from phlo.store.s3 import S3Store


def open_store(url: str | Path, *, options: Mapping[str, str] | None = None) -> ObjectStore:
    """Open a folder path, ``file://``, ``s3://`` or ``memory://``.

    Raises:
        InvalidInput: The address is of no known kind.
        StoreUnsafe: The store cannot create an object only if it is absent.
    """
    text = os.fspath(url)
    scheme, found, rest = text.partition("://")
    if not found:
        return LocalStore(text.removeprefix("file:"))
    if scheme == "file":
        return LocalStore(rest)
    if scheme == "memory":
        return MemoryStore(rest or None)
    if scheme == "s3":
        store = S3Store(text, options)
        probe(store)
        return store
    raise InvalidInput(
        f"{text!r} is no lake that phlo can open", fix="use a folder, s3://bucket/prefix"
    )


def probe(store: ObjectStore) -> None:
    """Create one object twice; raise ``StoreUnsafe`` unless the second is refused."""
    path = f"catalog/tmp/probe-{os.urandom(8).hex()}"
    first, second = store.create(path, b"1"), store.create(path, b"2")
    kept = store.get(path)
    store.delete([path])
    if not first or second or kept != b"1":
        raise StoreUnsafe(
            f"{store.root} replaces an object that it was told to create only if it is absent",
            fix="use a store that honours If-None-Match (Amazon S3, MinIO, versitygw), or a folder",
        )
