"""What the columns of a table hold, as far as a rule must know."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from phlo.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    import pyarrow as pa

    from phlo.engine import Lake

Holds = Literal["float", "number", "text", "date", "timestamp", "timestamptz", "bool", "other"]


class ColumnNotFound(NotFound):
    """No column of the table has this name."""

    code = "column-not-found"
    noun = "column"


def quoted(name: str) -> str:
    """Quote one name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted_table(table: str) -> str:
    """Quote a dotted table name for SQL."""
    return ".".join(quoted(part) for part in table.split("."))


def columns_of(lake: "Lake", table: str) -> dict[str, Holds]:
    """Return what each column of a table holds, in the order of the table."""
    schema = lake.sql(f"select * from {quoted_table(table)} limit 0").to_arrow().schema
    return {item.name: _holds(item.type) for item in schema}


def found_column(columns: Mapping[str, Holds], name: str, table: str) -> str:
    """Return the column's own spelling. Raises ``ColumnNotFound`` with the nearest name."""
    spelled = {column.lower(): column for column in columns}
    if name.lower() not in spelled:
        raise ColumnNotFound.named(name, known=columns, where=f"in {table}")
    return spelled[name.lower()]


def _holds(kind: "pa.DataType") -> Holds:
    import pyarrow.types as of

    if of.is_timestamp(kind):
        return "timestamptz" if kind.tz else "timestamp"
    tests: dict[Holds, tuple[Callable[[pa.DataType], bool], ...]] = {
        "float": (of.is_floating,),
        "number": (of.is_integer, of.is_decimal),
        "text": (of.is_string, of.is_large_string, of.is_string_view),
        "date": (of.is_date,),
        "bool": (of.is_boolean,),
    }
    return next(
        (name for name, any_of in tests.items() if any(is_(kind) for is_ in any_of)), "other"
    )


def window_column(holds: Holds) -> Literal["timestamptz", "timestamp", "date", "text"]:
    """Return how a window's predicate must treat a column."""
    if holds in {"timestamptz", "timestamp", "date", "text"}:
        return holds  # type: ignore[return-value]  # narrowed by the test above
    raise InvalidInput(
        f"a column of kind {holds} cannot be cut by time",
        fix="partition by a column that holds times or dates",
    )
