"""What a side did to a table, as the difference of live data files (rule R7)."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile, DataFileContent, ManifestContent, ManifestFile
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.transforms import VoidTransform

Partition = tuple[Hashable, ...]
"""The layout of a partition spec, then one value a field; empty where nothing is partitioned."""


@dataclass(frozen=True, slots=True)
class LiveFile:
    """A data file of a snapshot, and the manifest that lists it."""

    data: DataFile
    manifest: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """Files that only one of two snapshots lists, by path.

    ``manifests`` are the data manifests of the later snapshot that the earlier one has not.
    """

    added: Mapping[str, LiveFile]
    removed: Mapping[str, LiveFile]
    manifests: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    @property
    def touched(self) -> Iterator[DataFile]:
        """The data files that were added or removed."""
        for files in (self.added, self.removed):
            for file in files.values():
                yield file.data


def manifests_of(io: FileIO, metadata: TableMetadata | None) -> dict[str, ManifestFile]:
    """Return the manifests of the current snapshot by path."""
    snapshot = metadata.current_snapshot() if metadata else None
    return snapshot_manifests(io, snapshot) if snapshot else {}


def snapshot_manifests(io: FileIO, snapshot: Snapshot) -> dict[str, ManifestFile]:
    """Return the manifests of one snapshot by path."""
    return {manifest.manifest_path: manifest for manifest in snapshot.manifests(io)}


def has_delete_files(manifests: Iterable[ManifestFile]) -> bool:
    """Tell whether any manifest lists a live delete file (rule R9)."""
    return any(
        manifest.content == ManifestContent.DELETES
        and (manifest.has_added_files() or manifest.has_existing_files())
        for manifest in manifests
    )


class _Entries:
    """Files of the manifests that were read last: a manifest never changes what it lists."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0
        self._kept: OrderedDict[str, tuple[LiveFile, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, io: FileIO, manifest: ManifestFile) -> tuple[LiveFile, ...]:
        path = manifest.manifest_path
        with self._lock:
            if path in self._kept:
                self._kept.move_to_end(path)
                return self._kept[path]
        read = tuple(
            LiveFile(entry.data_file, path)
            for entry in manifest.fetch_manifest_entry(io, discard_deleted=True)
        )
        with self._lock:
            if path not in self._kept and len(read) <= self._most:
                self._kept[path] = read
                self._count += len(read)
            while self._count > self._most:
                self._count -= len(self._kept.popitem(last=False)[1])
        return read


_entries = _Entries(most=6000)


def live_files(io: FileIO, manifests: Iterable[ManifestFile]) -> dict[str, LiveFile]:
    """Read the live data files of manifests, by path."""
    return {
        file.data.file_path: file
        for manifest in manifests
        if manifest.content == ManifestContent.DATA
        for file in _entries.of(io, manifest)
        if file.data.content == DataFileContent.DATA
    }


def every_path(io: FileIO, manifests: Iterable[ManifestFile]) -> set[str]:
    """Read the paths of the live files of manifests, data and deletes."""
    return {file.data.file_path for one in manifests for file in _entries.of(io, one)}


def file_change(
    io: FileIO, before: Mapping[str, ManifestFile], after: Mapping[str, ManifestFile]
) -> FileChange:
    """Return what changed between two lists of manifests.

    A manifest that both list is never opened: manifests are immutable, so its files are on both
    sides. The cost grows with the change.
    """
    old = live_files(io, (before[path] for path in before.keys() - after.keys()))
    new = live_files(io, (after[path] for path in after.keys() - before.keys()))
    return FileChange(
        added={path: file for path, file in new.items() if path not in old},
        removed={path: file for path, file in old.items() if path not in new},
        manifests=frozenset(
            path
            for path in after.keys() - before.keys()
            if after[path].content == ManifestContent.DATA
        ),
    )


def partition_of(file: DataFile, specs: Mapping[int, PartitionSpec]) -> Partition:
    """Return the partition of a file in a form that can be compared between tables."""
    fields = specs[file.spec_id].fields
    layout = tuple(
        (field.source_id, str(field.transform))
        for field in fields
        if not isinstance(field.transform, VoidTransform)
    )
    if not layout:
        return ()
    values = tuple(
        _comparable(file.partition[position])
        for position, field in enumerate(fields)
        if not isinstance(field.transform, VoidTransform)
    )
    return (layout, *values)


def _comparable(value: Hashable) -> Hashable:
    """Make NaN equal to itself."""
    return value if value == value else "NaN"  # only NaN differs from itself


def overlaps(zone: Iterable[Partition], others: Iterable[Partition]) -> Partition | None:
    """Return a partition of ``others`` that may share rows with the zone, or None.

    Two layouts cannot be compared value by value, so files of different layouts may overlap; a
    table without partitions is one partition.
    """
    zone_set = set(zone)
    layouts = {partition[:1] for partition in zone_set}
    for other in others:
        if other in zone_set or (layouts and layouts != {other[:1]}):
            return other
    return None
