"""Whether two changes of one table go together: files, partitions, keys, intents (rule R7)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata

from phlo.catalog.merge_files import FileChange, Partition, overlaps, partition_of
from phlo.catalog.merge_keys import KeyReader
from phlo.model import Intent, SideSummary

UNDONE = "revert of "
"""Begins the scope of an intent that a revert carries: its files mirror those of the intent."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side did to a table since the merge base.

    ``intents`` are those of its commits; None stands for a commit that told none. ``undoes`` marks
    the side of a revert, whose files are the mirror image of its intents.
    """

    ref: str
    metadata: TableMetadata
    change: FileChange
    intents: tuple[Intent | None, ...]
    commits: tuple[str, ...] = ()
    undoes: bool = False

    def summary(self) -> SideSummary:
        """Describe this side to people."""
        unknown = Intent("overwrite", scope="unknown")
        intents = dict.fromkeys(intent or unknown for intent in self.intents)
        return SideSummary(
            ref=self.ref,
            intents=tuple(intents),
            snapshot_id=self.metadata.current_snapshot_id,
            files_added=len(self.change.added),
            files_removed=len(self.change.removed),
            rows_added=sum(file.data.record_count for file in self.change.added.values()),
            commits=self.commits,
        )


class _Nature(NamedTuple):
    """A side's intents taken together."""

    overwrites: bool
    whole_table: bool
    keys: frozenset[tuple[str, ...]]
    moves_rows_only: bool


def clash_of(ours: Side, theirs: Side, schema: Schema, keys: KeyReader) -> str | None:
    """Return why the two changes do not go together, or None when they do.

    Args:
        ours: What the target did.
        theirs: What the source did.
        schema: The merged schema, whose field ids name the columns of keys.
        keys: Reads the key columns of added files, only where upserts need it.
    """
    if not ours.change or not theirs.change:
        return None
    both = ours.change.removed.keys() & theirs.change.removed.keys()
    if both and theirs.undoes:
        later = ", ".join(commit[:8] for commit in ours.commits)
        return (
            f"{len(both)} files that it wrote were rewritten or removed by later commits: {later}"
        )
    natures = _nature(ours), _nature(theirs)
    for side, nature, other in ((ours, natures[0], theirs), (theirs, natures[1], ours)):
        reason = _overwrite_clash(side, nature, other)
        if reason:
            return reason
    if both:
        return f"both sides replaced or removed {len(both)} of the same files: {_named(both)}"
    return _key_clash((ours, theirs), natures, schema, keys)


def _nature(side: Side) -> _Nature:
    kinds = {intent.kind if intent else None for intent in side.intents} - {"schema"}
    keys = frozenset(i.key for i in side.intents if i and i.kind == "upsert")
    whole = any(i and i.kind == "overwrite" and not i.scope for i in side.intents)
    told = bool(kinds) and not kinds & {None, "overwrite"}
    undone = side.undoes or any(i and i.scope.startswith(UNDONE) for i in side.intents)
    believed = told and (undone or _is_plausible(kinds, side.change))
    return _Nature(not believed, whole, keys, believed and kinds == {"rewrite"})


def _is_plausible(kinds: Collection[str | None], change: FileChange) -> bool:
    """Tell whether the files can have come from such intents; what lies counts as overwrite."""
    if set(kinds) == {"append"}:
        return not change.removed
    if set(kinds) == {"rewrite"}:
        rows = [
            sum(file.data.record_count for file in files.values())
            for files in (change.added, change.removed)
        ]
        return rows[0] == rows[1]
    return True


def _overwrite_clash(side: Side, nature: _Nature, other: Side) -> str | None:
    if not nature.overwrites:
        return None
    if nature.whole_table:
        return f"{side.ref!r} replaced the whole table and {other.ref!r} changed its files"
    shared = side.change.added.keys() & other.change.added.keys()
    zone = _partitions(side, frozenset())
    hit = overlaps(zone, _partitions(other, shared))
    if hit is None:
        return None
    where = _partition_text(hit)
    return f"{side.ref!r} overwrote {where}, where {other.ref!r} added or removed files"


def _partitions(side: Side, without: Collection[str]) -> frozenset[Partition]:
    specs = side.metadata.specs()
    return frozenset(
        partition_of(file, specs) for file in side.change.touched if file.file_path not in without
    )


def _key_clash(
    sides: tuple[Side, Side],
    natures: tuple[_Nature, _Nature],
    schema: Schema,
    keys: KeyReader,
) -> str | None:
    wanted = natures[0].keys | natures[1].keys
    if not wanted or any(nature.moves_rows_only for nature in natures):
        return None
    shared = sides[0].change.added.keys() & sides[1].change.added.keys()
    added = [
        [file.data for path, file in side.change.added.items() if path not in shared]
        for side in sides
    ]
    if not all(added):
        return None
    for columns in sorted(wanted):
        hit = keys.common(
            columns, schema, (sides[0].metadata, added[0]), (sides[1].metadata, added[1])
        )
        if hit:
            return f"both sides wrote rows with the key ({', '.join(columns)}) = ({hit})"
    return None


def _named(paths: Collection[str]) -> str:
    names = sorted(path.rpartition("/")[2] for path in paths)
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _partition_text(partition: Partition) -> str:
    if not partition:
        return "the table"
    return "the partition " + "/".join(str(value) for value in partition[1:])
