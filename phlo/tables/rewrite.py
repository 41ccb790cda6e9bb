"""Copy-on-write by file: which files a predicate touches, and what is left of them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import duckdb
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask

from phlo.errors import BadData, SqlError
from phlo.tables.conform import rejected
from phlo.tables.datafiles import write_data_files
from phlo.tables.locations import present_path
from phlo.tables.plan import files_sql

if TYPE_CHECKING:
    from pyiceberg.table import Table

Hit = tuple[FileScanTask, int]
"""A file and how many of its rows match."""


def tasks_of(table: "Table") -> list[FileScanTask]:
    """Return the files of the current snapshot with the delete files that apply to each."""
    return list(table.scan().plan_files())


def matching(
    con: duckdb.DuckDBPyConnection,
    table: "Table",
    tasks: Sequence[FileScanTask],
    predicate: str | None,
) -> list[Hit]:
    """Return the files with rows that match; without a predicate all files with all rows.

    Raises:
        SqlError: If the predicate does not run.
    """
    if predicate is None:
        return [(task, task.file.record_count) for task in tasks]
    if not tasks:
        return []
    rows = files_sql(con, table, tasks, extra=("filename",))
    query = f"select filename, count(*) from ({rows}) where ({predicate}) group by filename"
    try:
        with rejected(table):
            counts: dict[str, int] = dict(con.execute(query).fetchall())
    except (SqlError, BadData) as error:
        raise SqlError(
            f"the predicate ({predicate}) fails: {error}",
            fix="write it over the columns of the table, as after WHERE",
        ) from error
    by_path = {present_path(table.io, task.file.file_path): task for task in tasks}
    return [(by_path[path], count) for path, count in counts.items()]


def rest_of(
    con: duckdb.DuckDBPyConnection,
    table: "Table",
    hits: Iterable[Hit],
    predicate: str | None,
) -> list[DataFile]:
    """Write the rows of touched files that do not match, one file for each, and return them.

    File by file: that keeps rows clustered as they were, and memory at one file's row groups.
    """
    kept: list[DataFile] = []
    for task, count in hits:
        if predicate is None or (count == task.file.record_count and not task.delete_files):
            continue
        rows = files_sql(con, table, [task])
        kept += write_data_files(
            con, table, f"select * from ({rows}) where ({predicate}) is not true"
        )
    return kept
