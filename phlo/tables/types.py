"""How types of Iceberg, DuckDB and Arrow correspond, and which casts keep every value."""

from typing import TYPE_CHECKING

from pyiceberg.schema import Schema
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    FloatType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
    TimeType,
    UUIDType,
)

from phlo.errors import BadData, UnsupportedTable
from phlo.tables.quoting import identifier

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

_DUCKDB: dict[type[IcebergType], str] = {
    BooleanType: "BOOLEAN",
    IntegerType: "INTEGER",
    LongType: "BIGINT",
    FloatType: "FLOAT",
    DoubleType: "DOUBLE",
    DateType: "DATE",
    TimeType: "TIME",
    TimestampType: "TIMESTAMP",
    TimestamptzType: "TIMESTAMP WITH TIME ZONE",
    StringType: "VARCHAR",
    UUIDType: "UUID",
    BinaryType: "BLOB",
    FixedType: "BLOB",
}

_STORED_AS = {
    "tinyint": "INTEGER",
    "smallint": "INTEGER",
    "utinyint": "INTEGER",
    "usmallint": "INTEGER",
    "uinteger": "BIGINT",
    "ubigint": "DECIMAL(20,0)",
    "hugeint": "BIGINT",
    "uhugeint": "DECIMAL(38,0)",
    "timestamp_ns": "TIMESTAMP",
    "timestamp_ms": "TIMESTAMP",
    "timestamp_s": "TIMESTAMP",
    "enum": "VARCHAR",
    '"null"': "VARCHAR",
    "null": "VARCHAR",
    "sqlnull": "VARCHAR",
    "json": "VARCHAR",
    "bignum": "DECIMAL(38,0)",
}
_NOT_STORABLE = frozenset(
    {"interval", "bit", "union", "time with time zone", "geometry", "variant"}
)
_WHOLE = (IntegerType, LongType)
_FRACTIONAL = ("FLOAT", "DOUBLE", "DECIMAL")


def duckdb_type(kind: IcebergType) -> str:
    """Return the DuckDB type in which values of an Iceberg type are read and written.

    Raises:
        UnsupportedTable: If the type has no counterpart (those of format version 3).
    """
    if isinstance(kind, DecimalType):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if isinstance(kind, StructType):
        fields = (f"{identifier(f.name)} {duckdb_type(f.field_type)}" for f in kind.fields)
        return f"STRUCT({', '.join(fields)})"
    if isinstance(kind, ListType):
        return duckdb_type(kind.element_type) + "[]"
    if isinstance(kind, MapType):
        return f"MAP({duckdb_type(kind.key_type)}, {duckdb_type(kind.value_type)})"
    name = _DUCKDB.get(type(kind))
    if name is None:
        raise UnsupportedTable(
            f"a column has the Iceberg type {kind}, which the engine cannot read",
            fix="keep the table on format version 2 and its types",
        )
    return name


def typed_column(field: NestedField) -> str:
    """Return SQL that reads a column of the table's name as the table's type."""
    name = identifier(field.name)
    return f"cast({name} as {duckdb_type(field.field_type)}) as {name}"


def field_ids(schema: Schema) -> str:
    """Return the ``FIELD_IDS`` option of COPY, which stamps Iceberg's ids into Parquet."""
    return _struct_ids(schema.fields)


def _struct_ids(fields: tuple[NestedField, ...]) -> str:
    pairs = (f"{identifier(f.name)}: {_ids(f.field_id, f.field_type)}" for f in fields)
    return "{" + ", ".join(pairs) + "}"


def _ids(field_id: int, kind: IcebergType) -> str:
    if isinstance(kind, StructType):
        inner = _struct_ids(kind.fields)[1:-1]
    elif isinstance(kind, ListType):
        inner = f"element: {_ids(kind.element_id, kind.element_type)}"
    elif isinstance(kind, MapType):
        key = _ids(kind.key_id, kind.key_type)
        inner = f"key: {key}, value: {_ids(kind.value_id, kind.value_type)}"
    else:
        return str(field_id)
    return f"{{__duckdb_field_id: {field_id}, {inner}}}"


def storable_type(kind: "DuckDBPyType", column: str) -> str:
    """Return the DuckDB type under which values of any DuckDB type can be stored in Iceberg.

    Whole numbers that Iceberg lacks become the next wider one; HUGEINT, which every ``sum`` of
    integers has, becomes BIGINT, and a value that does not fit fails when it is written.

    Raises:
        BadData: If there is none (INTERVAL, UNION, BIT, TIMETZ).
    """
    name = str(kind.id)
    if name in ("list", "array"):
        return _storable_children(kind, column)[0][1] + "[]"
    if name == "struct":
        inner = (f"{identifier(n)} {t}" for n, t in _storable_children(kind, column))
        return f"STRUCT({', '.join(inner)})"
    if name == "map":
        (_, key), (_, value) = _storable_children(kind, column)
        return f"MAP({key}, {value})"
    if name in _NOT_STORABLE:
        raise BadData(
            f"column {column!r} is of type {kind}, which Iceberg tables cannot hold",
            fix=f"cast it in the select, for example {column}::varchar",
        )
    return _STORED_AS.get(str(kind).lower()) or _STORED_AS.get(name) or str(kind)


def _storable_children(kind: "DuckDBPyType", column: str) -> list[tuple[str, str]]:
    pairs = [(n, t) for n, t in kind.children if not isinstance(t, (int, list))]
    return [(name, storable_type(child, column)) for name, child in pairs]


def cast(expression: str, source: str, target: IcebergType, column: str) -> str:
    """Return SQL that turns ``expression`` of DuckDB type ``source`` into an Iceberg type.

    A fraction is never rounded away and a time of day never cut off: such a value fails.
    """
    wanted = duckdb_type(target)
    if source.upper() == wanted:
        return expression
    plain = f"cast({expression} as {wanted})"
    cuts_fraction = isinstance(target, _WHOLE) and source.upper().startswith(_FRACTIONAL)
    cuts_time = isinstance(target, DateType) and source.upper().startswith("TIMESTAMP")
    if not (cuts_fraction or cuts_time):
        return plain
    problem = f"{_LOSS} {identifier(column)} to {wanted}: "
    message = "'" + problem.replace("'", "''") + f"' || cast({expression} as varchar)"
    keeps = f"{expression} is null or cast({plain} as {source}) = {expression}"
    return f"case when {keeps} then {plain} else error({message}) end"


_LOSS = "a cast would lose part of a value of column"
