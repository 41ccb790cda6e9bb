"""Tables, their schema, snapshots, files and health, from metadata alone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from phlo.model import NamespaceContent, TableContent, ViewContent, key_text
from phlo_api import lake_tables
from phlo_api.dagster_values import instant
from phlo_api.deps import At
from phlo_api.lake_tables import Found, Relation
from phlo_api.paging import page_by_key
from phlo_api.schemas import iceberg as wire
from phlo_api.schemas.common import Column
from phlo_api.state import Api

if TYPE_CHECKING:
    from pyiceberg.schema import Schema
    from pyiceberg.table import Table
    from pyiceberg.table.snapshots import Snapshot


def namespaces(api: Api, at: At) -> wire.NamespaceList:
    """Return the namespaces of a ref with what they hold."""
    properties = {
        key_text(key): dict(content.properties)
        for key, content in api.catalog.contents(at.commit.id).items()
        if isinstance(content, NamespaceContent)
    }
    by_name: dict[str, list[Relation]] = {name: [] for name in properties}
    for _, key, content in lake_tables.relations(api, at.commit):
        by_name.setdefault(key_text(key[:-1]), []).append(content)
    items = [_namespace(name, found, properties.get(name, {})) for name, found in by_name.items()]
    items.sort(key=lambda item: item.name)
    return wire.NamespaceList(ref=at.ref, commit=at.commit.id, items=items)


def _namespace(name: str, found: list[Relation], properties: dict[str, str]) -> wire.Namespace:
    tables = [content for content in found if isinstance(content, TableContent)]
    is_counted = bool(tables) or not found
    return wire.Namespace(
        name=name,
        tables=len(tables),
        views=len(found) - len(tables),
        rows=_sum(t.rows for t in tables) if is_counted else None,
        bytes=_sum(t.bytes for t in tables) if is_counted else None,
        properties=properties,
    )


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def list_page(
    api: Api, at: At, q: str | None, namespace: str | None, cursor: str | None, limit: int
) -> wire.TablePage:
    """Return a page of the tables of a ref."""
    found = lake_tables.relations(api, at.commit)
    if namespace is not None:
        found = [item for item in found if key_text(item[1][:-1]) == namespace]
    if q:
        words = q.lower().split()
        found = [item for item in found if all(word in item[0].lower() for word in words)]
    page, following = page_by_key(found, lambda item: item[0], cursor, limit)
    return wire.TablePage(
        ref=at.ref,
        commit=at.commit.id,
        total=len(found),
        items=[wire.TableSummary(**_summary(Found(k, c, at.commit))) for _, k, c in page],
        next_cursor=following,
    )


def _summary(found: Found) -> dict[str, Any]:
    content = found.content
    table = content if isinstance(content, TableContent) else None
    return {
        "table": found.name,
        "namespace": key_text(found.key[:-1]),
        "name": found.key[-1],
        "kind": "table" if table else "view",
        "rows": table.rows if table else None,
        "bytes": table.bytes if table else None,
        "files": table.files if table else None,
        "snapshot_id": _id(table.snapshot_id) if table else None,
        "schema_hash": table.schema_hash if table else "",
    }


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def detail(api: Api, at: At, name: str) -> wire.TableDetail:
    """Describe a table or view."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    common = {
        **_summary(found),
        "ref": at.ref,
        "commit": at.commit.id,
        "asset": found.name if found.name in api.dagster.assets else None,
    }
    if isinstance(found.content, ViewContent):
        return wire.TableDetail(**common, **_view_detail(api, found))
    return wire.TableDetail(**common, **_table_detail(lake_tables.load(api, found), found))


def _view_detail(api: Api, found: Found) -> dict[str, Any]:
    view = found.content
    assert isinstance(view, ViewContent)
    answer = api.queries.run(f"select * from {quoted(found)} limit 0", found.commit.id)
    columns = [Column(name=f.name, type=str(f.type)) for f in answer.schema]
    return {
        "uuid": None,
        "location": None,
        "metadata_location": None,
        "format_version": None,
        "columns": columns,
        "partition_by": [],
        "sort_by": [],
        "current_schema_id": None,
        "snapshots": 0,
        "updated_at": None,
        "sql": view.sql,
        "comment": view.comment,
    }


def _table_detail(table: "Table", found: Found) -> dict[str, Any]:
    metadata = table.metadata
    schema = table.schema()
    content = found.content
    assert isinstance(content, TableContent)
    return {
        "uuid": content.uuid,
        "location": table.location(),
        "metadata_location": lake_tables.present(table, content.metadata_location),
        "format_version": metadata.format_version,
        "columns": columns_of(schema),
        "partition_by": [
            wire.PartitionField(
                name=field.name,
                column=schema.find_column_name(field.source_id) or str(field.source_id),
                transform=str(field.transform),
            )
            for field in table.spec().fields
        ],
        "sort_by": [
            f"{schema.find_column_name(f.source_id)} {f.direction.value}"
            for f in table.sort_order().fields
        ],
        "current_schema_id": metadata.current_schema_id,
        "snapshots": len(metadata.snapshots),
        "updated_at": instant(metadata.last_updated_ms / 1000),
        "sql": None,
        "comment": metadata.properties.get("comment", ""),
    }


def columns_of(schema: "Schema") -> list[Column]:
    """Return the top-level columns of an Iceberg schema."""
    return [
        Column(
            name=field.name,
            type=str(field.field_type),
            required=field.required,
            doc=field.doc or "",
            field_id=field.field_id,
        )
        for field in schema.fields
    ]


def quoted(found: Found) -> str:
    """Return the name of a table as SQL takes it."""
    from phlo.tables.quoting import identifier

    return f"{identifier(key_text(found.key[:-1]))}.{identifier(found.key[-1])}"


def schema_history(api: Api, at: At, name: str) -> wire.SchemaHistory:
    """Return the columns of a table and every schema it had, newest first."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    table = lake_tables.load(api, found)
    first_used = _first_used(table.metadata.snapshots)
    versions: list[wire.SchemaVersion] = []
    before: Schema | None = None
    for schema in sorted(table.metadata.schemas, key=lambda s: s.schema_id):
        versions.append(_version(schema, before, first_used.get(schema.schema_id)))
        before = schema
    return wire.SchemaHistory(
        table=found.name,
        commit=at.commit.id,
        current_schema_id=table.metadata.current_schema_id,
        columns=columns_of(table.schema()),
        history=versions[::-1],
    )


def _first_used(snapshots: Iterable["Snapshot"]) -> dict[int, float]:
    used: dict[int, float] = {}
    for snapshot in snapshots:
        if snapshot.schema_id is not None:
            known = used.get(snapshot.schema_id, snapshot.timestamp_ms)
            used[snapshot.schema_id] = min(known, snapshot.timestamp_ms)
    return used


def _version(
    schema: "Schema", before: "Schema | None", used_ms: float | None
) -> wire.SchemaVersion:
    old = {f.field_id: f for f in before.fields} if before else {}
    new = {f.field_id: f for f in schema.fields}
    changed = []
    for field_id in sorted(old.keys() & new.keys()):
        was, now = old[field_id], new[field_id]
        if was.name != now.name:
            changed.append(f"{was.name}: renamed to {now.name}")
        if was.field_type != now.field_type:
            changed.append(f"{now.name}: {was.field_type} to {now.field_type}")
        if was.required != now.required:
            changed.append(f"{now.name}: {'required' if now.required else 'optional'}")
    return wire.SchemaVersion(
        schema_id=schema.schema_id,
        columns=columns_of(schema),
        first_used_at=None if used_ms is None else instant(used_ms / 1000),
        added=[f.name for i, f in new.items() if i not in old] if before else [],
        removed=[f.name for i, f in old.items() if i not in new],
        changed=changed,
    )


def properties(api: Api, at: At, name: str) -> wire.TableProperties:
    """Return the properties of a table."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    table = lake_tables.load(api, found)
    known = {k: api.project.environment.mask(v) for k, v in table.properties.items()}
    return wire.TableProperties(table=found.name, commit=at.commit.id, properties=known)
