"""Partition transforms as SQL, and partition values as they travel through folder names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import (
    BucketTransform,
    DayTransform,
    HourTransform,
    IdentityTransform,
    MonthTransform,
    Transform,
    TruncateTransform,
    UnknownTransform,
    VoidTransform,
    YearTransform,
    parse_transform,
)
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    FloatType,
    IcebergType,
    IntegerType,
    StringType,
    TimestampType,
    TimestamptzType,
    TimeType,
    UUIDType,
)

from phlo.errors import InvalidInput, UnsupportedTable
from phlo.tables.quoting import identifier

if TYPE_CHECKING:
    import pyarrow as pa

_NULL = "__null__"
_DIGEST = "__md5__"
_SAFE = "[A-Za-z0-9+-][A-Za-z0-9_.+-]{0,79}"
_CALL = re.compile(r"^\s*(?:(\w+)\s*\(\s*(?:(\d+)\s*,\s*)?(.+?)\s*(?:,\s*(\d+)\s*)?\)|(.+?))\s*$")
"""``day(ts)``, ``bucket(16, id)``, ``bucket(id, 16)`` or a bare column."""
_EPOCH = {
    "year": "(year({0}) - 1970)",
    "month": "((year({0}) - 1970) * 12 + month({0}) - 1)",
    "day": "date_diff('day', date '1970-01-01', cast({0} as date))",
    "hour": "cast(floor(epoch_us({0}) / 3600000000.0) as bigint)",
}


@dataclass(frozen=True, slots=True)
class PartitionColumn:
    """One partition field as a helper column of the COPY.

    ``value`` is SQL for the partition value, or None for a bucket, which ``bucket`` computes on
    Arrow arrays of ``source``. ``text`` is SQL for what stands in the folder name.
    """

    name: str
    kind: IcebergType
    source: str
    value: str | None
    text: str
    bucket: BucketTransform[Any] | None = None
    source_kind: IcebergType | None = None

    def decode(self, text: str) -> tuple[bool, object]:
        """Turn a folder name back into a value; False if only the file itself can tell."""
        if text == _NULL:
            return True, None
        if text.startswith(_DIGEST):
            return False, None
        return True, _decoded(text, self.kind)


def parse_partitioning(texts: Iterable[str], schema: Schema) -> PartitionSpec:
    """Build a partition spec from texts such as ``day(time_hour)`` or ``bucket(16, id)``.

    Raises:
        InvalidInput: If a text names no column of the schema or no transform that fits it.
    """
    fields = [_parse_one(text, schema, 1000 + n) for n, text in enumerate(texts)]
    return PartitionSpec(*fields)


def _parse_one(text: str, schema: Schema, field_id: int) -> PartitionField:
    match = _CALL.match(text)
    name, before, inside, after, bare = match.groups() if match else (None,) * 5
    column = (inside or bare or "").strip('"')
    width = before or after
    known = [f.name for f in schema.fields]
    if column not in known:
        raise InvalidInput(
            f"partitioning {text!r} names the column {column!r}, which the table does not have",
            fix=f"use one of: {', '.join(known)}",
        )
    spelled = (name or "identity").lower().rstrip("s")
    transform = _transform(spelled, width)
    field = schema.find_field(column)
    if transform is None or not transform.can_transform(field.field_type):
        raise InvalidInput(
            f"partitioning {text!r} cannot be applied to {column!r} of type {field.field_type}",
            fix="use the column itself, or year, month, day or hour of a time, "
            "bucket(n, column) or truncate(n, column)",
        )
    label = column if spelled == "identity" else f"{column}_{spelled.replace('truncate', 'trunc')}"
    return PartitionField(field.field_id, field_id, transform, label)


def _transform(name: str, width: str | None) -> Transform[Any, Any] | None:
    if (name in ("bucket", "truncate")) != (int(width or 0) > 0):
        return None
    transform = parse_transform(f"{name}[{width}]" if width else name)
    return None if isinstance(transform, UnknownTransform) else transform


def partition_columns(schema: Schema, spec: PartitionSpec) -> tuple[PartitionColumn | None, ...]:
    """Return one helper column for each field of the spec; None for a void one."""
    taken = {f.name.lower() for f in schema.fields}
    columns: list[PartitionColumn | None] = []
    for field in spec.fields:
        if isinstance(field.transform, VoidTransform):
            columns.append(None)
            continue
        name = "by_" + re.sub(r"\W", "_", field.name)
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        columns.append(_column(name, schema, field))
    return tuple(columns)


def _column(name: str, schema: Schema, field: PartitionField) -> PartitionColumn:
    source = schema.find_field(field.source_id)
    path = schema.find_column_name(field.source_id) or source.name
    sql = ".".join(map(identifier, path.split(".")))
    if isinstance(field.transform, BucketTransform):
        hashed = source.field_type
        if isinstance(hashed, UUIDType):  # which travels through Arrow as text
            sql, hashed = f"unhex(replace(cast({sql} as varchar), '-', ''))", BinaryType()
        text = f"coalesce(cast({identifier(name)} as varchar), '{_NULL}')"
        number: IcebergType = IntegerType()
        return PartitionColumn(name, number, sql, None, text, field.transform, hashed)
    value, kind = _value_sql(sql, source.field_type, field)
    text = _folder_text(value, kind)
    return PartitionColumn(name, kind, sql, value, text)


def _value_sql(column: str, kind: IcebergType, field: PartitionField) -> tuple[str, IcebergType]:
    transform = field.transform
    if isinstance(transform, IdentityTransform):
        return column, kind
    if isinstance(transform, (YearTransform, MonthTransform, DayTransform, HourTransform)):
        utc = f"({column} at time zone 'UTC')" if isinstance(kind, TimestamptzType) else column
        return _EPOCH[str(transform)].format(utc), IntegerType()
    if isinstance(transform, TruncateTransform):
        return _truncated(column, kind, transform.width), kind
    raise UnsupportedTable(
        f"partition field {field.name!r} uses the transform {transform}",
        fix="write to tables partitioned by identity, year, month, day, hour, bucket or truncate",
    )


def _truncated(column: str, kind: IcebergType, width: int) -> str:
    if isinstance(kind, StringType):
        return f"substring({column}, 1, {width})"
    if isinstance(kind, BinaryType):
        return f"unhex(substring(hex({column}), 1, {2 * width}))"
    if isinstance(kind, DecimalType):
        column = _unscaled(column)
    return f"({column} - ((({column} % {width}) + {width}) % {width}))"


def _unscaled(column: str) -> str:
    return f"cast(replace(cast({column} as varchar), '.', '') as hugeint)"


def _folder_text(value: str, kind: IcebergType) -> str:
    """Write a value as text that is safe in a path and in an address, whatever the value."""
    if isinstance(kind, (StringType, BinaryType, FixedType)):
        digest = f"'{_DIGEST}' || md5({value})"
        if isinstance(kind, StringType):
            digest = f"if(regexp_full_match({value}, '{_SAFE}'), {value}, {digest})"
        return f"coalesce({digest}, '{_NULL}')"
    if isinstance(kind, DateType):
        value = f"date_diff('day', date '1970-01-01', {value})"
    elif isinstance(kind, (TimestampType, TimestamptzType, TimeType)):
        value = f"epoch_us({value})"
    elif isinstance(kind, DecimalType) and "%" not in value:
        value = _unscaled(value)
    return f"coalesce(cast({value} as varchar), '{_NULL}')"


def _decoded(text: str, kind: IcebergType) -> object:
    """Return the value as pyiceberg keeps it in a partition record: dates and times as numbers."""
    if isinstance(kind, StringType):
        return text
    if isinstance(kind, BooleanType):
        return text == "true"
    if isinstance(kind, DecimalType):
        return Decimal(int(text)).scaleb(-kind.scale, _WIDE)
    if isinstance(kind, UUIDType):
        return UUID(text).bytes
    if isinstance(kind, (FloatType, DoubleType)):
        return float(text)
    return int(text)


_WIDE = Context(prec=76)


def with_buckets(batch: "pa.RecordBatch", columns: tuple[PartitionColumn, ...]) -> "pa.RecordBatch":
    """Add the bucket columns to a batch.

    DuckDB has no 32-bit Murmur3, in SQL it takes seconds per million rows, and a Python function
    in DuckDB needs numpy: pyiceberg's own transform on Arrow arrays takes milliseconds.
    """
    import pyarrow as pa

    for column in columns:
        if column.bucket is None or column.source_kind is None:
            continue
        array = batch.column(column.name)
        buckets = column.bucket.pyarrow_transform(column.source_kind)(array)
        place = batch.schema.get_field_index(column.name)
        batch = batch.set_column(place, pa.field(column.name, pa.int32()), buckets)
    return batch
