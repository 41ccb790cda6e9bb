"""Which types the columns of a load are stored with: contract, table and rows together."""

from collections.abc import Iterable

import pyarrow as pa

from phlo.declare import IngestionSpec, Partitioning
from phlo.declare.partitions import ColumnKind
from phlo.errors import BadData, ConfigError
from phlo_defs.ingest.batches import Data, tidy

IDENTITY = (
    pa.field("_phlo_row_id", pa.string()),
    pa.field("_phlo_run_id", pa.string()),
    pa.field("_phlo_ingested_at", pa.timestamp("us", tz="UTC")),
    pa.field("_phlo_source", pa.string()),
)
PARTITION = "_phlo_partition"


def column_kind(duckdb_type: str) -> ColumnKind:
    """Tell how a window is compared with a column of this DuckDB type."""
    name = duckdb_type.upper()
    if name.startswith("TIMESTAMP WITH"):
        return "timestamptz"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    return "date" if name == "DATE" else "text"


def contract_types(schema: Data) -> dict[str, pa.DataType]:
    """Return the Arrow types that a pandera schema declares, by column."""
    if schema is None:
        return {}
    import polars as pl

    frame = schema.to_schema() if hasattr(schema, "to_schema") else schema
    found: dict[str, pa.DataType] = {}
    for name, column in frame.columns.items():
        kind = getattr(column.dtype, "type", column.dtype)
        if kind is None:
            continue
        try:
            empty = pl.DataFrame(schema={name: kind}).to_arrow()
        except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
            raise ConfigError(
                f"the schema's column {name!r} has a type that cannot be stored: {kind}",
                fix="use a type of Polars, such as pl.Int64 or pl.Datetime",
            ) from error
        if (known := tidy(empty)).num_columns:
            found[name] = known.schema.field(0).type
    return found


def wanted_schema(spec: IngestionSpec, rows: pa.Schema, table: pa.Schema | None) -> pa.Schema:
    """Return the columns to create or evolve the table with, in a stable order.

    A declared type wins; a column that the table has keeps its type unless the rows need a wider
    one of the same kind; a new column gets the type of the rows.

    Raises:
        BadData: there is neither a row nor a contract to tell the columns from.
    """
    contract = contract_types(spec.schema)
    known = {field.name: field.type for field in table} if table is not None else {}
    fields = []
    for name in _names(contract, rows, known):
        found = rows.field(name).type if name in rows.names else None
        declared = contract.get(name)
        kind = _settled(declared, known.get(name), found)
        fields.append(pa.field(name, kind))
    if not fields:
        raise BadData(
            f"{spec.table} got no rows, so its columns are not known",
            fix="check the source, or declare the columns with schema=",
        )
    if needs_partition_column(spec.partition, rows, known):
        fields.append(pa.field(PARTITION, pa.string()))
    return pa.schema([*fields, *IDENTITY])


def _names(
    contract: Iterable[str], rows: pa.Schema, known: dict[str, pa.DataType]
) -> Iterable[str]:
    ours = {field.name for field in IDENTITY} | {PARTITION, "_phlo_ordinal"}
    if not len(rows) and not contract:
        return [name for name in known if name not in ours]
    names = dict.fromkeys([*(n for n in rows.names), *contract])
    return [name for name in names if name not in ours]


def _settled(
    declared: pa.DataType | None, known: pa.DataType | None, found: pa.DataType | None
) -> pa.DataType:
    """Choose among the declared type, the table's and the rows' own."""
    if declared is not None:
        return declared
    if known is None:
        return found if found is not None else pa.string()
    if found is None or not _widens(known, found):
        return known
    return found


def _widens(old: pa.DataType, new: pa.DataType) -> bool:
    """Tell whether Iceberg can widen the old type to the new one, or add fields to it."""
    if pa.types.is_int32(old) and pa.types.is_int64(new):
        return True
    if pa.types.is_float32(old) and pa.types.is_float64(new):
        return True
    if pa.types.is_decimal(old) and pa.types.is_decimal(new):
        return bool(old.scale == new.scale and new.precision > old.precision)
    return bool(pa.types.is_struct(old) and pa.types.is_struct(new))


def needs_partition_column(
    partition: Partitioning | None, rows: pa.Schema, known: dict[str, pa.DataType] | None = None
) -> bool:
    """Tell whether partitions are no partitions of Iceberg and need a column of their own.

    Iceberg cuts timestamps at days and hours of UTC; days of another zone lie across those.
    """
    if partition is None or partition.kind == "static":
        return False
    kind = (known or {}).get(partition.column)
    if kind is None and partition.column in rows.names:
        kind = rows.field(partition.column).type
    if kind is not None and pa.types.is_date(kind):
        return False
    return not _whole_utc(partition)


def _whole_utc(partition: Partitioning) -> bool:
    return partition.tz in {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu"}


def partition_by(spec: IngestionSpec, schema: pa.Schema) -> tuple[str, ...]:
    """Return the partitions of a new table."""
    partition = spec.partition
    if partition is None or partition.column not in schema.names:
        return ()
    if PARTITION in schema.names:
        return (PARTITION,)
    kind = schema.field(partition.column).type
    if partition.kind == "static" or pa.types.is_date(kind):
        return (partition.column,)
    if not pa.types.is_timestamp(kind):
        return ()
    return (f"{'day' if partition.kind == 'daily' else 'hour'}({partition.column})",)
