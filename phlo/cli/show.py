"""How commands write: tables that fit the terminal, JSON, plain lines."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import click

from phlo.config.environment import terminal_width, wants_colour
from phlo.model import Json

if TYPE_CHECKING:
    from rich.console import Console

_PIPED_WIDTH = 160
_WIDEST_COLUMN = 32


def show_json(value: Json) -> None:
    """Write a value as JSON, indented."""
    click.echo(json.dumps(value, indent=2, default=_plain, ensure_ascii=False))


def _plain(value: object) -> Json:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def console() -> "Console":
    """Return a console for stdout that keeps to the terminal's width and to NO_COLOR."""
    from rich.console import Console

    width = terminal_width() or (None if sys.stdout.isatty() else _PIPED_WIDTH)
    colours: Literal["auto"] | None = "auto" if wants_colour() else None
    return Console(file=sys.stdout, color_system=colours, width=width, highlight=False)


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str | None = None,
    numbers: Sequence[str] = (),
    empty: str = "nothing to show",
) -> None:
    """Write rows as a table; long values fold, so that nothing is lost.

    ``numbers`` names the columns that stand right.
    """
    from rich import box
    from rich.table import Table

    listed = list(rows)
    if not listed:
        click.echo(empty)
        return
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for name in columns:
        table.add_column(
            name, justify="right" if name in numbers else "left", overflow="fold", header_style=""
        )
    for row in listed:
        table.add_row(*(_cell(value) for value in row))
    console().print(table)


def show_wide_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[str] = ()
) -> None:
    """Write as many columns as the width has room for, and say which are left out."""
    width = console().width
    fitting = 0
    for place, name in enumerate(columns):
        cells = [len(name), *(len(cell_text(row[place])) for row in rows)]
        width -= min(max(cells), _WIDEST_COLUMN) + 3
        if width < 0 and fitting:
            break
        fitting += 1
    show_table(columns[:fitting], [row[:fitting] for row in rows], numbers=numbers, empty="no rows")
    if fitting < len(columns):
        left = ", ".join(columns[fitting:])
        note(f"no room for {left}; --json and --csv have them")


def _cell(value: object) -> str:
    from rich.markup import escape

    return escape(cell_text(value))


def cell_text(value: object) -> str:
    """Return a value as people read it; numbers are grouped, null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    return "".join(mark if mark.isprintable() or mark == "\n" else "\ufffd" for mark in str(value))


def size_text(size: int | None) -> str:
    """Return bytes as people read them: ``1.2 MiB``."""
    if size is None:
        return ""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if amount < 1024 or unit == "TiB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError("unreachable")


def age_text(moment: datetime | None) -> str:
    """Return how long ago a time was: ``3 h ago``."""
    if moment is None:
        return ""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def note(text: str) -> None:
    """Write a remark to stderr, so that stdout stays data."""
    click.echo(text, err=True)
