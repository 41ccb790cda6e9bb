"""Three-way merge of what a table says of itself: columns, layouts, orders, properties (R8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pyiceberg.partitioning import PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.sorting import SortOrder
from pyiceberg.types import NestedField, StructType

from phlo.errors import Conflict

T = TypeVar("T")

_FIX_SCHEMA = "merge the target into the branch before its schema changes, or undo one change"


def clash(problem: str, fix: str) -> Conflict:
    """Build the error for two changes that contradict each other."""
    return Conflict(problem, fix=fix)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a merged table shall say of itself. Ids of schemas, specs and orders do not matter."""

    schema: Schema
    spec: PartitionSpec
    order: SortOrder
    properties: Mapping[str, str]
    last_column_id: int


def merge_definitions(
    base: TableMetadata | None,
    ours: TableMetadata,
    theirs: TableMetadata,
    *,
    keep_columns: bool = False,
) -> Definition:
    """Merge the definitions of a table that changed on both sides.

    Args:
        base: The common state, or None when both sides created the table.
        ours: The state of the target.
        theirs: The state of the source.
        keep_columns: Drop no column of the target, which a revert must not.

    Raises:
        Conflict: If both sides changed the same thing differently.
    """
    base_schema = base.schema() if base else None
    return Definition(
        schema=merge_schemas(base_schema, ours.schema(), theirs.schema(), keep_columns),
        spec=_merge_specs(base, ours, theirs),
        order=_merge_orders(base, ours, theirs),
        properties=_merge_properties(base.properties if base else {}, ours, theirs),
        last_column_id=max(ours.last_column_id, theirs.last_column_id),
    )


def merge_schemas(
    base: Schema | None, ours: Schema, theirs: Schema, keep_columns: bool = False
) -> Schema:
    """Unite the columns of two schemas by field id.

    Raises:
        Conflict: For one name with two ids, one id with two meanings, or a new required column.
    """
    merged = _merge_columns(base, ours, theirs, keep_columns)
    _refuse_required(ours.fields, merged.fields, "")
    _refuse_required(theirs.fields, merged.fields, "")
    return merged


def _merge_columns(base: Schema | None, ours: Schema, theirs: Schema, keep: bool) -> Schema:
    if same_columns(ours, theirs) or (base and same_columns(base, theirs)):
        return ours
    if base and same_columns(base, ours) and not keep:
        return theirs
    base_fields = base.fields if base else ()
    fields = _merge_fields(base_fields, ours.fields, theirs.fields, keep, "")
    if not fields:
        raise clash("the two sides together drop every column", _FIX_SCHEMA)
    identifiers = _pick(
        sorted(base.identifier_field_ids) if base else None,
        sorted(ours.identifier_field_ids),
        sorted(theirs.identifier_field_ids),
        "the identifier columns",
    )
    kept = Schema(*fields)
    ids = [field_id for field_id in identifiers if kept.find_column_name(field_id)]
    return Schema(*fields, identifier_field_ids=ids)


def same_columns(left: Schema, right: Schema) -> bool:
    """Tell whether two schemas say the same, whatever their schema ids are."""
    same_ids = set(left.identifier_field_ids) == set(right.identifier_field_ids)
    return left.fields == right.fields and same_ids


def _merge_fields(
    base: Sequence[NestedField],
    ours: Sequence[NestedField],
    theirs: Sequence[NestedField],
    keep: bool,
    path: str,
) -> tuple[NestedField, ...]:
    old = {field.field_id: field for field in base}
    mine = {field.field_id: field for field in ours}
    other = {field.field_id: field for field in theirs}
    merged = []
    for field_id in (*mine, *(i for i in other if i not in mine)):
        before, left, right = old.get(field_id), mine.get(field_id), other.get(field_id)
        only = left or right
        if left and right:
            merged.append(_merge_field(before, left, right, keep, path))
        elif only and (before is None or (left and keep)):
            merged.append(only)
        elif before and only != before:
            gone = "theirs" if left else "ours"
            problem = f"column {path + before.name!r} was changed on one side; {gone} dropped it"
            raise clash(problem, _FIX_SCHEMA)
    _refuse_homonyms(merged, path)
    return tuple(merged)


def _merge_field(
    base: NestedField | None, ours: NestedField, theirs: NestedField, keep: bool, path: str
) -> NestedField:
    if ours == theirs or theirs == base:
        return ours
    if base is None:
        problem = (
            f"column id {ours.field_id} is {path + ours.name!r} here and {theirs.name!r} there"
        )
        raise clash(problem, _FIX_SCHEMA)
    if ours == base:
        return theirs
    name = path + base.name
    types = (base.field_type, ours.field_type, theirs.field_type)
    if all(isinstance(kind, StructType) for kind in types):
        inner = [kind.fields for kind in types if isinstance(kind, StructType)]
        merged: object = StructType(*_merge_fields(inner[0], inner[1], inner[2], keep, f"{name}."))
    else:
        merged = _pick(*types, f"the type of column {name!r}")
    return ours.model_copy(
        update={
            "name": _pick(base.name, ours.name, theirs.name, f"the name of column {name!r}"),
            "field_type": merged,
            "required": ours.required and theirs.required,
            "doc": _pick(base.doc, ours.doc, theirs.doc, f"the comment of column {name!r}"),
        }
    )


def _refuse_required(
    before: Sequence[NestedField], after: Sequence[NestedField], path: str
) -> None:
    """Refuse a required column where files of a side may lack it, or hold nothing in it."""
    known = {field.field_id: field for field in before}
    for field in after:
        old, name = known.get(field.field_id), path + field.name
        if field.required and (old is None or not old.required):
            problem = f"column {name!r} is required now; files of the other side may lack it"
            raise clash(problem, "make the column optional")
        types = (old.field_type if old else None, field.field_type)
        if isinstance(types[0], StructType) and isinstance(types[1], StructType):
            _refuse_required(types[0].fields, types[1].fields, f"{name}.")


def _refuse_homonyms(fields: Sequence[NestedField], path: str) -> None:
    names: dict[str, NestedField] = {}
    for field in fields:
        other = names.setdefault(field.name.casefold(), field)
        if other is not field:
            problem = (
                f"both sides added a column {path + field.name!r}, with the ids "
                f"{other.field_id} and {field.field_id}"
            )
            raise clash(problem, _FIX_SCHEMA)


def _merge_specs(
    base: TableMetadata | None, ours: TableMetadata, theirs: TableMetadata
) -> PartitionSpec:
    before = base.spec().fields if base else None
    if theirs.spec().fields in (ours.spec().fields, before):
        return ours.spec()
    if ours.spec().fields != before:
        raise clash("the partition spec was changed on both sides", "undo the change on one side")
    return theirs.spec()


def _merge_orders(
    base: TableMetadata | None, ours: TableMetadata, theirs: TableMetadata
) -> SortOrder:
    before = base.sort_order().fields if base else None
    if theirs.sort_order().fields in (ours.sort_order().fields, before):
        return ours.sort_order()
    if ours.sort_order().fields != before:
        raise clash("the sort order was changed on both sides", "undo the change on one side")
    return theirs.sort_order()


def _merge_properties(
    base: Mapping[str, str], ours: TableMetadata, theirs: TableMetadata
) -> dict[str, str]:
    return merge_properties(base, ours.properties, theirs.properties)


def merge_properties(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, str]:
    """Merge properties key by key.

    Raises:
        Conflict: If both sides gave one property different values.
    """
    merged = {}
    for name in sorted(ours.keys() | theirs.keys()):
        what = f"the property {name!r}"
        value = _pick(base.get(name), ours.get(name), theirs.get(name), what)
        if value is not None:
            merged[name] = value
    return merged


def _pick(base: T | None, ours: T, theirs: T, what: str) -> T:
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    raise clash(
        f"{what} is {ours!s} here and {theirs!s} there, and was {base!s}", "undo one of the changes"
    )
