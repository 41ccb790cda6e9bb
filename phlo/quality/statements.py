"""Rules as SQL: one statement that measures, one that shows the failing rows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import singledispatch

from phlo.declare.durations import duration_text
from phlo.declare.rules import (
    Accepted,
    Between,
    FreshWithin,
    Matches,
    NotNull,
    Reconciles,
    RowCount,
    Rule,
    Sql,
    Unique,
    is_statement,
)
from phlo.errors import InvalidInput
from phlo.model import Json
from phlo.quality.columns import Holds, found_column, quoted, quoted_table


@dataclass(frozen=True, slots=True)
class Subject:
    """The rows a rule looks at: a table, what its columns hold, and a predicate."""

    table: str
    columns: Mapping[str, Holds]
    where: str = "true"

    @property
    def rows(self) -> str:
        """The rows as a from clause with its where."""
        source = quoted_table(self.table)
        return source if self.where == "true" else f"{source} where {self.where}"

    def and_where(self, predicate: str) -> str:
        """The rows that also meet a predicate."""
        source = quoted_table(self.table)
        if self.where == "true":
            return f"{source} where {predicate}"
        return f"{source} where ({self.where}) and ({predicate})"

    def column(self, name: str) -> tuple[str, Holds]:
        """Return a column quoted, and what it holds."""
        own = found_column(self.columns, name, self.table)
        return quoted(own), self.columns[own]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL of one rule.

    ``measure`` returns one row whose columns the rule's judge knows; ``failing`` returns the
    failing rows, None where the rule is not about rows.
    """

    measure: str
    failing: str | None
    expected: str


@singledispatch
def statement_of(rule: Rule, subject: Subject) -> Statement:
    """Return the SQL of a rule for its subject."""
    raise NotImplementedError(f"a {rule.kind} rule has no SQL")


def _by_row(subject: Subject, bad: str, expected: str) -> Statement:
    measure = f"select count(*) as looked_at, count(*) filter (where {bad}) as failing"
    return Statement(
        f"{measure} from {subject.rows}", f"select * from {subject.and_where(bad)}", expected
    )


@statement_of.register
def _not_null(rule: NotNull, subject: Subject) -> Statement:
    bad = " or ".join(_missing(*subject.column(name)) for name in rule.over)
    return _by_row(subject, bad, f"a value in {_listed(rule.over)} of every row")


def _missing(column: str, holds: Holds) -> str:
    return f"{column} is null or isnan({column})" if holds == "float" else f"{column} is null"


@statement_of.register
def _between(rule: Between, subject: Subject) -> Statement:
    column, holds = subject.column(rule.column)
    bad = []
    if rule.low is not None:
        bad.append(f"{column} < {literal(rule.low, holds)}")
    if rule.high is not None:
        bad.append(f"{column} > {literal(rule.high, holds)}")
    if holds == "float":  # DuckDB orders NaN above everything, so a low bound would let it pass
        bad.append(f"isnan({column})")
    low = "-∞" if rule.low is None else rule.low
    high = "∞" if rule.high is None else rule.high
    return _by_row(subject, " or ".join(bad), f"{rule.column} in [{low}, {high}] in every row")


@statement_of.register
def _accepted(rule: Accepted, subject: Subject) -> Statement:
    column, holds = subject.column(rule.column)
    values = ", ".join(literal(value, holds) for value in rule.values)
    shown = _listed([str(value) for value in rule.values[:10]])
    return _by_row(subject, f"{column} not in ({values})", f"{rule.column} is one of {shown}")


@statement_of.register
def _matches(rule: Matches, subject: Subject) -> Statement:
    column, holds = subject.column(rule.column)
    text = column if holds == "text" else f"cast({column} as varchar)"
    bad = f"not regexp_full_match({text}, {literal(rule.pattern, 'text')})"
    return _by_row(subject, bad, f"{rule.column} matches {rule.pattern} in every row")


@statement_of.register
def _unique(rule: Unique, subject: Subject) -> Statement:
    columns = [subject.column(name)[0] for name in rule.over]
    listed = ", ".join(columns)
    given = " and ".join(f"{column} is not null" for column in columns)
    groups = f"select {listed}, count(*) as copies from {subject.and_where(given)} group by all"
    return Statement(
        f"select (select count(*) from {subject.rows}) as looked_at, "
        f"coalesce(sum(copies), 0)::bigint as failing "
        f"from ({groups}) where copies > 1",
        f"select * from {subject.rows} qualify count(*) over (partition by {listed}) > 1 "
        f"and {given} order by {listed}",
        f"no two rows agree in {_listed(rule.over)}",
    )


@statement_of.register
def _row_count(rule: RowCount, subject: Subject) -> Statement:
    bounds = [
        f"at least {rule.low}" if rule.low is not None else "",
        f"at most {rule.high}" if rule.high is not None else "",
    ]
    expected = " and ".join(bound for bound in bounds if bound) + " rows"
    return Statement(f"select count(*) as looked_at from {subject.rows}", None, expected)


@statement_of.register
def _fresh_within(rule: FreshWithin, subject: Subject) -> Statement:
    column, holds = subject.column(rule.column)
    if holds not in {"date", "timestamp", "timestamptz"}:
        raise InvalidInput(
            f"{subject.table}.{rule.column} holds {holds}, not times",
            fix="name a column that holds times or dates",
        )
    newest = f"max({column})" if holds == "timestamptz" else f"max({column})::timestamp"
    return Statement(
        f"select count(*) as looked_at, epoch_us({newest}) as newest_us from {subject.rows}",
        None,
        f"newest {rule.column} at most {duration_text(rule.within)} old",
    )


@statement_of.register
def _reconciles(rule: Reconciles, subject: Subject) -> Statement:
    left = _number(rule.left) if rule.left else f"select count(*) from {subject.rows}"
    right = _number(rule.right)
    unit = " of the larger" if rule.relative else ""
    within = f" within {rule.tolerance:g}{unit}" if rule.tolerance else ""
    expected = f"{rule.left or subject.table} equals {rule.right}{within}"
    return Statement(f'select ({left}) as "left", ({right}) as "right"', None, expected)


def _number(operand: str) -> str:
    if is_statement(operand):
        return operand.strip().rstrip(";")
    parts = operand.split(".")
    table = quoted_table(".".join(parts[:2]))
    what = f"sum({quoted(parts[2])})" if len(parts) == 3 else "count(*)"
    return f"select {what} from {table}"


@statement_of.register
def _sql(rule: Sql, subject: Subject) -> Statement:
    query = rule.query.replace("{table}", quoted_table(subject.table))
    query = query.replace("{window}", f"({subject.where})")
    measure = (
        f"select (select count(*) from {subject.rows}) as looked_at, "
        f"(select count(*) from ({query})) as failing"
    )
    return Statement(measure, query, rule.description or "the statement returns no rows")


def literal(value: Json, holds: Holds) -> str:
    """Write a value as SQL that compares with a column; times without zone are UTC."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return f"'{value}'::double"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and holds in {"timestamp", "timestamptz"}:
        value = _as_time(value)
    if isinstance(value, datetime):
        return _time_literal(value, holds)
    if isinstance(value, date):
        if holds == "timestamptz":
            return f"timestamptz '{value.isoformat()} 00:00:00+00'"
        return f"date '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def _as_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is compared with a time, but is none", fix='write it as "2013-01-31T05:00"'
        ) from error


def _time_literal(value: datetime, holds: Holds) -> str:
    moment = value.astimezone(UTC) if value.tzinfo else value
    text = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    return f"timestamptz '{text}+00'" if holds == "timestamptz" else f"timestamp '{text}'"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
