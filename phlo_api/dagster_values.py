"""Dagster's public values as JSON: metadata, times, promises of freshness."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from phlo_api.dagster_facts import Promise


def instant(seconds: float) -> datetime:
    """Return a moment from seconds since 1970."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def instant_or_none(seconds: float | None) -> datetime | None:
    """Return a moment from seconds since 1970, None where there is none."""
    return None if seconds is None else instant(seconds)


def plain_metadata(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata as JSON; what JSON lacks becomes text."""
    return {str(label): _plain(value) for label, value in values.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any metadata of anybody
    if isinstance(value, dg.TableSchemaMetadataValue):
        columns = value.schema.columns
        return [{"name": c.name, "type": c.type, "doc": c.description or ""} for c in columns]
    if isinstance(value, dg.TableColumnLineageMetadataValue):
        return {
            column: [[".".join(d.asset_key.path), d.column_name] for d in deps]
            for column, deps in value.value.deps_by_column.items()
        }
    if isinstance(value, dg.TableMetadataValue):
        return [dict(record.data) for record in value.records]
    if isinstance(value, dg.TimestampMetadataValue):
        return instant(value.value).isoformat()
    return jsonable(getattr(value, "value", value))


def jsonable(value: Any) -> Any:  # noqa: ANN401 - any value of anybody
    """Return a value as JSON; NaN, the infinities and unknown kinds become text."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): jsonable(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(part) for part in value]
    return str(value)


def promise_of(policy: object) -> Promise | None:
    """Return what a freshness policy promises, or None."""
    window = getattr(policy, "fail_window", None)
    if window is not None:
        delta = window.to_timedelta()
        return Promise(f"within {_spell(delta)}", delta.total_seconds())
    cron = getattr(policy, "deadline_cron", None)
    if cron is not None:
        zone = getattr(policy, "timezone", "UTC")
        return Promise(f"by {cron} ({zone})")
    return None


def _spell(delta: timedelta) -> str:
    seconds = int(delta.total_seconds())
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} s"
