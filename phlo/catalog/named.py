"""Which files a change names that its table did not name before (R15).

No commit may rest on a file that gc has condemned: its writer lists what it newly names, and the
fold compares. In a lake that never condemned a file there is nothing to compare.
"""

from collections.abc import Iterator

from pyiceberg.table.metadata import TableMetadata

from phlo.catalog.entries import Put
from phlo.catalog.files import TableFiles
from phlo.catalog.merge_files import every_path, manifests_of, snapshot_manifests
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
    """Yield manifest lists, manifests and files of the snapshots that only ``after`` has.

    Without the files of the present snapshot of ``before``: those are live, so never condemned.
    """
    known = {one.snapshot_id for one in before.snapshots} if before else set()
    latest = manifests_of(files.io, before)
    read = set(latest)
    for snapshot in after.snapshots:
        if snapshot.snapshot_id in known:
            continue
        yield snapshot.manifest_list
        listed = snapshot_manifests(files.io, snapshot)
        fresh = [path for path in listed if path not in read]
        if not fresh:
            continue
        read.update(fresh)
        yield from fresh
        # A manifest that was put together from others lists their files again.
        again = every_path(files.io, (latest[path] for path in latest.keys() - listed.keys()))
        yield from every_path(files.io, (listed[path] for path in fresh)) - again
