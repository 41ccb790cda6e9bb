"""Rows of any shape, as a stream of Arrow tables: plain rows are batched by columns."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice
from typing import Any
from uuid import UUID

import pyarrow as pa

from phlo.errors import BadData

BATCH_ROWS = 50_000
Data = Any
"""Whatever a user's function returns or yields."""
_MAX_SHOWN = 80


def arrow_batches(data: Data, *, origin: str, batch_rows: int = BATCH_ROWS) -> Iterator[pa.Table]:
    """Yield Arrow tables of whatever a source returned.

    Plain rows (mappings, dataclasses, pages of them) are collected into tables of ``batch_rows``;
    Arrow, Polars and DuckDB values pass through in the batches they stream. Nested mappings become
    structs and nested lists become lists: no value is dropped and no child table appears.

    Args:
        data: Rows, one table-like value, or an iterable of either.
        origin: What to call the source in messages.
        batch_rows: How many plain rows make one table.

    Raises:
        BadData: a value is no row, or the rows of a column do not agree on a type.
    """
    if data is None:
        return
    single = table_like(data)
    if single is not None:
        yield from (tidy(table) for table in single)
        return
    if isinstance(data, Mapping) or _is_record(data):
        data = [data]
    if not isinstance(data, Iterable) or isinstance(data, str | bytes):
        raise BadData(
            f"{origin} returned {_shown(data)}, which is no row",
            fix="return or yield mappings, Arrow, Polars, a DuckDB relation or a dlt source",
        )
    yield from _mixed(iter(data), origin, batch_rows)


def _mixed(items: Iterator[Any], origin: str, batch_rows: int) -> Iterator[pa.Table]:
    """Stream items that are rows, pages of rows or tables, keeping their order."""
    pending: list[Mapping[str, Any]] = []
    first_row = 0
    for chunk in iter(lambda: list(islice(items, 1)), []):
        item = chunk[0]
        if type(item) is dict:
            leftover: list[Data] = []
            pending.append(item)
            pending.extend(_take_dicts(items, batch_rows - len(pending), leftover))
            item = leftover[0] if leftover else None
        if item is not None:
            tables = table_like(item)
            if tables is not None:
                if pending:
                    yield rows_table(pending, origin=origin, first_row=first_row)
                    first_row += len(pending)
                    pending = []
                for table in tables:
                    first_row += table.num_rows
                    yield tidy(table)
            else:
                pending.extend(_as_rows(item, origin))
        while len(pending) >= batch_rows:
            yield rows_table(pending[:batch_rows], origin=origin, first_row=first_row)
            first_row += batch_rows
            pending = pending[batch_rows:]
    if pending:
        yield rows_table(pending, origin=origin, first_row=first_row)


def _take_dicts(
    items: Iterator[Any], count: int, leftover: list[Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield up to ``count`` plain dicts; the first item that is none goes to ``leftover``."""
    for item in islice(items, max(count, 0)):
        if type(item) is not dict:
            leftover.append(item)
            return
        yield item


def _as_rows(item: Data, origin: str) -> list[Mapping[str, Any]]:
    if isinstance(item, Mapping):
        return [item]
    if _is_record(item):
        return [_record(item)]
    if isinstance(item, Sequence) and not isinstance(item, str | bytes):
        return [row for part in item for row in _as_rows(part, origin)]
    raise BadData(
        f"{origin} yielded {_shown(item)}, which is no row",
        fix="yield mappings (one a row), or lists of them, or Arrow, Polars or DuckDB values",
    )


def _is_record(item: Data) -> bool:
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return True
    return hasattr(item, "model_dump") or hasattr(item, "_asdict")


def _record(item: Data) -> Mapping[str, Any]:
    if hasattr(item, "model_dump"):
        return dict(item.model_dump())
    if hasattr(item, "_asdict"):
        return dict(item._asdict())
    return dataclasses.asdict(item)


def table_like(data: Data) -> Iterator[pa.Table] | None:
    """Return the tables of an Arrow, Polars, pandas or DuckDB value, or None if it is none."""
    if isinstance(data, pa.Table):
        return iter((data,))
    if isinstance(data, pa.RecordBatch):
        return iter((pa.Table.from_batches([data]),))
    if isinstance(data, pa.RecordBatchReader):
        return (pa.Table.from_batches([batch]) for batch in data)
    module = type(data).__module__.partition(".")[0]
    if module in {"duckdb", "_duckdb"} and hasattr(data, "to_arrow_reader"):
        return (pa.Table.from_batches([b]) for b in data.to_arrow_reader(BATCH_ROWS))
    if module == "polars":
        return _polars_tables(data)
    if module == "pandas":
        return iter((pa.Table.from_pandas(data, preserve_index=False),))
    if hasattr(data, "__arrow_c_stream__"):
        return (pa.Table.from_batches([b]) for b in pa.RecordBatchReader.from_stream(data))
    return None


def _polars_tables(data: Data) -> Iterator[pa.Table]:
    if type(data).__name__ == "LazyFrame":
        return (frame.to_arrow() for frame in data.collect_batches())
    return iter((data.to_arrow(),))


def rows_table(rows: Sequence[Mapping[str, Any]], *, origin: str, first_row: int = 0) -> pa.Table:
    """Build one Arrow table of plain rows; a key that a row lacks is null there.

    Raises:
        BadData: a column holds values of types that do not go together; names row and value.
    """
    names = _names(rows)
    columns = {}
    for name in names:
        values = _column(rows, name)
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            columns[name] = _hard_column(name, values, origin, first_row)
    return tidy(pa.table(columns))


def _names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    keys = rows[0].keys()
    if not all(row.keys() == keys for row in rows):
        keys = dict.fromkeys(key for row in rows for key in row).keys()
    return [str(key) for key in keys]


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    try:
        return [row[name] for row in rows]
    except KeyError:
        return [row.get(name) for row in rows]


def _hard_column(name: str, values: list[Any], origin: str, first_row: int) -> pa.Array:
    """Try a column again with its odd values as plain ones, or name the row that is wrong."""
    plain = [_plain(value) for value in values]
    try:
        return pa.array(plain)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        pass
    row, kinds = _first_misfit(plain)
    raise BadData(
        f"column {name!r} of {origin} holds {kinds[1]} {_shown(plain[row])} in row "
        f"{first_row + row + 1}, after values of type {kinds[0]}",
        fix=f"make {name!r} one type in the source, for example str(row[{name!r}])",
    )


def _first_misfit(values: list[Any]) -> tuple[int, tuple[str, str]]:
    """Find the first row that the rows before it cannot share a type with, by halving."""
    low, high = 0, len(values)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            pa.array(values[:middle])
            low = middle
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            high = middle
    before = next((type(v).__name__ for v in reversed(values[:low]) if v is not None), "nothing")
    return high - 1, (before, type(values[high - 1]).__name__)


def _plain(value: Data) -> Data:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if _is_record(value):
        return dict(_record(value))
    return value


def tidy(table: pa.Table) -> pa.Table:
    """Give a table the plain types that Parquet, DuckDB and Iceberg share.

    Dictionaries are decoded, views and large types made plain, durations become microseconds, and
    columns that hold no type (all null) are left out: a missing column reads as null.
    """
    fields, columns = [], []
    for field, column in zip(table.schema, table.columns, strict=True):
        target = _plain_type(field.type)
        if target is None:
            continue
        fields.append(pa.field(field.name, target))
        columns.append(column if target == field.type else column.cast(target))
    return pa.table(columns, schema=pa.schema(fields))


def _plain_type(kind: pa.DataType) -> pa.DataType | None:
    """Return the type a column is stored with, or None if it holds no values of a type."""
    if isinstance(kind, pa.BaseExtensionType):
        return _plain_type(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_null(kind):
        return None
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_float16(kind):
        return pa.float32()
    return _plain_nested(kind)


def _plain_nested(kind: pa.DataType) -> pa.DataType | None:
    """Prune parts without a type: a list that is empty in every row of a batch says no type."""
    if pa.types.is_struct(kind):
        inner = [(kind.field(i).name, _plain_type(kind.field(i).type)) for i in range(len(kind))]
        kept = [pa.field(name, part) for name, part in inner if part is not None]
        return pa.struct(kept) if kept else None
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        value = _plain_type(kind.value_type)
        return None if value is None else pa.list_(value)
    return kind


def _shown(value: Data) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
