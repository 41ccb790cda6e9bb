"""Metadata files of tables: cached when read, bounded and protected when written (R5, R18)."""

import gzip
import hashlib
import re
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from typing import Self

import orjson
from pyiceberg.table.metadata import TableMetadata, TableMetadataUtil
from pyiceberg.table.snapshots import Snapshot

from phlo.catalog.state import Ids
from phlo.errors import LakeDamaged
from phlo.model import TableContent
from phlo.ports import ObjectStore
from phlo.store.fileio import LakeFileIO, Unsynced

FORCED = {
    "gc.enabled": "false",
    "write.metadata.delete-after-commit.enabled": "false",
}
"""Properties that every metadata file carries, whatever a client asks for (R5)."""

DEFAULTS = {
    "write.metadata.previous-versions-max": "10",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "20",
    "commit.retry.num-retries": "20",
    "commit.retry.min-wait-ms": "20",
    "commit.retry.max-wait-ms": "2000",
    "write.parquet.compression-codec": "zstd",
}
MOST_SNAPSHOTS = 100
BUSY_SNAPSHOTS = 20
_BUSY_WITHIN_MS = 24 * 3600 * 1000
_YOUNG_MS = 1000
_CACHED = 512
_COUNTS = ("total-records", "total-files-size", "total-data-files")
_NO_PARTITION_ID = 999
_VERSION = re.compile(r"(\d+)-[0-9a-f-]{36}(?:\.\w+)?\.metadata\.json")


class TableFiles:
    """Reads and writes the metadata files of one lake. Threads share it.

    ``io`` remembers what is written through it until ``sync``; ``fresh`` gives the same files
    with a memory of its own, for one commit.
    """

    def __init__(self, store: ObjectStore, *, aliases: tuple[str, ...] = ()) -> None:
        self.io = LakeFileIO.of(store, aliases)
        self.ids: Mapping[str, Ids] = {}
        self._cache = _Cache()

    def fresh(
        self, *, ids: Mapping[str, Ids] | None = None, unsynced: Unsynced | None = None
    ) -> Self:
        """Return the same files for one commit, with the ids of the state it rests on."""
        made = object.__new__(type(self))
        made.io = self.io.fresh(unsynced)
        made.ids = self.ids if ids is None else ids
        made._cache = self._cache
        return made

    def load(self, content: TableContent) -> TableMetadata:
        """Return the metadata of a table, its last ids raised to those of every ref (R8)."""
        return raised(self.metadata(content.metadata_location), self.ids)

    def metadata(self, location: str) -> TableMetadata:
        """Return the metadata of a location. Raises ``LakeDamaged`` if the file is gone."""
        found = self._cache.get(location)
        if found is None:
            found = self.read(location)
            self._cache.put(location, found)
        return found

    def read(self, location: str) -> TableMetadata:
        """Read a metadata file from the store."""
        try:
            with self.io.new_input(location).open() as stream:
                data = bytes(stream.read())
        except FileNotFoundError as cause:
            raise LakeDamaged(
                f"the metadata file {location} is gone",
                fix="restore the tables folder from a backup; only gc may delete files of a lake",
            ) from cause
        if location.endswith(".gz.metadata.json"):
            data = gzip.decompress(data)
        return TableMetadataUtil.parse_raw(self.io.translate_text(data.decode()))

    def write(self, metadata: TableMetadata, previous: TableContent | None) -> TableContent:
        """Write metadata under a new name and return the content that names it.

        The file is not durable before ``sync``. ``previous`` gives the number of its name.
        """
        kept = bounded(guarded(metadata))
        version = _version_of(previous.metadata_location) + 1 if previous is not None else 0
        name = f"{version:05d}-{uuid.uuid4()}.gz.metadata.json"
        folder = kept.properties.get("write.metadata.path", f"{kept.location}/metadata")
        location = f"{folder.rstrip('/')}/{name}"
        text = kept.model_dump_json(exclude_none=True)
        self.io.write(location, gzip.compress(text.encode(), compresslevel=3, mtime=0))
        self._cache.put(location, kept)
        return content_of(kept, location)

    def sync(self) -> None:
        """Make what was written durable. Raises ``StoreError``."""
        self.io.sync()


class _Cache:
    """The newest metadata by location; a location never changes what it holds."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, TableMetadata] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, location: str) -> TableMetadata | None:
        with self._lock:
            found = self._kept.get(location)
            if found is not None:
                self._kept.move_to_end(location)
            return found

    def put(self, location: str, metadata: TableMetadata) -> None:
        with self._lock:
            self._kept[location] = metadata
            if len(self._kept) > _CACHED:
                self._kept.popitem(last=False)


def raised(metadata: TableMetadata, ids: Mapping[str, Ids]) -> TableMetadata:
    """Return metadata from which the next id is new on every ref (R8)."""
    known = ids.get(str(metadata.table_uuid))
    if known is None:
        return metadata
    update: dict[str, int] = {}
    if known.column > metadata.last_column_id:
        update["last_column_id"] = known.column
    if known.partition > (metadata.last_partition_id or 0):
        update["last_partition_id"] = known.partition
    return metadata.model_copy(update=update) if update else metadata


def guarded(metadata: TableMetadata) -> TableMetadata:
    """Return metadata that forbids every client to delete files (R5)."""
    before = metadata.properties
    after = {**DEFAULTS, **before, **FORCED}
    most = after["write.metadata.previous-versions-max"]
    if not most.isdigit() or int(most) > int(DEFAULTS["write.metadata.previous-versions-max"]):
        after["write.metadata.previous-versions-max"] = "10"
    return metadata if after == before else metadata.model_copy(update={"properties": after})


def bounded(metadata: TableMetadata, *, now_ms: int | None = None) -> TableMetadata:
    """Return metadata with a bounded number of snapshots (R18); history is the catalog's.

    Source: Iceberg table spec, "Snapshots" and ``snapshot-log``: when a snapshot is removed, so
    are the log entries before it.
    """
    snapshots = metadata.snapshots
    if len(snapshots) <= BUSY_SNAPSHOTS:
        return metadata
    ordered = sorted(snapshots, key=lambda one: (one.sequence_number or 0, one.timestamp_ms))
    cap = _cap(ordered, int(time.time() * 1000) if now_ms is None else now_ms)
    if len(ordered) <= cap:
        return metadata
    held = {ref.snapshot_id for ref in metadata.refs.values()} | {metadata.current_snapshot_id}
    keep = {one.snapshot_id for one in ordered[-cap:]} | held
    log = list(metadata.snapshot_log)
    lost = [at for at, one in enumerate(log) if one.snapshot_id not in keep]
    return metadata.model_copy(
        update={
            "snapshots": [one for one in snapshots if one.snapshot_id in keep],
            "snapshot_log": log[lost[-1] + 1 :] if lost else log,
            "statistics": [one for one in metadata.statistics if one.snapshot_id in keep],
            "partition_statistics": [
                one for one in metadata.partition_statistics if one.snapshot_id in keep
            ],
        }
    )


def _cap(ordered: list[Snapshot], now_ms: int) -> int:
    """Return how many snapshots to keep: few where many come in a day, and all very young ones."""
    newest = ordered[-1].timestamp_ms
    if newest - ordered[-BUSY_SNAPSHOTS].timestamp_ms > _BUSY_WITHIN_MS:
        return MOST_SNAPSHOTS
    young = max(newest, now_ms) - _YOUNG_MS
    return min(
        MOST_SNAPSHOTS, max(BUSY_SNAPSHOTS, sum(one.timestamp_ms > young for one in ordered))
    )


def content_of(metadata: TableMetadata, location: str) -> TableContent:
    """Return what a ref says of a table with this metadata."""
    snapshot = metadata.current_snapshot()
    rows: int | None = 0
    size: int | None = 0
    files: int | None = 0
    if snapshot is not None:
        rows, size, files = (_count(snapshot, name) for name in _COUNTS)
    return TableContent(
        location,
        str(metadata.table_uuid),
        snapshot.snapshot_id if snapshot is not None else None,
        schema_hash(metadata),
        rows,
        size,
        files,
        metadata.last_column_id,
        metadata.last_partition_id or _NO_PARTITION_ID,
    )


def schema_hash(metadata: TableMetadata) -> str:
    """Return a digest of the current schema: ids, names, types, nullability and comments."""
    document = metadata.schema().model_dump(exclude={"schema_id"})
    data = orjson.dumps(document, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _count(snapshot: Snapshot, name: str) -> int | None:
    summary = snapshot.summary
    text = summary.additional_properties.get(name) if summary is not None else None
    return int(text) if text is not None and text.isdigit() else None


def _version_of(location: str) -> int:
    found = _VERSION.fullmatch(location.rpartition("/")[2])
    return int(found.group(1)) if found else -1
