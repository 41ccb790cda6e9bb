"""Arrow schemas and streams made fit for Iceberg."""

from collections.abc import Callable

import pyarrow as pa

from phlo.errors import BadData

_SIMPLE: tuple[tuple[Callable[[pa.DataType], bool], pa.DataType], ...] = (
    (pa.types.is_uint64, pa.decimal128(20, 0)),
    (pa.types.is_uint32, pa.int64()),
    (pa.types.is_int64, pa.int64()),
    (pa.types.is_integer, pa.int32()),
    (pa.types.is_float16, pa.float32()),
    (pa.types.is_null, pa.string()),
    (pa.types.is_large_string, pa.string()),
    (pa.types.is_string_view, pa.string()),
    (pa.types.is_large_binary, pa.binary()),
    (pa.types.is_binary_view, pa.binary()),
    (pa.types.is_time, pa.time64("us")),
    (pa.types.is_date, pa.date32()),
)


def storable_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema with every type replaced by the next wider one that Iceberg has.

    Times become microseconds, zones UTC, dictionaries their values, nulls text.

    Raises:
        BadData: If a type has no such replacement (durations, unions, 256-bit decimals).
    """
    return pa.schema([_field(field) for field in schema])


def _field(field: pa.Field, path: str = "") -> pa.Field:
    name = f"{path}{field.name}"
    return pa.field(field.name, _storable(field.type, name), field.nullable)


def _storable(kind: pa.DataType, name: str) -> pa.DataType:
    if isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.UuidType):
        return _storable(kind.storage_type, name)
    if pa.types.is_dictionary(kind):
        return _storable(kind.value_type, name)
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if pa.types.is_decimal(kind):
        return _decimal(kind, name)
    for matches, replacement in _SIMPLE:
        if matches(kind):
            return replacement
    if pa.types.is_nested(kind):
        return _nested(kind, name)
    if pa.types.is_duration(kind) or pa.types.is_interval(kind):
        raise _unstorable(name, kind, "give it as a number of seconds")
    return kind


def _decimal(kind: pa.DataType, name: str) -> pa.DataType:
    if kind.precision > 38 or kind.scale < 0:
        raise _unstorable(name, kind, "give at most 38 digits and a scale of 0 or more")
    return pa.decimal128(kind.precision, kind.scale)


def _nested(kind: pa.DataType, name: str) -> pa.DataType:
    if pa.types.is_struct(kind):
        return pa.struct([_field(kind.field(n), f"{name}.") for n in range(kind.num_fields)])
    if pa.types.is_map(kind):
        item = pa.field("value", _storable(kind.item_type, f"{name}.value"))
        return pa.map_(_storable(kind.key_type, f"{name}.key"), item)
    if pa.types.is_union(kind) or not hasattr(kind, "value_field"):
        raise _unstorable(name, kind, "split it into one column for each type")
    return pa.list_(pa.field("element", _storable(kind.value_type, f"{name}.element")))


def _unstorable(name: str, kind: pa.DataType, fix: str) -> BadData:
    return BadData(
        f"column {name!r} is of the Arrow type {kind}, which Iceberg tables cannot hold", fix=fix
    )
