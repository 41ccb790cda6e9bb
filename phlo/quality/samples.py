"""Rows as JSON can hold them, so that a sample can be kept, sent and shown."""

import base64
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from phlo.model import Json

SAMPLE_ROWS = 20
_LONGEST_TEXT = 500


def json_rows(rows: Iterable[Mapping[str, object]]) -> tuple[Mapping[str, Json], ...]:
    """Return rows with every value made fit for JSON."""
    return tuple({str(name): json_value(value) for name, value in row.items()} for row in rows)


def json_value(value: object) -> Json:
    """Return a value fit for JSON; NaN and infinities become text, long texts are cut."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 1] + "…"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)[:_LONGEST_TEXT]).decode()
    if isinstance(value, Mapping):
        return {str(name): json_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(item) for item in value]
    return str(value) if isinstance(value, UUID | timedelta) else json_value(str(value))
