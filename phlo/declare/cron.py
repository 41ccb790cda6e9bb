"""Cron lines: five fields, checked so that a schedule that can never fire is a mistake."""

import re

from phlo.declare._place import mistake

_MONTHS = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAYS = {name: at for at, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_ALIASES = frozenset(
    {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}
)
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _DAYS),
)
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def checked_cron(line: object) -> str:
    """Return the cron line if it has five valid fields and can fire at all."""
    if not isinstance(line, str):
        raise mistake(
            f"schedule={line!r} is not text", fix='write a cron line: schedule="0 5 * * *"'
        )
    text = " ".join(line.split())
    if text.lower() in _ALIASES:
        return text.lower()
    fields = text.split(" ")
    if len(fields) != len(_FIELDS):
        raise mistake(
            f"schedule={line!r} has {len(fields) if text else 0} fields, a cron line has five",
            fix='write minute, hour, day, month, weekday: schedule="0 5 * * *"',
        )
    values = [_field_values(text, *spec, line) for text, spec in zip(fields, _FIELDS, strict=True)]
    days, months = values[2], values[3]
    if fields[4] == "*" and not any(min(days) <= _LONGEST_MONTH.get(month, 31) for month in months):
        raise mistake(
            f"schedule={line!r} never fires: no such day in these months",
            fix="use a day of the month that exists",
        )
    return text


def _field_values(
    text: str, name: str, low: int, high: int, words: dict[str, int], line: str
) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|\w+(?:-\w+)?)(?:/(\d+))?", part)
        span = _span(match.group(1), low, high, words) if match else None
        step = int(match.group(2) or 1) if match else 0
        if span is None or step < 1:
            raise mistake(
                f"schedule={line!r}: {part!r} is not a {name}",
                fix=f"give the {name} as {low} to {high}, *, a range a-b, a list a,b or a step */n",
            )
        start, end = span
        stepped_from_one = match is not None and match.group(2) and start == end
        found.update(range(start, (high if stepped_from_one else end) + 1, step))
    return frozenset(found)


def _span(text: str, low: int, high: int, words: dict[str, int]) -> tuple[int, int] | None:
    if text == "*":
        return low, high
    ends = [_number(part, words) for part in text.split("-")]
    if any(end is None for end in ends):
        return None
    first, last = ends[0], ends[-1]
    if first is None or last is None or not low <= first <= last <= high:
        return None
    return first, last


def _number(text: str, words: dict[str, int]) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else words.get(text.lower())
