"""New tables and schema changes, each a commit of its own before any data."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
from pyiceberg.catalog import Catalog as IcebergCatalog
from pyiceberg.exceptions import (
    CommitFailedException,
    TableAlreadyExistsError,
    ValidationError,
    ValidationException,
)
from pyiceberg.schema import Schema, assign_fresh_schema_ids

from phlo.errors import BadData, Conflict, InvalidInput
from phlo.model import Key, key_text
from phlo.tables.arrow import storable_schema
from phlo.tables.partitions import parse_partitioning

if TYPE_CHECKING:
    from pyiceberg.table import Table

_PROPERTIES = {
    "format-version": "2",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "20",
    "commit.retry.num-retries": "20",
    "write.parquet.compression-codec": "zstd",
}


def create(
    catalog: IcebergCatalog,
    key: Key,
    arrow_schema: pa.Schema,
    *,
    partition_by: Sequence[str] = (),
    properties: Mapping[str, str] | None = None,
) -> "Table":
    """Create an empty table, its namespace too where that is missing.

    Args:
        catalog: A ref as a pyiceberg catalog, or the tables of a stage.
        key: The name, namespace first.
        arrow_schema: Columns in order; types that Iceberg lacks become the next wider one, a
            column that is not nullable becomes required.
        partition_by: Columns or transforms, ``day(time_hour)`` or ``bucket(16, id)``.
        properties: Added to the defaults.

    Raises:
        Conflict: If the table exists.
        InvalidInput: If columns or partitions make no table.
        BadData: If a type cannot be stored.
    """
    _refuse_names(key, arrow_schema)
    schema = assign_fresh_schema_ids(_iceberg_schema(arrow_schema))
    spec = parse_partitioning(partition_by, schema)
    try:
        catalog.create_namespace_if_not_exists(key[:-1])
        return catalog.create_table(
            key, schema, partition_spec=spec, properties=_PROPERTIES | dict(properties or {})
        )
    except TableAlreadyExistsError as error:
        raise Conflict(
            f"table {key_text(key)!r} exists already",
            fix="write to it, evolve it, or choose another name",
        ) from error


def evolve(catalog: IcebergCatalog, key: Key, arrow_schema: pa.Schema) -> "Table":
    """Add the columns that are new by name and widen those that grew; nothing is dropped.

    New columns are optional. A column that is narrower or missing in ``arrow_schema`` stays as it
    is. Without a change there is no commit.

    Raises:
        BadData: If a column changed to a type that its old values cannot become.
        Conflict: If another writer changed the table in between.
    """
    table = catalog.load_table(key)
    wanted = _iceberg_schema(_loosened(storable_schema(arrow_schema)))
    _refuse_names(key, arrow_schema, table.schema())
    try:
        with table.update_schema() as update:
            update.union_by_name(wanted)
    except (ValidationError, ValidationException, ValueError, TypeError) as error:
        raise BadData(
            f"table {key_text(key)!r} cannot take the new columns: {error}",
            fix="keep the old type and cast in the source, or give the column another name",
        ) from error
    except CommitFailedException as error:
        raise Conflict(
            f"table {key_text(key)!r} changed while its columns were changed: {error}",
            fix="run the same load again: it starts from what is there now",
        ) from error
    return table


def _iceberg_schema(schema: pa.Schema) -> Schema:
    converted = IcebergCatalog._convert_schema_if_needed(storable_schema(schema))
    assert isinstance(converted, Schema)
    return converted


def _loosened(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in schema])


def _refuse_names(key: Key, schema: pa.Schema, existing: Schema | None = None) -> None:
    """Refuse names that SQL cannot tell apart or that no reader can spell."""
    if len(key) < 2 or not all(key):
        raise InvalidInput(f"{key_text(key)!r} is no name for a table", fix="write namespace.table")
    seen = {f.name.lower(): f.name for f in existing.fields} if existing else {}
    if not len(schema):
        raise InvalidInput(
            f"table {key_text(key)!r} would have no columns", fix="give at least one column"
        )
    for name in schema.names:
        if not name or any(ord(c) < 32 for c in name):
            raise InvalidInput(
                f"table {key_text(key)!r} would have a column {name!r}, which is no name",
                fix="rename the column in the source",
            )
        other = seen.setdefault(name.lower(), name)
        if other != name or schema.names.count(name) > 1:
            raise InvalidInput(
                f"table {key_text(key)!r} would have the columns {other!r} and {name!r}, which "
                "SQL cannot tell apart",
                fix="rename one of them in the source",
            )
