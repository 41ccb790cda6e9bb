"""One load: call the source, stage its rows, and commit them to a branch as one snapshot."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from phlo.config import Project
from phlo.declare import FileSource, IngestionSpec, Window
from phlo.engine.lake import Lake
from phlo.errors import BadData
from phlo.model import Content, CursorContent, Json, Key, TableContent, cursor_key
from phlo.ports import Catalog
from phlo_defs.ingest.batches import Data
from phlo_defs.ingest.extract import Staged, extract, is_dlt
from phlo_defs.ingest.files import file_tables
from phlo_defs.ingest.store import Loaded, store_rows
from phlo_defs.publish.durable import reached

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Job:
    """Where one load goes and who runs it. ``name`` is unique to the attempt."""

    project: Project
    catalog: Catalog
    branch: str
    run: str
    name: str
    partition: str = ""
    on_rows: Callable[[int], None] | None = None


def load(spec: IngestionSpec, job: Job, con: "duckdb.DuckDBPyConnection") -> Loaded:
    """Load a table, or one partition of it, into the branch of the job.

    The cursor is read from the branch and committed with the rows (R19); staging and dlt's
    working folder are gone afterwards, whatever happens. A partition that is only ever added to
    is added once: a second load of it does nothing.

    Raises:
        BadData: rows that cannot become rows of the table.
        SourceFailed: the source stopped answering; a retry may help.
    """
    contents = job.catalog.contents(job.branch)
    found = contents.get(spec.asset_key)
    content = found if isinstance(found, TableContent) else None
    cursor = _value(contents.get(cursor_key(spec.table, job.partition)))
    incremental = _value(contents.get(cursor_key(f"dlt:{spec.table}", job.partition)))
    if _added_before(spec, job, contents):
        return Loaded.nothing(spec, content, "this partition has been added before")
    window = _window(spec, job.partition, cursor)
    data = _call(spec, job, window)
    origin = origin_of(spec, data)
    if isinstance(data, FileSource):
        data = file_tables(data, job.project, partition=spec.partition, window=window)
    folder = _staging(job)
    try:
        staged = extract(
            data,
            name=spec.table.replace(".", "_"),
            origin=origin,
            staging=folder,
            work=job.project.state_dir / "cache" / "dlt" / job.name,
            incremental=incremental,
            on_rows=job.on_rows,
        )
        reached("source-staged")
        _refuse_emptying(spec, job, staged, content)
        return store_rows(
            spec,
            catalog=job.catalog,
            branch=job.branch,
            con=con,
            staged=staged,
            window=window,
            origin=origin,
            run=job.run,
            incremental=incremental,
            now=datetime.now(UTC),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def origin_of(spec: IngestionSpec, data: Data) -> str:
    """Return what rows say of their source, and messages too."""
    if isinstance(data, FileSource):
        return f"{data.kind}:{','.join(Path(path).name for path in data.paths)}"
    name = getattr(spec.function, "__name__", spec.table)
    if is_dlt(data):
        return f"dlt:{getattr(data, 'name', name)}"
    return f"python:{name}"


def _call(spec: IngestionSpec, job: Job, window: Window) -> Data:
    values: dict[str, Data] = {"window": window}
    if "lake" in spec.parameters:
        values["lake"] = Lake(job.catalog, ref=job.branch, project=job.project)
    from phlo_defs.ingest.failures import source_failure

    try:
        return spec.function(**{name: values[name] for name in spec.parameters})
    except Exception as error:
        raise source_failure(error, f"python:{spec.table}", 0) from error


def _window(spec: IngestionSpec, partition: str, cursor: Json) -> Window:
    if spec.partition is None or not partition:
        return Window(cursor=cursor)
    return replace(spec.partition.window(partition), cursor=cursor)


def _value(content: object) -> Json:
    return json.loads(content.value) if isinstance(content, CursorContent) else None


def _added_before(spec: IngestionSpec, job: Job, contents: Mapping[Key, Content]) -> bool:
    if spec.write != "append" or not job.partition or spec.cursor is not None:
        return False
    return cursor_key(f"load:{spec.table}", job.partition) in contents


def _staging(job: Job) -> Path:
    """Return this attempt's folder below ``staging/`` of the lake, or beside it for a bucket."""
    if job.project.lake.startswith("file://"):
        lake = Path(job.project.lake.removeprefix("file://"))
    else:
        lake = job.project.state_dir / "cache"
    folder = lake / "staging" / job.run / job.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _refuse_emptying(
    spec: IngestionSpec, job: Job, staged: Staged, content: TableContent | None
) -> None:
    """Keep a source that suddenly has no rows from emptying a whole table."""
    if staged.rows or spec.write != "replace" or job.partition or not content or not content.rows:
        return
    raise BadData(
        f"the source of {spec.table} has no rows, and replacing would empty the table of its "
        f"{content.rows} rows",
        fix="check the source; if it is meant, delete the rows on a branch and merge it",
    )
