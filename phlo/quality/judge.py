"""What was measured becomes passed or failed, with words that say why."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from phlo.declare.durations import duration_text
from phlo.declare.rules import FreshWithin, Reconciles, RowCount, Rule
from phlo.model import Json

_CLOCK_SKEW = timedelta(minutes=5)


class Verdict(NamedTuple):
    """The outcome of one rule."""

    passed: bool
    measured: Json
    message: str
    failing: int | None = None
    looked_at: int | None = None


def judge(rule: Rule, row: Mapping[str, Json], now: datetime) -> Verdict:
    """Judge the row that the rule's measuring statement returned."""
    if isinstance(rule, Reconciles):
        return _reconciles(rule, row["left"], row["right"])
    looked_at = int(row["looked_at"])
    if looked_at == 0 and not rule.allow_empty:
        return Verdict(False, 0, "there are no rows to look at", None, 0)
    if isinstance(rule, RowCount):
        return _row_count(rule, looked_at)
    if isinstance(rule, FreshWithin):
        return _fresh(rule, row["newest_us"], looked_at, now)
    failing = int(row["failing"])
    message = f"{failing:,} of {looked_at:,} rows fail" if failing else f"{looked_at:,} rows pass"
    return Verdict(failing == 0, failing, message, failing, looked_at)


def _row_count(rule: RowCount, count: int) -> Verdict:
    low, high = rule.low or 0, rule.high if rule.high is not None else math.inf
    return Verdict(low <= count <= high, count, f"{count:,} rows", None, count)


def _fresh(rule: FreshWithin, newest_us: int | None, looked_at: int, now: datetime) -> Verdict:
    if newest_us is None:
        passed = looked_at == 0  # only reached by an empty table that is allowed to be empty
        return Verdict(passed, None, f"{rule.column} holds no time", None, looked_at)
    newest = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(newest_us))
    age = now - newest
    measured = newest.isoformat()
    if age < -_CLOCK_SKEW and not rule.allow_future:
        ahead = duration_text(-age)
        return Verdict(
            False, measured, f"the newest lies {ahead} ahead of the clock", None, looked_at
        )
    message = f"the newest is {duration_text(max(age, timedelta(0)))} old"
    return Verdict(age <= rule.within, measured, message, None, looked_at)


def _reconciles(rule: Reconciles, left: Json, right: Json) -> Verdict:
    measured = {"left": _plain(left), "right": _plain(right)}
    nothing = [name for name, value in (("left", left), ("right", right)) if value is None]
    if nothing and not rule.allow_empty:
        return Verdict(False, measured, f"there is no number on the {nothing[0]} side")
    first, second = _exact(left or 0), _exact(right or 0)
    if not (first.is_finite() and second.is_finite()):
        return Verdict(False, measured, "a side is not a finite number")
    if first == 0 and second == 0 and not rule.allow_empty:
        return Verdict(False, measured, "both sides are zero, so nothing was compared")
    off = abs(first - second)
    bound = Decimal(repr(rule.tolerance)) * (max(abs(first), abs(second)) if rule.relative else 1)
    return Verdict(off <= bound, {**measured, "difference": _plain(off)}, f"they differ by {off:f}")


def _exact(value: Json) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _plain(value: Json) -> Json:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
