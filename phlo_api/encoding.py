"""Arrow values as JSON that a browser reads rightly."""

import base64
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from phlo.errors import QueryLimit
from phlo_api.schemas.common import Column

_SAFE = 2**53 - 1


def columns_of(schema: pa.Schema) -> list[Column]:
    """Return the columns of an Arrow schema."""
    return [Column(name=f.name, type=str(f.type), required=not f.nullable) for f in schema]


def rows_of(table: pa.Table) -> list[list[Any]]:
    """Return rows as JSON values, in order; columns of one name stay apart."""
    columns = [values_of(table.column(i)) for i in range(table.num_columns)]
    if not columns:
        return [[] for _ in range(table.num_rows)]
    return [list(row) for row in zip(*columns, strict=True)]


def first_rows(table: pa.Table, most: int) -> pa.Table:
    """Return the first rows of a table that hold at most so many values, those of lists included.

    Raises:
        QueryLimit: If the first row alone holds more.
    """
    while _values_in(table) > most:
        if table.num_rows <= 1:
            raise QueryLimit(
                f"one row holds more than {most} values", fix="unnest it, or ask for Arrow"
            )
        table = table.slice(0, table.num_rows // 2)
    return table


def _values_in(table: pa.Table) -> int:
    return sum(_count(chunk) for column in table.columns for chunk in column.chunks)


def _count(array: pa.Array) -> int:
    kind = array.type
    parts: list[pa.Array] = []
    if pa.types.is_struct(kind) or pa.types.is_union(kind):
        parts = [array.field(i) for i in range(kind.num_fields)]
    elif pa.types.is_map(kind) and len(array):
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        parts = [side.slice(first, last - first) for side in (array.keys, array.items)]
    elif pa.types.is_nested(kind) and not pa.types.is_map(kind):
        parts = [array.flatten()]
    return len(array) + sum(_count(part) for part in parts)


def values_of(column: "pa.Array | pa.ChunkedArray") -> list[Any]:
    """Return the values of a column as JSON."""
    if _is_unnamed(column.type):
        return [_by_place(scalar) for scalar in column]
    return [wire(value) for value in column.to_pylist()]


def _is_unnamed(kind: pa.DataType) -> bool:
    """Tell whether a type holds a struct whose fields have no names of their own: `row(1, 2)`."""
    fields = [kind.field(i) for i in range(kind.num_fields)]
    twice = pa.types.is_struct(kind) and len({f.name for f in fields}) < len(fields)
    return twice or any(_is_unnamed(f.type) for f in fields)


def _by_place(scalar: pa.Scalar) -> Any:  # noqa: ANN401 - one value of any kind
    """Return a value whose structs may have fields without names: those become lists."""
    if not scalar.is_valid or not _is_unnamed(scalar.type):
        return wire(scalar.as_py())
    if isinstance(scalar, pa.StructScalar):
        names = [field.name for field in scalar.type]
        values = [_by_place(scalar[i]) for i in range(len(names))]
        return dict(zip(names, values, strict=True)) if len(set(names)) == len(names) else values
    if isinstance(scalar, pa.UnionScalar):
        return _by_place(scalar.value)
    return [_by_place(item) for item in scalar.values]


def wire(value: Any) -> Any:  # noqa: ANN401 - one value of any kind
    """Return one value as JSON: what a JavaScript number cannot hold becomes text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if -_SAFE <= value <= _SAFE else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, pa.MonthDayNano):
        return f"P{value.months}M{value.days}DT{value.nanoseconds / 1e9:g}S"
    if isinstance(value, Mapping):
        return {str(k): wire(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [wire(v) for v in value]
    return _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - one value of any kind
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    if isinstance(value, Decimal | UUID):
        return str(value)
    return str(value)
