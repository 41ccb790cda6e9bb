"""Put an entry at its number, and find out what became of a put that was not answered (R3, R4)."""

import time

from phlo.catalog.entries import entry_path
from phlo.errors import CommitStateUnknown, NotFound, StoreError
from phlo.ports import ObjectStore


def put_entry(store: ObjectStore, number: int, data: bytes, *, tries: int) -> bool:
    """Put an entry at its number; tell whether it is there, or another's is.

    Raises:
        CommitStateUnknown: The store did not answer for long.
    """
    path = entry_path(number)
    try:
        if store.create(path, data):
            return True
    except CommitStateUnknown:
        if getattr(store, "broken", None):
            raise
    return _settle(store, path, data, tries)


def _settle(store: ObjectStore, path: str, data: bytes, tries: int) -> bool:
    """Read what is there, and put the same bytes again while nothing is."""
    for attempt in range(tries):
        try:
            return store.get(path) == data
        except NotFound:
            pass
        except StoreError:
            time.sleep(0.05 * 2**attempt)
            continue
        try:
            if store.create(path, data):
                return True
        except (CommitStateUnknown, StoreError):
            time.sleep(0.05 * 2**attempt)
    raise CommitStateUnknown(
        f"it cannot be told whether {path} was written: the store does not answer",
        fix="look at the log once the store answers again; delete nothing",
    )
