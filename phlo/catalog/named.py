"""Which files a change names that its table did not name before (R15).

No commit may rest on a file that gc has condemned: its writer lists what it newly names, and the
fold compares. In a lake that never condemned a file there is nothing to compare.
"""

from collections.abc import Iterator

from pyiceberg.table.metadata import TableMetadata

from phlo.catalog.entries import Put
from phlo.catalog.files import TableFiles
from phlo.model import TableContent


def with_named_files(put: Put, files: TableFiles) -> Put:
    """Return a change with the files that it newly names. Raises ``LakeDamaged``."""
    before, after = put.change.before, put.change.after
    if not isinstance(after, TableContent):
        return put
    earlier = files.metadata(before.metadata_location) if isinstance(before, TableContent) else None
    named = dict.fromkeys(_named(earlier, files.metadata(after.metadata_location), files))
    return put._replace(files=tuple(map(files.io.translate, named)))


def _named(before: TableMetadata | None, after: TableMetadata, files: TableFiles) -> Iterator[str]:
    """Yield manifest lists, manifests and files of the snapshots that only ``after`` has."""
    known = {one.snapshot_id for one in before.snapshots} if before else set()
    latest = before.current_snapshot() if before else None
    read = {one.manifest_path for one in latest.manifests(files.io)} if latest else set()
    for snapshot in after.snapshots:
        if snapshot.snapshot_id in known:
            continue
        yield snapshot.manifest_list
        for manifest in snapshot.manifests(files.io):
            if manifest.manifest_path in read:
                continue
            read.add(manifest.manifest_path)
            yield manifest.manifest_path
            for entry in manifest.fetch_manifest_entry(files.io, discard_deleted=True):
                yield entry.data_file.file_path
