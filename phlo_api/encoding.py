"""Arrow values as JSON that a browser reads rightly."""

import base64
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from phlo_api.schemas.common import Column

_SAFE = 2**53 - 1


def columns_of(schema: pa.Schema) -> list[Column]:
    """Return the columns of an Arrow schema."""
    return [Column(name=f.name, type=str(f.type), required=not f.nullable) for f in schema]


def rows_of(table: pa.Table) -> list[list[Any]]:
    """Return rows as JSON values, in order; columns of one name stay apart."""
    columns = [[wire(v) for v in table.column(i).to_pylist()] for i in range(table.num_columns)]
    if not columns:
        return [[] for _ in range(table.num_rows)]
    return [list(row) for row in zip(*columns, strict=True)]


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
