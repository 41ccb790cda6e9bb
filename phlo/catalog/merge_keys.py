"""Compare the keys of the files that two sides added, reading key columns only (rule R7)."""

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyiceberg.conversions import from_bytes
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.types import NestedField, PrimitiveType

if TYPE_CHECKING:
    import pyarrow as pa

Files = tuple[TableMetadata, Sequence[DataFile]]


class KeyReader:
    """Read keys through a table's file access."""

    def __init__(self, io: FileIO) -> None:
        self._io = io

    def common(self, columns: tuple[str, ...], schema: Schema, ours: Files, theirs: Files) -> str:
        """Return one key that both lists of files hold, as text, or "" if there is none.

        Statistics rule out files first. A key with a null in it equals no key.
        """
        fields = [_find(schema, column) for column in columns]
        if not fields or None in fields:
            return "unknown: no such columns any more"
        known = [field for field in fields if field is not None]
        left, right = list(ours[1]), list(theirs[1])
        for field in known:
            left = [file for file in left if _may_meet(field, file, theirs[1])]
            right = [file for file in right if _may_meet(field, file, ours[1])]
        if not left or not right:
            return ""
        key_schema = Schema(*known)
        mine = self._read(ours[0], left, key_schema)
        other = self._read(theirs[0], right, key_schema)
        hits = mine.join(other, keys=mine.column_names, join_type="left semi")
        if not hits.num_rows:
            return ""
        return ", ".join(str(value) for value in hits.slice(0, 1).to_pylist()[0].values())

    def _read(
        self, metadata: TableMetadata, files: Sequence[DataFile], schema: Schema
    ) -> "pa.Table":
        from pyiceberg.io.pyarrow import ArrowScan
        from pyiceberg.table import FileScanTask

        scan = ArrowScan(metadata, self._io, schema, AlwaysTrue())
        return scan.to_table([FileScanTask(file) for file in files])


def _find(schema: Schema, column: str) -> NestedField | None:
    folded = column.casefold()
    return next((field for field in schema.fields if field.name.casefold() == folded), None)


def _may_meet(field: NestedField, file: DataFile, others: Sequence[DataFile]) -> bool:
    """Tell whether the values of a column in a file may occur in the other files."""
    mine = _span(field, file)
    if mine is None:
        return True
    for other in others:
        span = _span(field, other)
        if span is None or _meet(mine, span):
            return True
    return False


def _meet(left: tuple[Any, Any], right: tuple[Any, Any]) -> bool:
    return bool(left[0] <= right[1] and right[0] <= left[1])


def _span(field: NestedField, file: DataFile) -> tuple[Any, Any] | None:
    """Return the lowest and highest value, or None where statistics do not tell."""
    lower = (file.lower_bounds or {}).get(field.field_id)
    upper = (file.upper_bounds or {}).get(field.field_id)
    if lower is None or upper is None or not isinstance(field.field_type, PrimitiveType):
        return None
    try:
        return from_bytes(field.field_type, lower), from_bytes(field.field_type, upper)
    except (struct.error, ValueError):  # written before the column was widened
        return None
