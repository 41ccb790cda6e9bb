"""Declared CSV and Parquet files, read by DuckDB as a stream."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa

from phlo.config import Project
from phlo.declare import FileSource, Partitioning, Window
from phlo.errors import BadData, InvalidInput
from phlo.model import Json
from phlo.tables.quoting import identifier, text_list
from phlo_defs.ingest.contract import column_kind

_CSV = {
    "delimiter": "delim",
    "quote": "quote",
    "escape": "escape",
    "header": "header",
    "null": "nullstr",
    "encoding": "encoding",
    "decimal": "decimal_separator",
    "date_format": "dateformat",
    "timestamp_format": "timestampformat",
    "skip": "skip",
    "types": "types",
    "columns": "names",
}
_CSV_DEFAULTS: dict[str, Json] = {
    # A broken line must not make the reader guess another delimiter, so nothing of this is guessed.
    "delim": ",",
    "quote": '"',
    "escape": '"',
    "header": True,
    "union_by_name": True,
    "sample_size": -1,
}
_PARQUET = {"union_by_name": "union_by_name", "hive_partitioning": "hive_partitioning"}
_ROWS = 100_000


def file_tables(
    source: FileSource,
    project: Project,
    *,
    partition: Partitioning | None = None,
    window: Window | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the files, those of the window only.

    Raises:
        InvalidInput: No file matches.
        BadData: A file cannot be read as what it is said to be; names file and line.
    """
    import duckdb

    paths = matching_files(source, project)
    with closing(duckdb.connect(":memory:")) as con, _explained(source, project):
        con.execute("set TimeZone = 'UTC'")
        con.execute("set preserve_insertion_order = true")
        select = _select(source, paths)
        conditions = [f"({source.where})"] if source.where else []
        if partition is not None and window is not None and window.key is not None:
            kinds = {row[0]: row[1] for row in con.execute(f"describe {select}").fetchall()}
            if partition.column in kinds:
                kind = column_kind(kinds[partition.column])
                conditions.append(f"({partition.predicate(window, kind)})")
        where = f" where {' and '.join(conditions)}" if conditions else ""
        reader = con.execute(f"select * from ({select}){where}").to_arrow_reader(_ROWS)
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)  # the columns, if no row comes
        yield from reader


def matching_files(source: FileSource, project: Project) -> list[str]:
    """Return the files of a source, in order. Raises ``InvalidInput`` if there is none."""
    found: list[str] = []
    for path in source.paths:
        if "://" in path:
            found.append(path)
            continue
        place = Path(path).expanduser()
        base = Path(place.anchor) if place.is_absolute() else project.root
        pattern = str(place.relative_to(place.anchor)) if place.is_absolute() else path
        matches = sorted(str(file) for file in base.glob(pattern) if file.is_file())
        if not matches:
            raise InvalidInput(
                f"no file matches {path!r} below {base}",
                fix="correct the path in the declaration, or put the file there",
            )
        found += matches
    return found


def _select(source: FileSource, paths: list[str]) -> str:
    names = _CSV if source.kind == "csv" else _PARQUET
    options = {
        names[name]: value for name, value in source.options if name in names and value is not None
    }
    if source.kind == "csv":
        options = {**_CSV_DEFAULTS, **options}
        return f"select * from read_csv({text_list(paths)}{_options(options)})"
    options.setdefault("hive_partitioning", False)
    wanted = source.option("columns")
    columns = ", ".join(map(identifier, wanted)) if wanted else "*"
    return f"select {columns} from read_parquet({text_list(paths)}{_options(options)})"


def _options(options: dict[str, Json]) -> str:
    return "".join(f", {name} = {_literal(value)}" for name, value in options.items())


def _literal(value: Json) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, dict):
        pairs = ", ".join(f"{_literal(str(k))}: {_literal(v)}" for k, v in value.items())
        return "{" + pairs + "}"
    if isinstance(value, list | tuple):
        return text_list([str(item) for item in value])
    text = str(value).replace("'", "''")
    return f"'{text}'"


@contextmanager
def _explained(source: FileSource, project: Project) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        text = " ".join(line.strip() for line in str(error).split("\n")[:6] if line.strip())
        text = text.replace(f"{project.root}/", "")
        names = ", ".join(source.paths)
        raise BadData(
            f"{source.kind} {names} cannot be read: {text}",
            fix="correct the line in the file, or tell how to read it: "
            'phlo.csv(…, types={"column": "VARCHAR"}, null="NA")'
            if source.kind == "csv"
            else "replace the file by a whole Parquet file",
        ) from error
