"""Files read one physical layout at a time: those without field ids, and nested renames.

For such files neither a plain list nor ``schema=`` reads right, so the columns of each layout are
mapped to the table's one by one: by field id where the file has ids, else by the name mapping.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyiceberg.table.name_mapping import MappedField
from pyiceberg.types import IcebergType, ListType, MapType, NestedField, StructType

from phlo.tables.quoting import identifier, text_list
from phlo.tables.types import duckdb_type

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table


@dataclass(frozen=True, slots=True)
class Node:
    """One field of a Parquet file's own schema."""

    name: str
    field_id: int | None
    children: tuple["Node", ...] = ()


_layouts: dict[str, tuple[Node, ...]] = {}
"""By path: data files never change."""


def lacks_field_ids(con: "duckdb.DuckDBPyConnection", paths: Sequence[str]) -> set[str]:
    """Return those of the files that carry no field ids."""
    return {
        path
        for path, roots in _read_layouts(con, paths).items()
        if not any(node.field_id is not None for node in roots)
    }


def layout_selects(
    con: "duckdb.DuckDBPyConnection", table: "Table", paths: Sequence[str], extra: Sequence[str]
) -> list[str]:
    """Return one select for each layout among the files."""
    by_layout: dict[tuple[Node, ...], list[str]] = defaultdict(list)
    for path, roots in _read_layouts(con, paths).items():
        by_layout[roots].append(path)
    mapping = table.name_mapping()
    mapped = {m.field_id: m for m in mapping.root if m.field_id is not None} if mapping else {}
    options = "".join(f", {name} = true" for name in extra)
    selects = []
    for roots, files in by_layout.items():
        columns = [
            f"{_column(field, roots, mapped)} as {identifier(field.name)}"
            for field in table.schema().fields
        ]
        source = f"read_parquet({text_list(files)}, hive_partitioning = false{options})"
        selects.append(f"select {', '.join([*columns, *extra])} from {source}")
    return selects


def _read_layouts(
    con: "duckdb.DuckDBPyConnection", paths: Sequence[str]
) -> dict[str, tuple[Node, ...]]:
    new = [path for path in paths if path not in _layouts]
    if new:
        rows = con.execute(
            "select file_name, name, field_id, coalesce(num_children, 0) "
            f"from parquet_schema({text_list(new)}) order by file_name, column_id"
        ).fetchall()
        by_file: dict[str, list[tuple[str, int | None, int]]] = defaultdict(list)
        for file, *rest in rows:
            by_file[file].append((rest[0], rest[1], rest[2]))
        for file, fields in by_file.items():
            _layouts[file] = _tree(iter(fields)).children
    return {path: _layouts[path] for path in paths}


def _tree(fields: Iterator[tuple[str, int | None, int]]) -> Node:
    """Build the next field and what is below it from fields in depth-first order."""
    name, field_id, children = next(fields)
    return Node(name, field_id, tuple(_tree(fields) for _ in range(children)))


def _column(field: NestedField, nodes: Sequence[Node], mapped: Mapping[int, MappedField]) -> str:
    node = _find(field.field_id, field.name, nodes, mapped)
    if node is None:
        return f"cast(null as {duckdb_type(field.field_type)})"
    return _value(identifier(node.name), node, field.field_type, _below(mapped, field.field_id), 0)


def _find(
    field_id: int, name: str, nodes: Sequence[Node], mapped: Mapping[int, MappedField]
) -> Node | None:
    """Find a field of the table in a file: by id, else by one of its mapped names."""
    if any(node.field_id is not None for node in nodes):
        return next((node for node in nodes if node.field_id == field_id), None)
    names = mapped[field_id].names if field_id in mapped else [name]
    return next((node for node in nodes if node.name in names), None)


def _below(mapped: Mapping[int, MappedField], field_id: int) -> dict[int, MappedField]:
    """Return the mapping of everything inside a field, by id."""
    found: dict[int, MappedField] = {}
    waiting = list(mapped[field_id].fields) if field_id in mapped else []
    while waiting:
        entry = waiting.pop()
        waiting.extend(entry.fields)
        if entry.field_id is not None:
            found[entry.field_id] = entry
    return found


def _value(
    sql: str, node: Node, kind: IcebergType, mapped: Mapping[int, MappedField], depth: int
) -> str:
    """Return SQL that rebuilds a value of a file as the table's type."""
    if isinstance(kind, StructType):
        return _struct(sql, node, kind, mapped, depth)
    each = f"e{depth}"
    if isinstance(kind, ListType):
        element = node.children[0].children[0]
        inner = _value(each, element, kind.element_type, mapped, depth + 1)
        return f"list_transform({sql}, lambda {each}: {inner})"
    if isinstance(kind, MapType):
        key, value = node.children[0].children
        key_sql = _value(f"{each}.key", key, kind.key_type, mapped, depth + 1)
        value_sql = _value(f"{each}.value", value, kind.value_type, mapped, depth + 1)
        entry = f"{{'key': {key_sql}, 'value': {value_sql}}}"
        return f"map_from_entries(list_transform(map_entries({sql}), lambda {each}: {entry}))"
    return f"cast({sql} as {duckdb_type(kind)})"


def _struct(
    sql: str, node: Node, kind: StructType, mapped: Mapping[int, MappedField], depth: int
) -> str:
    parts = []
    for field in kind.fields:
        child = _find(field.field_id, field.name, node.children, mapped)
        if child is None:
            value = f"cast(null as {duckdb_type(field.field_type)})"
        else:
            inner = f"({sql}).{identifier(child.name)}"
            value = _value(inner, child, field.field_type, mapped, depth)
        parts.append(f"{identifier(field.name)} := {value}")
    whole = f"struct_pack({', '.join(parts)})"
    return f"case when {sql} is null then null else {whole} end"
