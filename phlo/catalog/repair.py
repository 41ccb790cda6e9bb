"""What can be wrong with the end of a log, and its repair by an explicit command."""

from phlo.catalog.entries import Group, decode_entry, encode_entry, entry_path, new_id
from phlo.catalog.fold import fold
from phlo.catalog.state import State
from phlo.errors import LakeDamaged, NotFound
from phlo.ports import ObjectStore


def repair_tail(store: ObjectStore, *, author: str) -> int:
    """Replace a torn newest entry by one that says nothing; return its number, or 0.

    An entry that can be read is never replaced, and none is ever deleted (R1).

    Raises:
        LakeDamaged: The damaged entry is not the newest.
    """
    reached, number = State(root=store.root), 0
    while (data := _read(store, number + 1)) is not None:
        try:
            reached = fold(reached, [decode_entry(data, number + 1)])
        except LakeDamaged:
            if _read(store, number + 2) is not None:
                raise
            break
        number += 1
    else:
        return 0
    group = Group(new_id(), author, [{"do": "void", "reason": "repaired"}])
    body, _ = encode_entry(number + 1, reached.digest, reached.time_us + 1, [group])
    store.put(entry_path(number + 1), body)
    return number + 1


def check_hole(store: ObjectStore, number: int) -> None:
    """Raise ``LakeDamaged`` if an entry is missing before another (R1).

    Args:
        store: The store of the log.
        number: The last entry that was read; the next one was absent.
    """
    for ahead in (2, 3, 10, 100):
        if store.head(entry_path(number + ahead)) is None:
            continue
        if store.head(entry_path(number + 1)) is None:
            raise LakeDamaged(
                f"entry {number + 1} of the log is missing, but entry {number + ahead} exists",
                fix="restore the catalog/log folder from a backup; entries are never deleted",
            )


def _read(store: ObjectStore, number: int) -> bytes | None:
    try:
        return store.get(entry_path(number))
    except NotFound:
        return None
