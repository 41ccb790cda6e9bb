"""Write the manifests of a snapshot that puts one side's files on top of another (R25)."""

import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import cast

from pyiceberg.avro.codecs import AvroCompressionCodec
from pyiceberg.io import FileIO
from pyiceberg.manifest import (
    DataFile,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
    write_manifest,
    write_manifest_list,
)
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import (
    Operation,
    Snapshot,
    SnapshotSummaryCollector,
    Summary,
    update_snapshot_summaries,
)
from pyiceberg.table.update import AddPartitionSpecUpdate, update_table_metadata

from phlo.errors import Conflict

_SORT_ORDER_ID = 15
"""Where a DataFile of format 2 keeps the id of its sort order."""


def spec_in(metadata: TableMetadata, spec: PartitionSpec) -> tuple[PartitionSpec, bool]:
    """Return the table's spec of this structure; the flag says that it is still to be added."""
    for known in metadata.partition_specs:
        if known.fields == spec.fields:
            return known, False
    new_id = 1 + max(known.spec_id for known in metadata.partition_specs)
    return spec.model_copy(update={"spec_id": new_id}), True


class SnapshotWriter:
    """Collect files for one new snapshot of a table, then write its manifests."""

    def __init__(self, io: FileIO, metadata: TableMetadata) -> None:
        self.metadata = metadata
        self._io = io
        self._id = metadata.new_snapshot_id()
        self._uuid = uuid.uuid4()
        self._count = 0
        self._places = load_location_provider(metadata.location, metadata.properties)
        codec = metadata.properties.get("write.avro.compression-codec", "gzip")
        self._codec = cast(AvroCompressionCodec, codec)
        self._added: dict[int, list[DataFile]] = defaultdict(list)
        self._removed: list[DataFile] = []

    def add(self, file: DataFile, source: TableMetadata) -> None:
        """Take a file of another state of the table, its spec and order matched by structure."""
        spec, is_new = spec_in(self.metadata, source.specs()[file.spec_id])
        if is_new:
            update = AddPartitionSpecUpdate(spec=spec)
            self.metadata = update_table_metadata(self.metadata, (update,))
        adopted = DataFile(*(file[position] for position in range(len(file))))
        order = source.sort_order_by_id(file.sort_order_id or 0)
        known = order and next(
            (one for one in self.metadata.sort_orders if one.fields == order.fields), None
        )
        adopted[_SORT_ORDER_ID] = known.order_id if known else None
        adopted.spec_id = spec.spec_id
        self._added[spec.spec_id].append(adopted)

    def write(
        self,
        removed: Collection[str],
        manifests: Mapping[str, ManifestFile],
        suspects: Collection[str],
        properties: Mapping[str, str],
    ) -> Snapshot:
        """Write manifests and their list, and return the snapshot.

        Args:
            removed: Paths of data files that the snapshot lists no more.
            manifests: Those of the snapshot before, by path.
            suspects: Paths of the manifests that may list what is removed.
            properties: Goes into the summary.
        """
        listed = [self._write_added(spec_id) for spec_id in self._added]
        for path, manifest in manifests.items():
            if path in suspects and removed:
                listed.append(self._without(manifest, removed))
            elif manifest.has_added_files() or manifest.has_existing_files():
                listed.append(manifest)
        missing = set(removed) - {file.file_path for file in self._removed}
        if missing:
            raise Conflict(
                f"files to remove are not in the table: {', '.join(sorted(missing)[:3])}",
                fix="merge again",
            )
        return self._snapshot(listed, properties)

    def _snapshot(self, manifests: list[ManifestFile], properties: Mapping[str, str]) -> Snapshot:
        metadata = self.metadata
        parent = metadata.current_snapshot()
        sequence = metadata.next_sequence_number()
        path = self._places.new_metadata_location(f"snap-{self._id}-0-{self._uuid}.avro")
        with write_manifest_list(
            format_version=metadata.format_version,
            output_file=self._io.new_output(path),
            snapshot_id=self._id,
            parent_snapshot_id=parent.snapshot_id if parent else None,
            sequence_number=sequence,
            avro_compression=self._codec,
        ) as writer:
            writer.add_manifests(manifests)
        return Snapshot.model_validate(
            {
                "snapshot-id": self._id,
                "parent-snapshot-id": parent.snapshot_id if parent else None,
                "sequence-number": sequence,
                "timestamp-ms": max(int(time.time() * 1000), metadata.last_updated_ms + 1),
                "manifest-list": path,
                "summary": self._summary(parent, properties),
                "schema-id": metadata.current_schema_id,
            }
        )

    def _summary(self, parent: Snapshot | None, properties: Mapping[str, str]) -> Summary:
        schema, specs = self.metadata.schema(), self.metadata.specs()
        collector = SnapshotSummaryCollector()
        for spec_id, files in self._added.items():
            for file in files:
                collector.add_file(file, schema, specs[spec_id])
        for file in self._removed:
            collector.remove_file(file, schema, specs[file.spec_id])
        operation = Operation.OVERWRITE
        if not self._removed:
            operation = Operation.APPEND
        elif not self._added:
            operation = Operation.DELETE
        return update_snapshot_summaries(
            Summary(operation=operation, **collector.build(), **properties),
            parent.summary if parent else None,
        )

    def _write_added(self, spec_id: int) -> ManifestFile:
        entries = (
            ManifestEntry.from_args(
                status=ManifestEntryStatus.ADDED, snapshot_id=self._id, data_file=file
            )
            for file in self._added[spec_id]
        )
        return self._write_manifest(self.metadata.specs()[spec_id], entries)

    def _without(self, manifest: ManifestFile, removed: Collection[str]) -> ManifestFile:
        """Return the manifest, written anew if it lists a file that is removed."""
        entries = manifest.fetch_manifest_entry(self._io, discard_deleted=True)
        gone = [entry.data_file for entry in entries if entry.data_file.file_path in removed]
        if not gone:
            return manifest
        self._removed += gone
        spec = self.metadata.specs()[manifest.partition_spec_id]
        return self._write_manifest(spec, (self._kept(entry, removed) for entry in entries))

    def _kept(self, entry: ManifestEntry, removed: Collection[str]) -> ManifestEntry:
        is_gone = entry.data_file.file_path in removed
        return ManifestEntry.from_args(
            status=ManifestEntryStatus.DELETED if is_gone else ManifestEntryStatus.EXISTING,
            snapshot_id=self._id if is_gone else entry.snapshot_id,
            sequence_number=entry.sequence_number,
            file_sequence_number=entry.file_sequence_number,
            data_file=entry.data_file,
        )

    def _write_manifest(
        self, spec: PartitionSpec, entries: Iterable[ManifestEntry]
    ) -> ManifestFile:
        path = self._places.new_metadata_location(f"{self._uuid}-m{self._count}.avro")
        self._count += 1
        with write_manifest(
            format_version=self.metadata.format_version,
            spec=spec,
            schema=self.metadata.schema(),
            output_file=self._io.new_output(path),
            snapshot_id=self._id,
            avro_compression=self._codec,
        ) as writer:
            for entry in entries:
                writer.add_entry(entry)
        return writer.to_manifest_file()
