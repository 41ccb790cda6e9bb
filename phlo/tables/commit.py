"""One snapshot from added and removed files, with the intent that decides how it merges (R7)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyiceberg.exceptions import (
    CommitFailedException,
    CommitStateUnknownException,
    ValidationException,
)

from phlo.errors import CommitStateUnknown, Conflict
from phlo.model import Intent
from phlo.store import sync_files

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

INTENT = "phlo.intent"


@dataclass(frozen=True, slots=True)
class Written:
    """What one change did. ``snapshot_id`` is None if there was nothing to do.

    ``rows_added`` and ``rows_removed`` are those of the change itself: rows that were only copied
    into a new file count in neither. ``bytes_added`` is the size of all new files.
    """

    table: "Table"
    snapshot_id: int | None
    rows_added: int = 0
    rows_removed: int = 0
    rows_updated: int = 0
    files_added: int = 0
    files_removed: int = 0
    bytes_added: int = 0


def intent_property(intent: Intent) -> dict[str, str]:
    """Return the snapshot property that tells the catalog what a change meant to do."""
    value = {"kind": intent.kind, "key": list(intent.key), "scope": intent.scope}
    return {INTENT: json.dumps(value, sort_keys=True)}


def commit_files(
    table: "Table",
    *,
    add: Sequence["DataFile"],
    remove: Sequence["DataFile"],
    intent: Intent,
    properties: Mapping[str, str] | None,
) -> int | None:
    """Make the added files durable, all at once, commit one snapshot and return its id.

    Raises:
        StoreError: If the disk refused; the files become garbage.
        Conflict: If another writer changed the table in between; the files become garbage.
        CommitStateUnknown: If it cannot be told whether the snapshot landed.
    """
    sync_files(file.file_path for file in add)
    summary = dict(properties or {}) | intent_property(intent)
    transaction = table.transaction()
    update = transaction.update_snapshot(snapshot_properties=summary)
    producer = update.overwrite() if remove or intent.kind != "append" else update.merge_append()
    try:
        with producer as files:
            for file in add:
                files.append_data_file(file)
            for file in remove:
                files.delete_data_file(file)
        transaction.commit_transaction()
    except (CommitFailedException, ValidationException) as error:
        raise Conflict(
            f"table {'.'.join(table.name())} changed while it was written: {error}",
            fix="run the same load again: it starts from what is there now",
        ) from error
    except CommitStateUnknownException as error:
        raise CommitStateUnknown(
            f"the commit of table {'.'.join(table.name())} may or may not have landed: {error}",
            fix="look at the history of the table before running the load again",
        ) from error
    snapshot = table.metadata.current_snapshot()
    return snapshot.snapshot_id if snapshot else None
