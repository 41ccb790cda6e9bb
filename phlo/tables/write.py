"""Changes of a table's rows: each writes Parquet through DuckDB and makes exactly one snapshot.

Every function works on any pyiceberg ``Table``, those of a stage too. Values are cast to the
table's types without loss, the files are durable before the snapshot names them, and the snapshot
says what the change meant to do, so that the catalog knows what it merges with.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask

from phlo.errors import BadData, Conflict
from phlo.model import RUN_ID, Intent
from phlo.tables.commit import Written, commit_files
from phlo.tables.conform import arrow_schema, conform, storable_select
from phlo.tables.create import create, evolve
from phlo.tables.datafiles import write_data_files
from phlo.tables.plan import files_sql
from phlo.tables.quoting import identifier, literal
from phlo.tables.rewrite import Hit, matching, rest_of, tasks_of
from phlo.tables.staging import staged
from phlo.tables.upsert import upsert

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

__all__ = [
    "Written",
    "append",
    "arrow_schema",
    "create",
    "delete",
    "delete_run",
    "evolve",
    "replace",
    "staged",
    "storable_select",
    "upsert",
]


def append(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    select_sql: str,
    *,
    properties: Mapping[str, str] | None = None,
) -> Written:
    """Add the rows of a select. No rows: no snapshot.

    Raises:
        BadData: If rows do not fit the table; nothing was changed.
        Conflict: If another writer won; nothing was changed.
    """
    files = write_data_files(con, table, conform(con, select_sql, table.schema()))
    if not files:
        return Written(table, None)
    intent = Intent("append")
    snapshot = commit_files(table, add=files, remove=(), intent=intent, properties=properties)
    return Written(
        table,
        snapshot,
        rows_added=sum(f.record_count for f in files),
        files_added=len(files),
        bytes_added=sum(f.file_size_in_bytes for f in files),
    )


def replace(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    select_sql: str,
    *,
    predicate: str | None = None,
    properties: Mapping[str, str] | None = None,
) -> Written:
    """Put the rows of a select in the place of all rows, or of those a predicate is true for.

    Args:
        con: The connection that runs the select.
        table: The table to change.
        select_sql: The new rows; may read the table itself.
        predicate: SQL over the table's columns; every new row must match it, otherwise a second
            run would not replace what the first one wrote.
        properties: Added to the snapshot's summary.

    Raises:
        BadData: If rows do not fit the table or lie outside the predicate.
        Conflict: If another writer won; nothing was changed.
    """
    rows = conform(con, select_sql, table.schema())
    hits = matching(con, table, tasks_of(table), predicate)
    added = write_data_files(con, table, rows)
    if predicate is not None:
        _refuse_outside(con, table, added, predicate)
    kept = rest_of(con, table, hits, predicate)
    removed = [task.file for task, _ in hits]
    if not added and not removed:
        return Written(table, None)
    files = [*kept, *added]
    intent = Intent("overwrite", scope=predicate or "")
    snapshot = commit_files(table, add=files, remove=removed, intent=intent, properties=properties)
    return Written(
        table,
        snapshot,
        rows_added=sum(f.record_count for f in added),
        rows_removed=sum(count for _, count in hits),
        files_added=len(files),
        files_removed=len(removed),
        bytes_added=sum(f.file_size_in_bytes for f in files),
    )


def delete(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    predicate_sql: str,
    *,
    properties: Mapping[str, str] | None = None,
) -> Written:
    """Remove the rows that a predicate is true for. None: no snapshot.

    Raises:
        SqlError: If the predicate does not run.
        Conflict: If another writer won; nothing was changed.
    """
    hits = matching(con, table, tasks_of(table), predicate_sql)
    intent = Intent("overwrite", scope=predicate_sql)
    return _without(con, table, hits, predicate_sql, intent, properties)


def delete_run(
    con: "duckdb.DuckDBPyConnection", table: "Table", run: str, rows: int, intent: Intent
) -> Written:
    """Remove the rows that a run added, if they are exactly as many as it added.

    Raises:
        Conflict: If they are not, or if another writer won; nothing was changed.
    """
    predicate = f"{identifier(RUN_ID)} = {literal(run)}"
    hits = matching(con, table, tasks_of(table), predicate)
    found = sum(count for _, count in hits)
    if found != rows:
        name = ".".join(table.name())
        raise Conflict(
            f"{found} rows of {name} carry the run {run}, of which {rows} are to go: they cannot "
            "be told apart",
            fix="revert the whole run, or revert the later commits first",
        )
    return _without(con, table, hits, predicate, intent, None)


def _without(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    hits: Sequence[Hit],
    predicate: str,
    intent: Intent,
    properties: Mapping[str, str] | None,
) -> Written:
    if not hits:
        return Written(table, None)
    kept = rest_of(con, table, hits, predicate)
    removed = [task.file for task, _ in hits]
    snapshot = commit_files(table, add=kept, remove=removed, intent=intent, properties=properties)
    return Written(
        table,
        snapshot,
        rows_removed=sum(count for _, count in hits),
        files_added=len(kept),
        files_removed=len(removed),
        bytes_added=sum(f.file_size_in_bytes for f in kept),
    )


def _refuse_outside(
    con: "duckdb.DuckDBPyConnection", table: "Table", added: list[DataFile], predicate: str
) -> None:
    """Judge the rows as they were written: the select may give each of them only once."""
    rows = files_sql(con, table, [FileScanTask(file) for file in added])
    outside = con.execute(
        f"select * from ({rows}) where ({predicate}) is not true limit 1"
    ).fetchone()
    if outside is not None:
        raise BadData(
            f"a new row lies outside the rows it replaces ({predicate}): {outside}",
            fix="filter the source by the same window, or widen the predicate",
        )
