"""The files and partitions of a table's current snapshot, and how well they are stored."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from phlo_api import lake_tables
from phlo_api.deps import At
from phlo_api.encoding import wire as as_json
from phlo_api.lake_tables import Found
from phlo_api.paging import page_by_key, page_by_offset
from phlo_api.schemas import iceberg as wire
from phlo_api.state import Api

if TYPE_CHECKING:
    from pyiceberg.table import Table

SMALL_FILE_BYTES = 8 * 1024 * 1024
_MANY_FILES = 100
_MANY_SNAPSHOTS = 100
_Content = Literal["data", "position-deletes", "equality-deletes"]
_CONTENT: dict[int, _Content] = {0: "data", 1: "position-deletes", 2: "equality-deletes"}


@dataclass(frozen=True, slots=True)
class Stored:
    """What the manifests of the current snapshot list."""

    files: tuple[wire.DataFile, ...]
    manifests: int


def intent_of(summary: dict[str, str]) -> str | None:
    """Return what the writer of a snapshot meant to do, if it said so."""
    text = summary.get("phlo.intent")
    if not text:
        return None
    try:
        return str(json.loads(text)["kind"])
    except (ValueError, KeyError, TypeError):
        return None


def stored(api: Api, found: Found) -> Stored:
    """Return the files of a state of a table; kept by that state."""
    return api.caches.files.get(found.token, lambda: _read(lake_tables.load(api, found)))


def _read(table: "Table") -> Stored:
    snapshot = table.current_snapshot()
    if snapshot is None:
        return Stored((), 0)
    manifests = snapshot.manifests(table.io)
    specs = table.specs()
    schema = table.schema()
    root = lake_tables.present(table, table.location()).rstrip("/") + "/"
    found = []
    for manifest in manifests:
        spec = specs[manifest.partition_spec_id]
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
            file = entry.data_file
            found.append(
                wire.DataFile(
                    path=lake_tables.present(table, file.file_path).removeprefix(root),
                    content=_CONTENT[int(file.content)],
                    format=str(file.file_format.value).lower(),
                    partition=_partition(spec, schema, file.partition),
                    rows=file.record_count,
                    bytes=file.file_size_in_bytes,
                    sequence_number=entry.sequence_number,
                )
            )
    return Stored(tuple(sorted(found, key=lambda f: f.path)), len(manifests))


def _partition(spec: Any, schema: Any, record: Any) -> dict[str, Any]:  # noqa: ANN401 - pyiceberg's own
    found = {}
    for place, field in enumerate(spec.fields):
        value = record[place]
        source = schema.find_type(field.source_id) if field.source_id in schema.field_ids else None
        human = value if source is None else field.transform.to_human_string(source, value)
        found[field.name] = as_json(None if value is None else human)
    return found


def files(api: Api, at: At, name: str, cursor: str | None, limit: int) -> wire.FilePage:
    """Return a page of files, sorted by path."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    page, following = page_by_key(stored(api, found).files, lambda f: f.path, cursor, limit)
    return wire.FilePage(table=found.name, commit=at.commit.id, items=page, next_cursor=following)


def partitions(api: Api, at: At, name: str, cursor: str | None, limit: int) -> wire.PartitionPage:
    """Return a page of partitions, sorted by label."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    groups: dict[str, list[wire.DataFile]] = {}
    for file in stored(api, found).files:
        if file.content == "data" and file.partition:
            groups.setdefault(_label(file.partition), []).append(file)
    items = [
        wire.Partition(
            partition=group[0].partition,
            label=label,
            rows=sum(f.rows for f in group),
            files=len(group),
            bytes=sum(f.bytes for f in group),
        )
        for label, group in sorted(groups.items())
    ]
    page, following = page_by_offset(items, cursor, limit)
    return wire.PartitionPage(
        table=found.name, commit=at.commit.id, items=page, next_cursor=following
    )


def _label(partition: dict[str, Any]) -> str:
    return "/".join(f"{name}={value}" for name, value in partition.items())


def count_partitions(api: Api, found: Found) -> int | None:
    """Return how many partitions hold files, or None for a table that has none."""
    labels = {_label(f.partition) for f in stored(api, found).files if f.content == "data"}
    return len(labels) if labels - {""} else None


def health(api: Api, at: At, name: str) -> wire.StorageHealth:
    """Measure how well a table is stored."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    table = lake_tables.load(api, found)
    known = stored(api, found)
    data = [f for f in known.files if f.content == "data"]
    small = [f for f in data if f.bytes < SMALL_FILE_BYTES]
    measured = wire.StorageHealth(
        table=found.name,
        commit=at.commit.id,
        files=len(data),
        bytes=sum(f.bytes for f in known.files),
        rows=sum(f.rows for f in data),
        average_file_bytes=sum(f.bytes for f in data) // len(data) if data else None,
        small_files=len(small),
        small_file_bytes=SMALL_FILE_BYTES,
        delete_files=len(known.files) - len(data),
        snapshots=len(table.metadata.snapshots),
        schemas=len(table.metadata.schemas),
        manifests=known.manifests,
        advice=[],
    )
    return measured.model_copy(update={"advice": _advice(measured)})


def _advice(measured: wire.StorageHealth) -> list[wire.Advice]:
    found = []
    if measured.small_files > _MANY_FILES and measured.small_files * 2 > measured.files:
        found.append(
            wire.Advice(
                code="small-files",
                problem=f"{measured.small_files} of {measured.files} files are small",
                fix="load in larger partitions, or rewrite the table once",
            )
        )
    if measured.delete_files:
        found.append(
            wire.Advice(
                code="delete-files",
                problem=f"{measured.delete_files} delete files are applied at every read",
                fix="rewrite the table once, with the engine that deleted rows",
            )
        )
    if measured.snapshots >= _MANY_SNAPSHOTS:
        found.append(
            wire.Advice(
                code="many-snapshots",
                problem=f"the metadata holds {measured.snapshots} snapshots",
                fix="let retention expire them: retention.snapshots_days in phlo.yaml",
            )
        )
    return found
