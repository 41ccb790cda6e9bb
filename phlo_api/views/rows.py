"""Rows of a table, run in a worker; and what metadata alone says."""

from phlo.errors import UnsupportedTable
from phlo.model import TableContent
from phlo_api import lake_tables
from phlo_api.dagster_values import instant
from phlo_api.deps import At
from phlo_api.encoding import columns_of, rows_of
from phlo_api.errors import RowNotFound
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import trino as wire
from phlo_api.state import Api
from phlo_api.views.table_files import count_partitions
from phlo_api.views.tables import quoted

ROW_ID = "_phlo_row_id"


def preview(api: Api, at: At, name: str, cursor: str | None, limit: int) -> wire.Preview:
    """Return some rows of a table."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    skip = decode_cursor(cursor, int)[0] if cursor else 0
    sql = f"select * from {quoted(found)} limit {limit + 1} offset {max(skip, 0)}"
    answer = api.queries.run(sql, at.commit.id)
    more = answer.num_rows > limit
    content = found.content
    return wire.Preview(
        table=found.name,
        commit=at.commit.id,
        columns=columns_of(answer.schema),
        rows=rows_of(answer.slice(0, limit)),
        total_rows=content.rows if isinstance(content, TableContent) else None,
        next_cursor=encode_cursor(max(skip, 0) + limit) if more else None,
    )


def metrics(api: Api, at: At, name: str) -> wire.TableMetrics:
    """Return what metadata alone says of a table."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    table = lake_tables.load(api, found)
    content = found.content
    assert isinstance(content, TableContent)
    return wire.TableMetrics(
        table=found.name,
        commit=at.commit.id,
        rows=content.rows,
        bytes=content.bytes,
        files=content.files,
        snapshots=len(table.metadata.snapshots),
        partitions=count_partitions(api, found),
        snapshot_id=None if content.snapshot_id is None else str(content.snapshot_id),
        updated_at=instant(table.metadata.last_updated_ms / 1000),
    )


def by_id(api: Api, at: At, name: str, row_id: str) -> wire.Row:
    """Return one row by its id."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    if isinstance(found.content, TableContent):
        known = [field.name for field in lake_tables.load(api, found).schema().fields]
        if ROW_ID not in known:
            raise UnsupportedTable(
                f"{found.name} has no column {ROW_ID}",
                fix="query it by a key of its own: POST /api/trino/query",
            )
    sql = f"select * from {quoted(found)} where cast({ROW_ID} as varchar) = ? limit 1"
    answer = api.queries.run(sql, at.commit.id, [row_id])
    if answer.num_rows == 0:
        raise RowNotFound(
            f"{found.name} has no row with the id {row_id!r} at {at.ref!r}",
            fix="look for it on another ref, or query the table by its key",
        )
    columns = columns_of(answer.schema)
    values = dict(zip((c.name for c in columns), rows_of(answer)[0], strict=True))
    return wire.Row(
        table=found.name, commit=at.commit.id, row_id=row_id, columns=columns, values=values
    )
