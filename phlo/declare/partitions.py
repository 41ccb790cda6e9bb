"""Partitions of a table by day, hour or named values, and the window that each key means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from phlo.config.timezones import find_timezone
from phlo.declare._collect import default_timezone
from phlo.declare._place import mistake
from phlo.declare.names import checked_column
from phlo.errors import InvalidInput
from phlo.model import Json

PartitionKind = Literal["daily", "hourly", "static"]
ColumnKind = Literal["timestamptz", "timestamp", "date", "text"]
_HOUR = timedelta(hours=1)
_DAY_KEY = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z")
_HOUR_KEY = re.compile(r"(\d{4}-\d\d-\d\d)-(\d\d):(\d\d)([+-]\d{4})?\Z")


@dataclass(frozen=True, slots=True)
class Window:
    """What one run of a declaration is about.

    ``start`` is included and ``end`` is not; both are aware times in the partition's zone, and
    None where the table has no time partitions. ``key`` is the partition, ``cursor`` how far the
    last load came, None at the first. ``partition`` is the partitioning that made the window.
    """

    start: datetime | None = None
    end: datetime | None = None
    key: str | None = None
    cursor: Json = None
    partition: "Partitioning | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Partitioning:
    """How a table is cut, by a column.

    Days are days of the zone: 23 or 25 hours where the clock changes. Hours are hours of real
    time; the second of two equal hours carries its offset in the key (``2013-11-03-01:00-0500``).
    """

    kind: PartitionKind
    column: str
    start: datetime | None = None
    tz: str = "UTC"
    values: tuple[str, ...] = ()

    def keys(self, now: datetime | None = None) -> tuple[str, ...]:
        """Return the keys of all windows that have ended by ``now`` (aware; default: the clock)."""
        if self.start is None:
            return self.values
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        found = _day_keys if self.kind == "daily" else _hour_keys
        return tuple(found(self.start, moment))

    def window(self, key: str) -> Window:
        """Return the window of a key. Raises ``InvalidInput`` for a key that is none."""
        if self.kind == "static":
            if key not in self.values:
                raise InvalidInput(
                    f"{key!r} is no partition", fix=f"use one of: {', '.join(self.values)}"
                )
            return Window(key=key, partition=self)
        zone = ZoneInfo(self.tz)
        start, end = _day_bounds(key, zone) if self.kind == "daily" else _hour_bounds(key, zone)
        if self.start is not None and end <= self.start.astimezone(UTC) and start != end:
            raise InvalidInput(
                f"the partition {key!r} lies before the first, {self.start.isoformat()}",
                fix="use a later key, or move start= of the partition back",
            )
        return Window(start.astimezone(zone), end.astimezone(zone), key, partition=self)

    def predicate(self, window: Window, column: ColumnKind = "timestamptz") -> str:
        """Return SQL that is true for the rows of a window.

        ``column`` says what the column holds: timestamps without zone are UTC, dates are days of
        the zone.
        """
        name = '"' + self.column.replace('"', '""') + '"'
        if self.kind == "static":
            value = (window.key or "").replace("'", "''")
            return f"cast({name} as varchar) = '{value}'"
        if window.start is None or window.end is None:
            return "true"
        if column == "date":
            return _date_predicate(name, window.start, window.end)
        name = f"try_cast({name} as timestamptz)" if column == "text" else name
        low, high = (_literal(time, column) for time in (window.start, window.end))
        return f"{name} >= {low} and {name} < {high}"


def _date_predicate(name: str, start: datetime, end: datetime) -> str:
    last = (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(start.tzinfo).date()
    return f"{name} >= date '{start.date()}' and {name} <= date '{last}'"


def _literal(time: datetime, column: ColumnKind) -> str:
    text = time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if column == "timestamp":
        return f"timestamp '{text}'"
    return f"timestamptz '{text}+00'"


def _start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of a day as UTC, also where midnight is skipped."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    late = midnight.astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return late
    early = midnight.replace(fold=1).astimezone(UTC)  # in a gap: one before it, one after it
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).date() >= day:
            late = middle
        else:
            early = middle
    return late


def _day_keys(start: datetime, now: datetime) -> Iterable[str]:
    zone = start.tzinfo or UTC
    day = start.date()
    begin = _start_of_day(day, zone)
    while True:
        following = day + timedelta(days=1)
        end = _start_of_day(following, zone)
        if end > now:
            return
        if end > begin:  # a day that a zone skipped has no window
            yield day.isoformat()
        day, begin = following, end


def _hour_keys(start: datetime, now: datetime) -> Iterable[str]:
    zone = start.tzinfo or UTC
    at = start.astimezone(UTC)
    while at + _HOUR <= now:
        yield _hour_key(at.astimezone(zone))
        at += _HOUR


def _hour_key(local: datetime) -> str:
    key = local.strftime("%Y-%m-%d-%H:%M")
    return key + local.strftime("%z") if local.fold else key


def _day_bounds(key: str, zone: tzinfo) -> tuple[datetime, datetime]:
    if not _DAY_KEY.match(key):
        raise InvalidInput(f"{key!r} is not a day", fix="write it as 2013-01-31")
    try:
        day = date.fromisoformat(key)
        return _start_of_day(day, zone), _start_of_day(day + timedelta(days=1), zone)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{key!r} is not a day", fix="use a day that exists") from error


def _hour_bounds(key: str, zone: tzinfo) -> tuple[datetime, datetime]:
    match = _HOUR_KEY.match(key)
    if match is None:
        raise InvalidInput(f"{key!r} is not an hour", fix="write it as 2013-01-31-05:00")
    day, hour, minute, offset = match.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{hour}:{minute}").replace(tzinfo=zone)
    except ValueError as error:
        raise InvalidInput(f"{key!r} is not an hour", fix="use an hour that exists") from error
    if offset and local.strftime("%z") != offset:
        local = local.replace(fold=1)
        if local.strftime("%z") != offset:
            raise InvalidInput(
                f"{key!r} has an offset that its zone does not have then",
                fix=f"write {key.removesuffix(offset)!r}",
            )
    start = local.astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return start, start  # the clock skips this hour: an empty window
    return start, start + _HOUR


def daily(column: str, *, start: str | date | datetime, tz: str | None = None) -> Partitioning:
    """Cut a table by days of a zone (default: the project's), from ``start`` on."""
    return _by_time("daily", column, start, tz)


def hourly(column: str, *, start: str | date | datetime, tz: str | None = None) -> Partitioning:
    """Cut a table by hours, from ``start`` (a time of the zone) on."""
    return _by_time("hourly", column, start, tz)


def static(column: str, values: Iterable[str]) -> Partitioning:
    """Cut a table by the named values of a column."""
    listed = () if isinstance(values, str) else tuple(values)
    if not listed or not all(isinstance(value, str) and value.strip() for value in listed):
        raise mistake(
            f"static({column!r}, {values!r}) names no partitions", fix='write ("EWR", "JFK")'
        )
    if len(set(listed)) < len(listed):
        raise mistake(f"static({column!r}, …) names a partition twice", fix="name each once")
    bad = [value for value in listed if any(mark in value for mark in ",|\n\0")]
    if bad:
        raise mistake(
            f"the partition {bad[0]!r} holds a mark that partition keys cannot",
            fix="leave out commas, bars and line breaks",
        )
    return Partitioning("static", checked_column(column, "the partition column"), values=listed)


def _by_time(
    kind: Literal["daily", "hourly"], column: str, start: object, tz: str | None
) -> Partitioning:
    checked_column(column, "the partition column")
    zone = find_timezone(tz if tz is not None else default_timezone())
    if isinstance(zone, str):
        raise mistake(f"tz={tz!r} is not a time zone", fix=zone)
    first = _first_moment(start)
    if first is None:
        raise mistake(
            f"start={start!r} is not a day{' or hour' if kind == 'hourly' else ''}",
            fix='write start="2013-01-01"' + (' or "2013-01-01T05:00"' if kind == "hourly" else ""),
        )
    first = first.astimezone(zone) if first.tzinfo else first.replace(tzinfo=zone)
    edge = first.replace(minute=0, second=0, microsecond=0)
    edge = edge.replace(hour=0) if kind == "daily" else edge
    if first.replace(tzinfo=None) != edge.replace(tzinfo=None):
        raise mistake(
            f"start={start!r} is not the start of a {'day' if kind == 'daily' else 'full hour'}",
            fix=f"write start={edge.replace(tzinfo=None).isoformat()!r}",
        )
    if not 1970 <= first.year <= 2200:
        raise mistake(f"start={start!r} is out of range", fix="use a year from 1970 to 2200")
    return Partitioning(kind, column, first, str(zone.key))


def _first_moment(start: object) -> datetime | None:
    if isinstance(start, datetime):
        return start
    if isinstance(start, date):
        return datetime(start.year, start.month, start.day)
    if not isinstance(start, str):
        return None
    try:
        return datetime.fromisoformat(start.strip())
    except ValueError:
        return None
