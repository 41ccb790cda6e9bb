"""The functions users write in ``checks=[…]``: each refuses what can never pass."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from phlo.declare._place import mistake, nearest
from phlo.declare.durations import checked_duration
from phlo.declare.names import (
    checked_check_name,
    checked_column,
    checked_columns,
    checked_table,
    default_check_name,
)
from phlo.declare.rules import (
    Accepted,
    Between,
    Bound,
    Custom,
    FreshWithin,
    Matches,
    NotNull,
    Reconciles,
    RowCount,
    Rule,
    Scope,
    Severity,
    Sql,
    Unique,
    is_statement,
    operand_table,
)
from phlo.model import Json


class RuleOptions(TypedDict, total=False):
    """What every rule takes: see ``Rule``."""

    name: str
    blocking: bool
    severity: Severity
    scope: Scope
    allow_empty: bool
    description: str


def not_null(*columns: str, **options: Unpack[RuleOptions]) -> Rule:
    """Demand a value in every named column; NaN is no value."""
    over = _some_columns(columns, "not_null")
    return NotNull(over=over, **_options(options, "not_null", *over))


def unique(*columns: str, **options: Unpack[RuleOptions]) -> Rule:
    """Demand that no two rows of the table agree in all named columns."""
    over = _some_columns(columns, "unique")
    return Unique(over=over, **_options(options, "unique", *over))


def between(
    column: str, low: Bound | None = None, high: Bound | None = None, **options: Unpack[RuleOptions]
) -> Rule:
    """Demand a value between two bounds, both included; one of them may be left out."""
    checked_column(column)
    said = f"between({column!r}, {low!r}, {high!r})"
    if low is None and high is None:
        raise mistake(f"{said} has no bound", fix="give a low or a high bound")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(
            bound, int | float | str | date | datetime | None
        ):
            raise mistake(f"{said}: {bound!r} is not a bound", fix="use a number, a date or a text")
        if isinstance(bound, float) and math.isnan(bound):
            raise mistake(f"{said}: NaN bounds nothing", fix="use a number")
    if low is not None and high is not None:
        _check_order(said, low, high)
    return Between(column=column, low=low, high=high, **_options(options, "between", column))


def _check_order(said: str, low: Json, high: Json) -> None:
    try:
        empty = low > high
    except TypeError as error:
        raise mistake(
            f"{said} compares different kinds of values", fix="give both bounds one kind"
        ) from error
    if empty:
        raise mistake(
            f"{said} is an impossible range: {low!r} is above {high!r}",
            fix=f"swap the bounds: between(…, {high!r}, {low!r})",
        )


def accepted(column: str, values: Iterable[Any], **options: Unpack[RuleOptions]) -> Rule:
    """Demand one of the named values."""
    checked_column(column)
    listed = () if isinstance(values, str) else tuple(values)
    if not listed or None in listed:
        raise mistake(
            f"accepted({column!r}, {values!r}) names no values that could pass",
            fix='give a list: accepted("origin", ["EWR", "JFK"]); for null use not_null',
        )
    if not all(isinstance(value, str | int | float | bool | date | datetime) for value in listed):
        raise mistake(
            f"accepted({column!r}, …) holds a value that SQL cannot compare",
            fix="use texts, numbers, booleans or dates",
        )
    return Accepted(column=column, values=listed, **_options(options, "accepted", column))


def matches(column: str, pattern: str, **options: Unpack[RuleOptions]) -> Rule:
    """Demand that a text matches a regular expression (RE2) from end to end."""
    checked_column(column)
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        raise mistake(
            f"matches({column!r}, {pattern!r}) is not a pattern: {error}",
            fix='write a regular expression, for example r"[A-Z]{3}"',
        ) from error
    if re.search(r"\(\?[=!<][=!]?|\\[1-9]", pattern):
        raise mistake(
            f"matches({column!r}, {pattern!r}) looks around or back, which RE2 cannot",
            fix="use phlo.sql for such a test",
        )
    return Matches(column=column, pattern=pattern, **_options(options, "matches", column))


def row_count(
    min: int | None = None,  # noqa: A002 - the natural words of the rule
    max: int | None = None,  # noqa: A002
    **options: Unpack[RuleOptions],
) -> Rule:
    """Demand a number of rows between two bounds, both included."""
    said = f"row_count(min={min!r}, max={max!r})"
    for bound in (min, max):
        if bound is not None and (type(bound) is not int or bound < 0):
            raise mistake(f"{said}: {bound!r} is not a number of rows", fix="use 0, 1, 2, …")
    if min is None and max is None:
        raise mistake(f"{said} has no bound", fix="give min= or max=")
    if min is not None and max is not None:
        _check_order(said, min, max)
    options.setdefault("allow_empty", min == 0)
    return RowCount(low=min, high=max, **_options(options, "row_count"))


def fresh_within(
    column: str,
    within: str | timedelta,
    *,
    allow_future: bool = False,
    **options: Unpack[RuleOptions],
) -> Rule:
    """Demand that the newest time of a column is at most this old: ``"26h"``.

    Times without zone are UTC. A time that lies ahead of the clock fails unless ``allow_future``.
    """
    checked_column(column)
    age = checked_duration(within, "within")
    return FreshWithin(
        column=column,
        within=age,
        allow_future=allow_future,
        **_options(options, "fresh_within", column),
    )


def reconciles(
    left: str,
    right: str | None = None,
    *,
    tolerance: float = 0.0,
    relative: bool = False,
    **options: Unpack[RuleOptions],
) -> Reconciles:
    """Demand that two numbers agree within a tolerance; see ``Reconciles`` for the two sides.

    With one side only, the number of rows of the checked table is compared with it.
    """
    first, second = (None, left) if right is None else (left, right)
    for side in (first, second):
        _check_operand(side)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float):
        raise mistake(f"tolerance={tolerance!r} is not a number", fix="write tolerance=0.01")
    if not math.isfinite(tolerance) or tolerance < 0:
        raise mistake(f"tolerance={tolerance!r} can never be met", fix="use zero or more")
    if first == second:
        raise mistake(f"reconciles({first!r}, …) compares a number with itself", fix="name another")
    words = [operand_table(side) or "query" for side in (first, second) if side is not None]
    return Reconciles(
        left=first,
        right=second,
        tolerance=float(tolerance),
        relative=relative,
        **_options(options, "reconciles", *words),
    )


def _check_operand(side: str | None) -> None:
    if side is None or (isinstance(side, str) and is_statement(side)):
        return
    parts = side.split(".") if isinstance(side, str) else []
    if len(parts) not in {2, 3} or not parts[-1]:
        raise mistake(
            f"{side!r} names neither a table nor a column",
            fix='write "namespace.table", "namespace.table.column" or a select statement',
        )
    checked_table(".".join(parts[:2]))


def sql(query: str, *, reads: Iterable[str] = (), **options: Unpack[RuleOptions]) -> Rule:
    """Demand that a select statement returns no rows; ``name=`` is needed."""
    text = query.strip().rstrip(";") if isinstance(query, str) else ""
    if not text.lower().startswith(("select", "with", "from")):
        raise mistake(f"sql({query!r}) is not a select statement", fix="start it with select")
    if "name" not in options:
        raise mistake("sql(…) has no name", fix='add name="what_must_hold"')
    others = tuple(checked_table(name) for name in _as_tuple(reads))
    return Sql(query=text, others=others, **_options(options, "sql"))


def custom(
    function: Callable[..., Any], *, reads: Iterable[str] = (), **options: Unpack[RuleOptions]
) -> Rule:
    """Ask a function: it takes ``lake`` and, if it likes, ``table`` and ``window``."""
    if not callable(function):
        raise mistake(f"custom({function!r}) is not a function", fix="pass the function itself")
    others = tuple(checked_table(name) for name in _as_tuple(reads))
    given = getattr(function, "__name__", "custom")
    if given == "<lambda>" and "name" not in options:
        raise mistake("custom(lambda …) has no name", fix='add name="what_must_hold"')
    options.setdefault("description", (getattr(function, "__doc__", "") or "").strip())
    return Custom(function=function, others=others, **_options(options, given))


def _as_tuple(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _some_columns(columns: tuple[str, ...], rule: str) -> tuple[str, ...]:
    if not columns:
        raise mistake(f"{rule}() names no column", fix=f'write {rule}("column")')
    return checked_columns(columns, rule)


def _options(options: RuleOptions, *words: str) -> Json:
    known = RuleOptions.__annotations__
    for key in options:
        if key not in known:
            raise mistake(f"{key}= is not an option of a rule", fix=nearest(key, known))
    found: dict[str, Any] = dict(options)
    found["name"] = checked_check_name(options.get("name") or default_check_name(*words))
    if found.get("severity", "error") not in {"error", "warn"}:
        raise mistake(f"severity={found['severity']!r}", fix='use "error" or "warn"')
    if found.get("scope", "auto") not in {"auto", "window", "table"}:
        raise mistake(f"scope={found['scope']!r}", fix='use "window" or "table"')
    if found.get("severity") == "warn":
        found["blocking"] = False
    return found
