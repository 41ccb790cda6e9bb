"""Plan one table that changed on both sides; nothing is written until the plan is carried out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pyiceberg.io import FileIO
from pyiceberg.manifest import ManifestFile
from pyiceberg.table.metadata import TableMetadata

from phlo.catalog.files import TableFiles
from phlo.catalog.intents import combined
from phlo.catalog.merge_files import FileChange, file_change, has_delete_files, manifests_of
from phlo.catalog.merge_intents import Side, clash_of
from phlo.catalog.merge_keys import KeyReader
from phlo.catalog.merge_rebase import rebase
from phlo.catalog.merge_schema import Definition, clash, merge_definitions, same_columns
from phlo.errors import Conflict
from phlo.model import Intent, TableContent


@dataclass(frozen=True, slots=True)
class Work:
    """What the commits of one side meant to do to one table, newest last."""

    ref: str
    intents: tuple[Intent | None, ...] = ()
    commits: tuple[str, ...] = ()
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class Rebase:
    """A table that can be rebased: call ``write`` to do it."""

    content: TableContent
    ours: Side
    theirs: Side
    definition: Definition
    change: FileChange
    manifests: Mapping[str, ManifestFile]
    suspects: frozenset[str]

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the target holds all of the source's change already."""
        mine, wanted = self.ours.metadata, self.definition
        return (
            not self.change
            and same_columns(mine.schema(), wanted.schema)
            and mine.spec().fields == wanted.spec.fields
            and mine.sort_order().fields == wanted.order.fields
            and mine.properties == wanted.properties
        )

    def write(self, files: TableFiles) -> TableContent:
        """Write manifests and metadata of the merged table."""
        intent = combined(self.theirs.intents)
        snapshot_id = self.theirs.metadata.current_snapshot_id
        properties = {"phlo.source-snapshot": str(snapshot_id)}
        if intent:
            told = {"kind": intent.kind, "key": list(intent.key), "scope": intent.scope}
            properties["phlo.intent"] = json.dumps(told)
        metadata = rebase(
            files.io,
            self.ours.metadata,
            self.theirs.metadata,
            self.definition,
            self.change,
            self.manifests,
            self.suspects,
            properties,
        )
        return files.write(metadata, self.content)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two changes of one table that do not go together."""

    reason: str
    ours: Side
    theirs: Side


def plan_table(
    files: TableFiles,
    base: TableContent | None,
    ours: TableContent,
    theirs: TableContent,
    work: tuple[Work, Work],
) -> Rebase | Clash:
    """Plan to put the source's change of a table on top of the target's.

    Args:
        files: Access to metadata and manifests.
        base: The table where both sides part; None when both created it.
        ours: The table on the target.
        theirs: The table on the source.
        work: What either side's commits meant to do.
    """
    loaded = files.load(base) if base else None
    mine = files.load(ours)
    other = files.load(theirs)
    common = manifests_of(files.io, loaded)
    listed = manifests_of(files.io, mine), manifests_of(files.io, other)
    sides = (
        _side(files.io, work[0], mine, common, listed[0]),
        _side(files.io, work[1], other, common, listed[1]),
    )
    if any(has_delete_files(one.values()) for one in listed):
        blocked = "both sides changed the table, and it has delete files: compact it first"
        return Clash(blocked, *sides)
    try:
        definition = _definition(loaded, mine, other, keep=work[1].undoes)
    except Conflict as conflict:
        return Clash(conflict.problem, *sides)
    reason = clash_of(*sides, definition.schema, KeyReader(files.io))
    if reason:
        return Clash(reason, *sides)
    return _rebase_of(ours, sides, definition, listed[0])


def _rebase_of(
    content: TableContent,
    sides: tuple[Side, Side],
    definition: Definition,
    manifests: Mapping[str, ManifestFile],
) -> Rebase:
    mine, theirs = sides[0].change, sides[1].change
    held = {file.manifest for file in theirs.removed.values()}
    return Rebase(
        content=content,
        ours=sides[0],
        theirs=sides[1],
        definition=definition,
        change=FileChange(
            {path: file for path, file in theirs.added.items() if path not in mine.added},
            theirs.removed,
        ),
        manifests=manifests,
        suspects=frozenset(held | mine.manifests),
    )


def _side(
    io: FileIO,
    work: Work,
    metadata: TableMetadata,
    before: Mapping[str, ManifestFile],
    after: Mapping[str, ManifestFile],
) -> Side:
    change = file_change(io, before, after)
    return Side(work.ref, metadata, change, work.intents, work.commits, work.undoes)


def _definition(
    base: TableMetadata | None, ours: TableMetadata, theirs: TableMetadata, *, keep: bool
) -> Definition:
    if base is None and not (
        same_columns(ours.schema(), theirs.schema()) and ours.spec().fields == theirs.spec().fields
    ):
        raise clash(
            "both sides created the table, with different columns or partitions",
            "drop or rename one of them",
        )
    return merge_definitions(base, ours, theirs, keep_columns=keep)
