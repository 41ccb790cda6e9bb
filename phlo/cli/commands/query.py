"""`phlo query`: one read statement over a ref."""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phlo.cli.context import open_lake, open_project, project_option, ref_option
from phlo.cli.show import note, show_json, show_wide_table
from phlo.errors import InvalidInput

if TYPE_CHECKING:
    from phlo.engine import Lake, Result

_FORMATS = ("table", "json", "csv", "parquet")
_SHOWN_ROWS = 100


@click.command("query")
@click.argument("sql", required=False)
@click.option("--file", "-f", type=click.File(), help="Read the statement from a file.")
@ref_option
@click.option(
    "--limit", type=click.IntRange(min=0), help="Rows at most; default: 100 of a table, else all."
)
@click.option("--format", "-F", "form", type=click.Choice(_FORMATS), help="Default: table.")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--csv", "form", flag_value="csv", help="The same as --format csv.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
@project_option
def command(
    sql: str | None,
    file: io.TextIOBase | None,
    ref: str,
    limit: int | None,
    form: str | None,
    output: Path | None,
    project_path: Path | None,
) -> None:
    """Run one read statement: phlo query "select count(*) from raw.flights".

    Tables of other refs are "ref".namespace.table. Without SQL, it is read from stdin.
    """
    from phlo.engine.guard import check_sql

    statement = _statement(sql, file)
    checked = check_sql(statement)
    how = form or _format_of(output)
    with open_lake(open_project(project_path), ref) as lake:
        if checked.kind == "list":
            statement = _listing(lake)
        if how == "table":
            _show(lake.sql(statement), _SHOWN_ROWS if limit is None else limit)
            return
        bounded = _bounded(statement, limit)
        _export(lake.sql(bounded), how, output)


def _listing(lake: "Lake") -> str:
    names = ", ".join("('" + name.replace("'", "''") + "')" for name in lake.tables())
    return (
        f"select * from (values {names}) as listed(name)" if names else "select '' as name limit 0"
    )


def _statement(sql: str | None, file: io.TextIOBase | None) -> str:
    if sql is not None and sql != "-":
        return sql
    if file is not None:
        return str(file.read())
    if sys.stdin.isatty():
        raise InvalidInput("there is no statement", fix='write phlo query "select 1"')
    return sys.stdin.read()


def _format_of(output: Path | None) -> str:
    suffix = output.suffix.removeprefix(".").lower() if output else "table"
    if suffix not in _FORMATS:
        raise InvalidInput(
            f"{output} does not say in which format to write", fix="add --format csv"
        )
    return suffix


def _bounded(statement: str, limit: int | None) -> str:
    body = statement.strip().rstrip(";")
    return body if limit is None else f"select * from (\n{body}\n) limit {limit}"


def _show(result: "Result", limit: int) -> None:
    rows: list[tuple[object, ...]] = []
    more = False
    while (row := result.fetchone()) is not None:
        if len(rows) == limit:
            more = True
            break
        rows.append(row)
    numeric = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT")
    numbers = [
        name
        for name, kind in zip(result.columns, result.types, strict=True)
        if any(word in kind.split("(")[0] for word in numeric)
    ]
    show_wide_table(result.columns, rows, numbers=numbers)
    if more:
        note(f"the first {limit} rows; --limit shows more")


def _export(result: "Result", form: str, output: Path | None) -> None:
    if form == "parquet":
        _write_parquet(result, output)
        return
    with output.open("w", encoding="utf-8", newline="") if output else _Stdout() as stream:
        if form == "csv":
            writer = csv.writer(stream)
            writer.writerow(result.columns)
            writer.writerows(_rows(result))
        elif output:
            stream.write(_json_text(result))
        else:
            show_json(_records(result))


def _records(result: "Result") -> list[dict[str, object]]:
    return [dict(zip(result.columns, row, strict=True)) for row in _rows(result)]


def _json_text(result: "Result") -> str:
    import json

    from phlo.quality.samples import json_value

    return json.dumps([json_value(record) for record in _records(result)], indent=2) + "\n"


def _rows(result: "Result") -> Iterator[tuple[object, ...]]:
    while (row := result.fetchone()) is not None:
        yield row


def _write_parquet(result: "Result", output: Path | None) -> None:
    if output is None:
        raise InvalidInput("Parquet is not text", fix="add --output result.parquet")
    import pyarrow.parquet as pq

    table = result.to_arrow()
    pq.write_table(table, output)
    note(f"{table.num_rows} rows in {output}")


class _Stdout:
    """stdout as something that can be entered and is not closed."""

    def __enter__(self) -> io.TextIOBase:
        return sys.stdout  # type: ignore[return-value]  # a TextIO is one

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
