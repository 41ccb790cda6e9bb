"""What to read for one state of a table, as DuckDB SQL over a fixed list of files."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask

from phlo.errors import UnsupportedTable
from phlo.tables.layouts import lacks_field_ids, layout_selects
from phlo.tables.locations import engine_path, present_path
from phlo.tables.quoting import identifier, literal, text_list
from phlo.tables.types import duckdb_type, typed_column

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

_CACHED_PLANS = 2_000
_NAME_MAPPING = "schema.name-mapping.default"


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """How to read one state of a table.

    ``sql`` is a select with the table's columns in order; ``files`` are all paths it opens, data
    and delete files. ``rows`` and ``bytes`` are what the manifests say, before deletes.
    """

    sql: str
    files: tuple[str, ...]
    rows: int
    bytes: int
    columns: tuple[tuple[str, str], ...]


class _PlanCache:
    """Plans by metadata location (R12): a rename or a new column keeps the snapshot id."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._plans: OrderedDict[str, ReadPlan] = OrderedDict()
        self._lock = Lock()

    def get(self, location: str) -> ReadPlan | None:
        with self._lock:
            plan = self._plans.get(location)
            if plan is not None:
                self._plans.move_to_end(location)
            return plan

    def put(self, location: str, plan: ReadPlan) -> None:
        with self._lock:
            self._plans[location] = plan
            while len(self._plans) > self._size:
                self._plans.popitem(last=False)


_cache = _PlanCache(_CACHED_PLANS)


def cached_plan(metadata_location: str) -> ReadPlan | None:
    """Return the plan of a metadata file, if this process has made it: no file is opened."""
    return _cache.get(metadata_location)


def plan_table(con: "duckdb.DuckDBPyConnection", table: "Table") -> ReadPlan:
    """Plan the read of the current snapshot of a table, from the cache if it is known.

    Raises:
        UnsupportedTable: If DuckDB would read the table wrongly.
    """
    location = table.metadata_location
    plan = _cache.get(location) if location else None
    if plan is None:
        plan = _plan(con, table)
        if location:
            _cache.put(location, plan)
    return plan


def scan_sql(con: "duckdb.DuckDBPyConnection", table: "Table") -> str:
    """Return a select of all rows of the current snapshot, the table's columns in order.

    Raises:
        UnsupportedTable: If DuckDB would read the table wrongly.
    """
    return plan_table(con, table).sql


def _plan(con: "duckdb.DuckDBPyConnection", table: "Table") -> ReadPlan:
    _refuse_columns(table)
    schema = table.schema()
    tasks = list(table.scan().plan_files())
    columns = tuple((f.name, duckdb_type(f.field_type)) for f in schema.fields)
    deletes = {d.file_path for t in tasks for d in t.delete_files}
    files = [*(t.file.file_path for t in tasks), *sorted(deletes)]
    return ReadPlan(
        sql=files_sql(con, table, tasks),
        files=tuple(present_path(table.io, path) for path in files),
        rows=sum(t.file.record_count for t in tasks),
        bytes=sum(t.file.file_size_in_bytes for t in tasks),
        columns=columns,
    )


def files_sql(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    tasks: Sequence[FileScanTask],
    *,
    extra: Sequence[str] = (),
) -> str:
    """Return a select over chosen files of a table, with their positional deletes applied.

    ``extra`` names columns of the reader to add, ``filename`` or ``file_row_number``.

    Raises:
        UnsupportedTable: If a file is no Parquet, or is deleted from by equality or vector.
    """
    schema = table.schema()
    if not tasks:
        nulls = (
            f"cast(null as {duckdb_type(f.field_type)}) as {identifier(f.name)}"
            for f in schema.fields
        )
        return f"select {', '.join([*nulls, *(f'null as {e}' for e in extra)])} where false"
    _refuse_files(table, tasks)
    whole = [t.file for t in tasks if not t.delete_files]
    torn = [t for t in tasks if t.delete_files]
    selects = _reads(con, table, whole, extra) if whole else []
    if torn:
        selects.append(_without_deleted(con, table, torn, extra))
    if len(selects) == 1:
        return selects[0]
    return " union all ".join(f"({select})" for select in selects)


def _without_deleted(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    tasks: Sequence[FileScanTask],
    extra: Sequence[str],
) -> str:
    """Anti-join files with the positions that their delete files name."""
    reads = _reads(con, table, [t.file for t in tasks], ("filename", "file_row_number"))
    rows = " union all ".join(f"({read})" for read in reads)
    paths = sorted({present_path(table.io, d.file_path) for t in tasks for d in t.delete_files})
    names = [identifier(f.name) for f in table.schema().fields] + list(extra)
    local = _present(table, tasks, "regexp_replace(file_path, '^file:/*', '/')")
    return (
        f"select {', '.join(names)} from ({rows}) as kept anti join (select {local} as path, pos "
        f"from read_parquet({text_list(paths)}, hive_partitioning = false)) as deleted "
        "on kept.filename = deleted.path and kept.file_row_number = deleted.pos"
    )


def _present(table: "Table", tasks: Sequence[FileScanTask], path: str) -> str:
    """Return SQL for where a file lies now, which delete files name as the manifests do."""
    named = {engine_path(t.file.file_path): present_path(table.io, t.file.file_path) for t in tasks}
    moved = ", ".join(f"{literal(a)}: {literal(b)}" for a, b in named.items() if a != b)
    return f"coalesce((MAP {{{moved}}})[{path}], {path})" if moved else path


def _reads(
    con: "duckdb.DuckDBPyConnection",
    table: "Table",
    files: Sequence[DataFile],
    extra: Sequence[str],
) -> list[str]:
    """Return one select for each way in which the files must be read."""
    paths = [present_path(table.io, f.file_path) for f in files]
    if _has_nested_rename(table):
        return layout_selects(con, table, paths, extra)
    bare = lacks_field_ids(con, paths) if _NAME_MAPPING in table.properties else set()
    selects = layout_selects(con, table, sorted(bare), extra) if bare else []
    usual = [f for f, path in zip(files, paths, strict=True) if path not in bare]
    if usual:
        selects.append(_read(table, usual, extra))
    return selects


def _read(table: "Table", files: Sequence[DataFile], extra: Sequence[str]) -> str:
    """Read files with field ids: by plain list if the schema never changed, else by id.

    ``schema=`` loses DuckDB's estimate of the rows, and with it the right side of every join, so
    the count of the manifests is given along.
    """
    fields = table.schema().fields
    paths = text_list(present_path(table.io, f.file_path) for f in files)
    options = "".join(f", {name} = true" for name in extra)
    names = ", ".join([*(identifier(f.name) for f in fields), *extra])
    if _never_evolved(table):
        columns = ", ".join([*(typed_column(f) for f in fields), *extra])
        return f"select {columns} from read_parquet({paths}, hive_partitioning = false{options})"
    rows = sum(f.record_count for f in files)
    return (
        f"select {names} from read_parquet({paths}, schema = {_schema_map(table.schema())}, "
        f"hive_partitioning = false, explicit_cardinality = {rows}{options})"
    )


def _schema_map(schema: Schema) -> str:
    entries = (
        f"{f.field_id}: {{name: {literal(f.name)}, type: {literal(duckdb_type(f.field_type))}, "
        "default_value: NULL}"
        for f in schema.fields
    )
    return f"MAP {{{', '.join(entries)}}}"


def _never_evolved(table: "Table") -> bool:
    metadata = table.metadata
    return len(metadata.schemas) == 1 and metadata.current_schema_id == 0


def _has_nested_rename(table: "Table") -> bool:
    """Tell if a nested field ever changed its name: ``schema=`` matches those by name."""
    names: dict[int, str] = {}
    for schema in table.metadata.schemas:
        top = {f.field_id for f in schema.fields}
        for field_id in schema.field_ids - top:
            leaf = (schema.find_column_name(field_id) or "").rsplit(".", 1)[-1]
            if names.setdefault(field_id, leaf) != leaf:
                return True
    return False


def _refuse_columns(table: "Table") -> None:
    if table.metadata.format_version > 2:
        raise UnsupportedTable(
            f"table {'.'.join(table.name())} is of format version {table.metadata.format_version}",
            fix="keep tables on format version 2",
        )
    seen: dict[str, str] = {}
    for field in table.schema().fields:
        other = seen.setdefault(field.name.lower(), field.name)
        if other != field.name:
            raise UnsupportedTable(
                f"table {'.'.join(table.name())} has columns {other!r} and {field.name!r}, which "
                "SQL cannot tell apart",
                fix=f"rename the column {field.name!r} through pyiceberg",
            )


def _refuse_files(table: "Table", tasks: Iterable[FileScanTask]) -> None:
    name = ".".join(table.name())
    for task in tasks:
        if task.file.file_format != FileFormat.PARQUET:
            raise UnsupportedTable(
                f"table {name} has data files of format {task.file.file_format}",
                fix="rewrite the table as Parquet with the engine that wrote it",
            )
        for delete in task.delete_files:
            by_position = delete.content == DataFileContent.POSITION_DELETES
            if not by_position or delete.file_format != FileFormat.PARQUET:
                raise UnsupportedTable(
                    f"table {name} has equality deletes or deletion vectors",
                    fix="compact the table with the engine that wrote them",
                )
