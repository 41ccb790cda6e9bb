"""Files as sources: what they are and how to read them; reading is done by the load."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phlo.declare._place import Place, caller_place, mistake, nearest
from phlo.model import Json

FileKind = Literal["csv", "parquet"]
_CSV_OPTIONS = (
    "delimiter", "quote", "escape", "header", "null", "encoding", "decimal", "date_format",
    "timestamp_format", "skip", "types", "columns",
)  # fmt: skip
_PARQUET_OPTIONS = ("columns", "union_by_name", "hive_partitioning")


@dataclass(frozen=True, slots=True)
class FileSource:
    """Files that hold the rows. ``paths`` are files, globs or addresses; relative to the project.

    ``options`` are sorted pairs of the reader's settings; ``where`` is a predicate that the load
    pushes into the files.
    """

    kind: FileKind
    paths: tuple[str, ...]
    options: tuple[tuple[str, Json], ...] = ()
    where: str | None = None
    place: Place | None = None

    def option(self, name: str, default: Json = None) -> Json:
        """Return one setting of the reader."""
        return dict(self.options).get(name, default)


def csv(*paths: str | Path, where: str | None = None, **options: Json) -> FileSource:
    r"""Read CSV files; compressed ones too.

    Options: ``delimiter``, ``quote``, ``escape``, ``header``, ``null`` (text or list),
    ``encoding``, ``decimal``, ``date_format``, ``timestamp_format``, ``skip`` (lines), ``types``
    (column to SQL type) and ``columns`` (names, where the file has none).
    """
    return _files("csv", paths, where, options, _CSV_OPTIONS)


def parquet(*paths: str | Path, where: str | None = None, **options: Json) -> FileSource:
    """Read Parquet files. Options: ``columns``, ``union_by_name``, ``hive_partitioning``."""
    return _files("parquet", paths, where, options, _PARQUET_OPTIONS)


def _files(
    kind: FileKind,
    paths: tuple[str | Path, ...],
    where: str | None,
    options: Mapping[str, Json],
    known: tuple[str, ...],
) -> FileSource:
    place = caller_place()
    if not paths or not all(isinstance(path, str | Path) and str(path) for path in paths):
        raise mistake(f"{kind}({paths!r}) names no file", fix=f'write phlo.{kind}("data/*.{kind}")')
    for name in options:
        if name not in known:
            raise mistake(f"{name}= is not an option of phlo.{kind}", fix=nearest(name, known))
    listed = tuple(str(path) for path in paths)
    return FileSource(kind, listed, tuple(sorted(options.items())), where, place)
