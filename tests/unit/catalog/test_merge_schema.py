"""Merging what tables say of themselves, without a lake."""

import pytest
from pyiceberg.schema import Schema
from pyiceberg.types import (
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    NestedField,
    StringType,
    StructType,
)

from phlo.catalog.merge_schema import merge_properties, merge_schemas
from phlo.errors import Conflict
from phlo.model import Intent
from tests.unit.catalog.lab import Lab


def column(field_id: int, name: str, kind: IcebergType | None = None) -> NestedField:
    return NestedField(field_id, name, kind or LongType())


def names(schema: Schema) -> list[str]:
    return [schema.find_column_name(field_id) or "" for field_id in sorted(schema.field_ids)]


BASE = Schema(column(1, "id"), column(2, "place", StructType(column(3, "x"))))


def placed(*fields: NestedField) -> Schema:
    return Schema(column(1, "id"), column(2, "place", StructType(column(3, "x"), *fields)))


def test_r08_fields_inside_a_struct_are_united_too() -> None:
    merged = merge_schemas(BASE, placed(column(4, "y")), placed(column(5, "z")))

    assert names(merged) == ["id", "place", "place.x", "place.y", "place.z"]


def test_r08_one_name_inside_a_struct_with_two_ids_is_a_conflict() -> None:
    with pytest.raises(Conflict, match=r"'place\.y'"):
        merge_schemas(BASE, placed(column(4, "y")), placed(column(5, "y")))


def test_r08_lists_changed_on_both_sides_are_a_conflict() -> None:
    def listed(kind: IcebergType) -> Schema:
        return Schema(column(1, "id"), column(2, "tags", ListType(3, kind)))

    with pytest.raises(Conflict, match="the type of column 'tags'"):
        merge_schemas(listed(IntegerType()), listed(LongType()), listed(StringType()))


def test_r08_one_id_for_two_new_columns_is_a_conflict() -> None:
    ours, theirs = (Schema(*BASE.fields, column(4, name)) for name in ("late", "early"))

    with pytest.raises(Conflict, match="column id 4 is 'late' here and 'early' there"):
        merge_schemas(BASE, ours, theirs)


def test_r08_identifier_columns_merge_three_way() -> None:
    ours = Schema(*BASE.fields, column(4, "late"))
    required = NestedField(1, "id", LongType(), required=True)
    base = Schema(required, identifier_field_ids=[1])
    theirs = Schema(required, column(2, "day", StringType()), identifier_field_ids=[1])

    assert merge_schemas(BASE, ours, BASE).identifier_field_ids == []
    assert merge_schemas(base, base, theirs).identifier_field_ids == [1]


def test_a_revert_drops_no_column_and_a_merge_does() -> None:
    ours = Schema(*BASE.fields, column(4, "late"))
    theirs = Schema(column(1, "id"))

    assert names(merge_schemas(BASE, ours, theirs)) == ["id", "late"]
    kept = merge_schemas(BASE, ours, theirs, keep_columns=True)
    assert names(kept) == ["id", "place", "place.x", "late"]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ({}, {"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {}, {"a": "1"}, {}),
        ({"a": "1"}, {"a": "1"}, {}, {}),
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}, {"a": "2"}),
    ],
)
def test_properties_merge_one_by_one(
    base: dict[str, str], ours: dict[str, str], theirs: dict[str, str], merged: dict[str, str]
) -> None:
    assert merge_properties(base, ours, theirs) == merged


def test_a_property_set_here_and_removed_there_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="the property 'a'"):
        merge_properties({"a": "1"}, {"a": "2"}, {})


def test_r07_keys_are_compared_across_a_column_that_was_widened() -> None:
    lab = Lab()
    number, day = NestedField(1, "id", IntegerType()), NestedField(2, "day", StringType())
    key = ("raw", "days")
    lab.at("main").create_table(key, Schema(number, day))
    lab.append("main", [{"id": 1, "day": "mon"}], key)
    lab.branch("dev", "other")
    with lab.table("dev", key).update_schema() as update:
        update.update_column("id", LongType())
    lab.upsert("dev", [{"id": 2, "day": "tue"}], key=key)
    lab.upsert("main", [{"id": 2, "day": "wed"}], key=key)
    lab.write("other", Intent("upsert", ("ID",)), add=[{"id": 3, "day": "wed"}], key=key)

    assert "(id) = (2)" in (lab.how("dev", key=key) or "")
    lab.merge("other", "dev")

    assert lab.ids("dev", key) == [1, 2, 3]
