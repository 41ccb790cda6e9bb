"""The rules a table can be held to. They are frozen values; `phlo.quality` runs them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal

from phlo.declare._place import Place, caller_place

Scope = Literal["auto", "window", "table"]
Severity = Literal["error", "warn"]
Bound = int | float | str | date | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a table must hold.

    ``blocking`` keeps a failing table from main; ``severity`` "warn" never blocks. ``scope`` says
    which rows are looked at: "window" the partition just written, "table" all, "auto" the window
    for rules that judge each row alone. An empty table fails unless ``allow_empty``.
    """

    kind: ClassVar[str] = "rule"
    row_local: ClassVar[bool] = False

    name: str
    blocking: bool = True
    severity: Severity = "error"
    scope: Scope = "auto"
    allow_empty: bool = False
    description: str = ""
    place: Place = field(default_factory=caller_place, compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Other tables that the rule reads."""
        return ()

    @property
    def looks_at(self) -> Literal["window", "table"]:
        """Which rows the rule looks at when a partition was written."""
        if self.scope == "auto":
            return "window" if self.row_local else "table"
        return self.scope

    @property
    def beyond_window(self) -> bool:
        """Whether rows other than the new ones can change the outcome."""
        return self.looks_at == "table" or bool(self.reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNull(Rule):
    """Every named column has a value in each row; NaN is no value."""

    kind: ClassVar[str] = "not_null"
    row_local: ClassVar[bool] = True
    over: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return self.over


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Rule):
    """No two rows agree in all named columns; a row with a null among them is left out."""

    kind: ClassVar[str] = "unique"
    over: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return self.over


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Rule):
    """A column lies between two bounds, both included; NaN lies nowhere, null is left out."""

    kind: ClassVar[str] = "between"
    row_local: ClassVar[bool] = True
    column: str
    low: Bound | None
    high: Bound | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return (self.column,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Rule):
    """A column holds only the named values; null is left out."""

    kind: ClassVar[str] = "accepted"
    row_local: ClassVar[bool] = True
    column: str
    values: tuple[Any, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return (self.column,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(Rule):
    """A text column matches a pattern from end to end; null is left out."""

    kind: ClassVar[str] = "matches"
    row_local: ClassVar[bool] = True
    column: str
    pattern: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return (self.column,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount(Rule):
    """The number of rows lies between two bounds, both included."""

    kind: ClassVar[str] = "row_count"
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshWithin(Rule):
    """The newest time of a column is at most this old."""

    kind: ClassVar[str] = "fresh_within"
    column: str
    within: timedelta
    allow_future: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule names."""
        return (self.column,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciles(Rule):
    """Two numbers agree within a tolerance.

    Each side is ``namespace.table`` (its number of rows), ``namespace.table.column`` (the sum of
    the column) or a select statement that returns one number. ``left`` None is the checked table.
    """

    kind: ClassVar[str] = "reconciles"
    left: str | None
    right: str
    tolerance: float = 0.0
    relative: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """Other tables that the rule reads."""
        return tuple(dict.fromkeys(t for t in map(operand_table, (self.left, self.right)) if t))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql(Rule):
    """A select statement returns no rows; the rows it returns are the failing ones.

    ``{table}`` stands for the checked table and ``{window}`` for the predicate of the window.
    """

    kind: ClassVar[str] = "sql"
    query: str
    others: tuple[str, ...] = ()

    @property
    def row_local(self) -> bool:  # type: ignore[override]  # depends on the statement here
        """Whether the statement looks at the new rows only."""
        return "{window}" in self.query

    @property
    def reads(self) -> tuple[str, ...]:
        """Other tables that the rule reads."""
        return self.others


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom(Rule):
    """A function says whether the table passes."""

    kind: ClassVar[str] = "custom"
    function: Callable[..., Any]
    others: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Other tables that the rule reads."""
        return self.others


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Rule):
    """Every row passes a pandera schema for Polars."""

    kind: ClassVar[str] = "schema"
    row_local: ClassVar[bool] = True
    schema: Any


def operand_table(operand: str | None) -> str | None:
    """Return the table of one side of a reconciliation, None where a statement hides it."""
    if operand is None or is_statement(operand):
        return None
    return ".".join(operand.split(".")[:2])


def is_statement(operand: str) -> bool:
    """Tell a select statement from the name of a table or column."""
    return any(mark.isspace() for mark in operand.strip())
