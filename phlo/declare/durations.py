"""Durations as people write them: ``26h``, ``1d12h``, ``90m``."""

import re
from datetime import timedelta

from phlo.declare._place import mistake

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?\s*[wdhms]\s*)+\Z")


def checked_duration(value: object, what: str) -> timedelta:
    """Return a positive duration, from a timedelta or text such as ``26h``."""
    found = _parse(value)
    if found is None or found <= timedelta(0):
        raise mistake(
            f"{what}={value!r} is not a duration above zero",
            fix=f'write {what}="26h" (w, d, h, m, s) or give a timedelta',
        )
    return found


def _parse(value: object) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _DURATION.match(value.strip().lower()):
        return None
    total = timedelta(0)
    for number, unit in re.findall(r"(\d+(?:\.\d+)?)\s*([wdhms])", value.strip().lower()):
        total += timedelta(**{_UNITS[unit]: float(number)})
    return total


def duration_text(value: timedelta) -> str:
    """Write a duration the short way: ``1d2h``."""
    seconds = int(value.total_seconds())
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
