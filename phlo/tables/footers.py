"""What the footers of written files give away about values that must not be stored."""

from typing import TYPE_CHECKING, Any

from pyiceberg.schema import Schema
from pyiceberg.types import DateType, IcebergType, NestedField, TimestampType, TimestamptzType

from phlo.errors import BadData

if TYPE_CHECKING:
    from pyarrow.parquet import ColumnChunkMetaData, FileMetaData

_DAY_US = 86_400_000_000
_FIRST_DAY = -719_162
_LAST_DAY = 2_932_896
_MICROSECONDS = (_FIRST_DAY * _DAY_US, (_LAST_DAY + 1) * _DAY_US - 1)
_READABLE: dict[type[IcebergType], tuple[int, int]] = {
    DateType: (_FIRST_DAY, _LAST_DAY),
    TimestampType: _MICROSECONDS,
    TimestamptzType: _MICROSECONDS,
}
"""The years 1 to 9999, which every reader has; DuckDB keeps infinity as the largest number."""


def refuse_unreadable(footer: "FileMetaData", schema: Schema) -> None:
    """Refuse a file with nulls in a required column or with times that no reader has.

    Raises:
        BadData: With the column and what it holds.
    """
    watched = {f.name: f for f in schema.fields if f.required or type(f.field_type) in _READABLE}
    if not watched:
        return
    for group in range(footer.num_row_groups):
        row_group = footer.row_group(group)
        for place in range(row_group.num_columns):
            chunk = row_group.column(place)
            field = watched.get(chunk.path_in_schema)
            if field is not None and chunk.statistics is not None:
                _refuse_chunk(field, chunk)


def _refuse_chunk(field: NestedField, chunk: "ColumnChunkMetaData") -> None:
    statistics: Any = chunk.statistics
    if field.required and statistics.null_count:
        raise BadData(
            f"column {field.name!r} is required, and {statistics.null_count} rows or more have no "
            "value in it",
            fix=f"filter them out in the source, or make {field.name!r} optional",
        )
    bounds = _READABLE.get(type(field.field_type))
    if bounds is None or not statistics.has_min_max:
        return
    if statistics.min_raw < bounds[0] or statistics.max_raw > bounds[1]:
        raise BadData(
            f"column {field.name!r} holds a {field.field_type} of infinity or outside the years 1 "
            "to 9999; a nanosecond clock that ran over, before 1678 or after 2261, shows as that",
            fix="give the source's times in microseconds, or filter such rows out",
        )
