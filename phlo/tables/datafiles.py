"""Rows to Parquet data files: one DuckDB COPY, then one footer read a file for the manifest."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.typedef import Record

from phlo.tables.conform import rejected
from phlo.tables.footers import refuse_unreadable
from phlo.tables.locations import data_folder, engine_path, is_local
from phlo.tables.partitions import PartitionColumn, partition_columns, with_buckets
from phlo.tables.quoting import identifier, literal
from phlo.tables.types import field_ids, typed_column

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

_FILE_BYTES = 256 * 2**20
_GROUP_ROWS = 122_880
_BATCH_ROWS = 122_880
_READER = "phlo_batches"


def write_data_files(
    con: "duckdb.DuckDBPyConnection", table: "Table", select: str
) -> list[DataFile]:
    """Write the rows of a select, already of the table's types, as data files of the table.

    The files carry field ids and belong to nobody until ``commit_files`` makes them durable and
    names them. No rows: no files.

    Raises:
        BadData: If a value cannot be stored; the files that were written stay as garbage.
        StoreError: If the store is full or refuses.
    """
    columns = partition_columns(table.schema(), table.spec())
    written = _copy(con, table, select, [c for c in columns if c])
    files = [row for row in written if row[1]]
    return [_describe(con, table, columns, row) for row in files]


def _copy(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    select: str,
    columns: Sequence[PartitionColumn],
) -> list[tuple[Any, ...]]:
    folder = engine_path(data_folder(table.location()))
    options = [
        "format parquet",
        "compression zstd",
        f"row_group_size {_GROUP_ROWS}",
        f"field_ids {field_ids(table.schema())}",
        "return_stats true",
        "append true",
        f"filename_pattern '{uuid4().hex[:12]}-{{uuid}}'",
    ]
    if columns:
        names = ", ".join(identifier(c.name) for c in columns)
        options += [f"partition_by ({names})", "write_partition_columns false"]
    else:
        options.append(f"file_size_bytes {_FILE_BYTES}")
    detour = _with_partitions(con, table.schema(), select, columns)
    with rejected(table), detour as (writer, rows):
        command = f"copy ({rows}) to {literal(folder)} ({', '.join(options)})"
        return writer.execute(command).fetchall()


@contextmanager
def _with_partitions(
    con: "duckdb.DuckDBPyConnection",
    schema: Schema,
    select: str,
    columns: Sequence[PartitionColumn],
) -> "Iterator[tuple[duckdb.DuckDBPyConnection, str]]":
    """Yield the connection and the select that also yields the folder texts of partitions."""
    buckets = tuple(c for c in columns if c.bucket)
    replaced = ", ".join(f"{c.text} as {identifier(c.name)}" for c in columns)
    if not buckets:
        yield con, f"select *, {replaced} from ({select})" if columns else select
        return
    sources = ", ".join(f"{c.source} as {identifier(c.name)}" for c in buckets)
    reader = con.execute(f"select *, {sources} from ({select})").to_arrow_reader(_BATCH_ROWS)
    first = with_buckets(pa.RecordBatch.from_pylist([], schema=reader.schema), buckets)
    batches = (with_buckets(batch, buckets) for batch in reader)
    writer = con.cursor()
    try:
        writer.register(_READER, pa.RecordBatchReader.from_batches(first.schema, batches))
        names = ", ".join(typed_column(f) for f in schema.fields)  # Arrow has no UUID of DuckDB's
        yield writer, f"select {names}, {replaced} from {_READER}"
    finally:
        writer.close()


def _describe(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    columns: Sequence[PartitionColumn | None],
    row: tuple[Any, ...],
) -> DataFile:
    """Return the manifest entry of one written file."""
    path, _, size_bytes, *_, keys = row
    metadata: TableMetadata = table.metadata
    schema = metadata.schema()
    footer = _footer(table, path)
    refuse_unreadable(footer, schema)
    statistics = data_file_statistics_from_parquet_metadata(
        parquet_metadata=footer,
        stats_columns=compute_statistics_plan(schema, metadata.properties),
        parquet_column_mapping=parquet_path_to_id_mapping(schema),
    )
    return DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=f"file://{path}" if is_local(path) else path,
        file_format=FileFormat.PARQUET,
        partition=Record(*(_partition_value(con, c, keys, path) for c in columns)),
        file_size_in_bytes=size_bytes,
        sort_order_id=None,
        spec_id=metadata.default_spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )


def _footer(table: "Table", path: str) -> pq.FileMetaData:
    if is_local(path):
        return pq.read_metadata(path)
    with table.io.new_input(path).open() as stream:
        return pq.read_metadata(stream)


def _partition_value(
    con: "duckdb.DuckDBPyConnection",
    column: PartitionColumn | None,
    keys: dict[str, str],
    path: str,
) -> object:
    if column is None:
        return None
    known, value = column.decode(keys[column.name])
    if known:
        return value
    source = f"read_parquet({literal(path)}, hive_partitioning=false)"
    row = con.execute(f"select {column.value} from {source} limit 1").fetchone()
    return row[0] if row else None
