"""Write a table that changed on both sides: the target's state plus the source's files (R7, R9)."""

from collections.abc import Iterable, Mapping

from pyiceberg.io import FileIO
from pyiceberg.manifest import ManifestFile
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.refs import MAIN_BRANCH, SnapshotRefType
from pyiceberg.table.sorting import SortOrder
from pyiceberg.table.update import (
    AddPartitionSpecUpdate,
    AddSchemaUpdate,
    AddSnapshotUpdate,
    AddSortOrderUpdate,
    RemovePartitionStatisticsUpdate,
    RemovePropertiesUpdate,
    RemoveStatisticsUpdate,
    SetCurrentSchemaUpdate,
    SetDefaultSortOrderUpdate,
    SetDefaultSpecUpdate,
    SetPropertiesUpdate,
    SetSnapshotRefUpdate,
    TableUpdate,
    update_table_metadata,
)

from phlo.catalog.merge_files import FileChange
from phlo.catalog.merge_schema import Definition, same_columns
from phlo.catalog.merge_snapshot import SnapshotWriter, spec_in


def rebase(
    io: FileIO,
    ours: TableMetadata,
    theirs: TableMetadata,
    definition: Definition,
    change: FileChange,
    manifests: Mapping[str, ManifestFile],
    suspects: Iterable[str],
    properties: Mapping[str, str],
) -> TableMetadata:
    """Return the target's metadata with the source's change on top; manifests are written.

    Args:
        io: File access of the table.
        ours: The target's metadata.
        theirs: The source's metadata, whose specs and orders the added files name.
        definition: What the merged table says of itself.
        change: The files to add and to remove, already known to fit.
        manifests: The manifests of the target's current snapshot.
        suspects: Those of them that may list a file to remove.
        properties: Goes into the summary of the new snapshot.
    """
    updates = tuple(_definition_updates(ours, definition))
    described = update_table_metadata(ours, updates) if updates else ours
    last_id = max(described.last_column_id, definition.last_column_id)
    described = described.model_copy(update={"last_column_id": last_id})
    if not change:
        return described
    writer = SnapshotWriter(io, described)
    for _, file in sorted(change.added.items()):
        writer.add(file.data, theirs)
    snapshot = writer.write(change.removed.keys(), manifests, set(suspects), properties)
    return update_table_metadata(
        writer.metadata,
        (
            *_dropped_statistics(described),
            AddSnapshotUpdate(snapshot=snapshot),
            SetSnapshotRefUpdate.model_validate(
                {
                    "ref-name": MAIN_BRANCH,
                    "type": SnapshotRefType.BRANCH,
                    "snapshot-id": snapshot.snapshot_id,
                }
            ),
        ),
    )


def _dropped_statistics(metadata: TableMetadata) -> Iterable[TableUpdate]:
    """Statistics speak of one side's snapshots; the merged table starts without."""
    for one in {one.snapshot_id for one in metadata.statistics}:
        yield RemoveStatisticsUpdate.model_validate({"snapshot-id": one})
    for one in {one.snapshot_id for one in metadata.partition_statistics}:
        yield RemovePartitionStatisticsUpdate.model_validate({"snapshot-id": one})


def _definition_updates(ours: TableMetadata, wanted: Definition) -> Iterable[TableUpdate]:
    if not same_columns(ours.schema(), wanted.schema):
        found = next((one for one in ours.schemas if same_columns(one, wanted.schema)), None)
        schema_id = found.schema_id if found else 1 + max(one.schema_id for one in ours.schemas)
        if found is None:
            schema = wanted.schema.model_copy(update={"schema_id": schema_id})
            yield AddSchemaUpdate(schema=schema)
        yield SetCurrentSchemaUpdate.model_validate({"schema-id": schema_id})
    if ours.spec().fields != wanted.spec.fields:
        spec, is_new = spec_in(ours, wanted.spec)
        if is_new:
            yield AddPartitionSpecUpdate(spec=spec)
        yield SetDefaultSpecUpdate.model_validate({"spec-id": spec.spec_id})
    if ours.sort_order().fields != wanted.order.fields:
        order, is_new = _order_in(ours, wanted.order)
        if is_new:
            yield AddSortOrderUpdate.model_validate({"sort-order": order})
        yield SetDefaultSortOrderUpdate.model_validate({"sort-order-id": order.order_id})
    gone = [name for name in ours.properties if name not in wanted.properties]
    fresh = {k: v for k, v in wanted.properties.items() if ours.properties.get(k) != v}
    if gone:
        yield RemovePropertiesUpdate(removals=gone)
    if fresh:
        yield SetPropertiesUpdate(updates=fresh)


def _order_in(metadata: TableMetadata, order: SortOrder) -> tuple[SortOrder, bool]:
    for known in metadata.sort_orders:
        if known.fields == order.fields:
            return known, False
    new_id = 1 + max((known.order_id for known in metadata.sort_orders), default=0)
    return order.model_copy(update={"order_id": new_id}), True
