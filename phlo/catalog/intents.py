"""What updates of a table meant to do, and which ids they gave out (R7, R8)."""

import json
from collections.abc import Iterable, Sequence

from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Operation, Snapshot
from pyiceberg.table.update import AddSnapshotUpdate, TableUpdate

from phlo.model import Intent

PROPERTY = "phlo.intent"
UNKNOWN = Intent("overwrite", scope="what it touched")
"""What counts for a change that told nothing: not the whole table, but all that it touched."""

_KINDS = ("append", "upsert", "overwrite", "rewrite")


def intent_of(updates: Sequence[TableUpdate]) -> Intent:
    """Return what updates meant: by their snapshots' ``phlo.intent``, else by what they did.

    A plain append of pyiceberg is an append; anything else unknown overwrote all it touched.
    """
    found = {
        _stated(update.snapshot) for update in updates if isinstance(update, AddSnapshotUpdate)
    }
    if not found:
        return Intent("schema")
    return combined(found) or UNKNOWN


def _stated(snapshot: Snapshot) -> Intent:
    summary = snapshot.summary
    if summary is None:
        return UNKNOWN
    text = summary.additional_properties.get(PROPERTY)
    if text is not None:
        return _parsed(text)
    return Intent("append") if summary.operation == Operation.APPEND else UNKNOWN


def _parsed(text: str) -> Intent:
    try:
        told = json.loads(text)
        kind, key, scope = told["kind"], tuple(told.get("key", ())), told.get("scope", "")
    except (ValueError, KeyError, TypeError):
        return UNKNOWN
    if kind not in _KINDS or not all(isinstance(name, str) for name in (*key, scope)):
        return UNKNOWN
    return Intent(kind, key, scope)


def combined(intents: Iterable[Intent | None]) -> Intent | None:
    """Return one intent that claims no more than all of these; None if there is none."""
    told = dict.fromkeys(intents)
    if len(told) == 1:
        return next(iter(told))
    if None in told or not told:
        return None
    known = [intent for intent in told if intent]
    kinds = {intent.kind for intent in known} - {"schema"}
    if "overwrite" in kinds:
        scopes = [intent.scope for intent in known if intent.kind == "overwrite"]
        return Intent("overwrite", scope="; ".join(scopes) if all(scopes) else "")
    keys = {intent.key for intent in known if intent.kind == "upsert"}
    if len(keys) == 1:
        return Intent("upsert", keys.pop())
    if len(kinds) == 1 and not keys:
        return max((one for one in known if one.kind in kinds), key=lambda one: len(one.scope))
    return None


def first_new_ids(before: TableMetadata, after: TableMetadata) -> tuple[int | None, int | None]:
    """Return the least field id and partition-field id that only ``after`` has."""
    if len(after.schemas) == len(before.schemas) and len(after.partition_specs) == len(
        before.partition_specs
    ):
        return None, None
    columns = _columns(after) - _columns(before)
    partitions = _partitions(after) - _partitions(before)
    return min(columns, default=None), min(partitions, default=None)


def _columns(metadata: TableMetadata) -> set[int]:
    return {one for schema in metadata.schemas for one in schema.field_ids}


def _partitions(metadata: TableMetadata) -> set[int]:
    return {field.field_id for spec in metadata.partition_specs for field in spec.fields}
