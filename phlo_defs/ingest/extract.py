"""dlt extracts a source and normalises it into Parquet files in the staging area of the lake."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from phlo.config import environment
from phlo.errors import BadData, InvalidInput
from phlo_defs.ingest.batches import Data, arrow_batches
from phlo_defs.ingest.failures import source_failure

if TYPE_CHECKING:
    from dlt.pipeline.pipeline import Pipeline

ORDINAL = "_phlo_ordinal"
_TABLE = "rows"


@dataclass(frozen=True, slots=True)
class Staged:
    """What one extraction left in staging: files, and the columns they have together.

    ``files`` are addresses that DuckDB reads, in no order: ``_phlo_ordinal`` counts the rows in
    the order of the source. ``naive`` columns hold times without a zone, which dlt stores as UTC.
    ``incremental`` is the state of a dlt source as JSON text, or None.
    """

    files: tuple[str, ...]
    schema: pa.Schema
    rows: int
    bytes: int
    naive: frozenset[str] = frozenset()
    incremental: str | None = None


def is_dlt(data: Data) -> bool:
    """Tell whether a value is a dlt source or resource, without importing dlt."""
    return any(
        kind.__module__.startswith("dlt.") and kind.__name__ in {"DltSource", "DltResource"}
        for kind in type(data).__mro__
    )


def extract(
    data: Data,
    *,
    name: str,
    origin: str,
    staging: Path,
    work: Path,
    incremental: str | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> Staged:
    """Run dlt over a source; nothing of it stays but the Parquet files in ``staging``.

    Args:
        data: What the user's function returned.
        name: A name for dlt, stable between loads, so that its incremental state is found again.
        origin: What to call the source in messages.
        staging: An empty folder of this attempt in the lake.
        work: dlt's working folder; thrown away in any case.
        incremental: The state that an earlier load returned.
        on_rows: Called with the number of rows so far.

    Raises:
        BadData: rows that cannot become Arrow.
        SourceFailed: the source stopped answering; the same call may succeed later.
    """
    dlt = import_dlt(work.parent)
    counter = _Counter(origin, on_rows)
    source = _sources(data, counter) if is_dlt(data) else _resource(dlt, data, counter)
    pipeline = dlt.pipeline(
        name,
        destination=dlt.destinations.filesystem(
            bucket_url=staging.as_uri(), warn_unsafe_layout_separators=False
        ),
        dataset_name=_TABLE,
        pipelines_dir=str(work),
        progress=None,
    )
    try:
        state = _run(pipeline, source, incremental)
    except Exception as error:
        raise source_failure(error, origin, counter.rows) from error
    finally:
        pipeline.deactivate()
        shutil.rmtree(work, ignore_errors=True)
    return _collect(staging / _TABLE, counter, state if is_dlt(data) else None)


def import_dlt(folder: Path) -> Data:
    """Import dlt with its telemetry off and its folder in ours; it takes about a second."""
    environment.export("RUNTIME__DLTHUB_TELEMETRY", "false")
    if "RUNTIME__LOG_LEVEL" not in environment.variables():
        environment.export("RUNTIME__LOG_LEVEL", "ERROR")  # what fails is told by phlo, once
    environment.export("DLT_DATA_DIR", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    import dlt

    dlt.config["schema.naming"] = "direct"
    dlt.config["restore_from_destination"] = False
    dlt.config["data_writer.arrow_concat_promote_options"] = "default"
    dlt.config["normalize.parquet_normalizer.add_dlt_load_id"] = False
    return dlt


def _run(pipeline: "Pipeline", source: Data, incremental: str | None) -> str | None:
    from dlt.common.json import json

    if incremental:
        with pipeline.managed_state() as state:
            state["sources"] = json.typed_loads(incremental)
    pipeline.extract(source, loader_file_format="parquet", write_disposition="append")
    pipeline.normalize()
    pipeline.load()
    sources = pipeline.state.get("sources")
    return json.typed_dumps(sources, sort_keys=True) if sources else None


class _Counter:
    """Turn what a source yields into Arrow tables that carry the ordinal of each row."""

    def __init__(self, origin: str, on_rows: Callable[[int], None] | None) -> None:
        self.rows = 0
        self.columns = pa.schema([])
        self.naive: set[str] = set()
        self._aware: set[str] = set()
        self.origin = origin
        self._on_rows = on_rows

    def tables(self, data: Data) -> Iterator[pa.Table]:
        for table in arrow_batches(data, origin=self.origin):
            if table.num_rows == 0:
                self.columns = pa.unify_schemas([self.columns, table.schema])
                continue
            numbered = self._number(table)
            if self._on_rows is not None:
                self._on_rows(self.rows)
            yield numbered

    def _number(self, table: pa.Table) -> pa.Table:
        lowered = [name.lower() for name in table.column_names]
        if len(set(lowered)) < len(lowered):
            twice = sorted({n for n in table.column_names if lowered.count(n.lower()) > 1})
            raise BadData(
                f"{self.origin} has columns that differ in case only: {', '.join(twice)}",
                fix="rename one of them in the source",
            )
        if taken := [name for name in table.column_names if name.lower().startswith("_phlo_")]:
            table = table.drop_columns(taken)
        self._note_zones(table.schema)
        start, self.rows = self.rows, self.rows + table.num_rows
        ordinals = pa.arange(start, self.rows)
        return table.append_column(ORDINAL, ordinals)

    def _note_zones(self, schema: pa.Schema) -> None:
        for field in schema:
            if pa.types.is_timestamp(field.type):
                (self._aware if field.type.tz else self.naive).add(field.name)
        if both := sorted(self.naive & self._aware):
            raise BadData(
                f"the column {both[0]!r} of {self.origin} has times with and without a zone",
                fix="give every time a zone, for example value.replace(tzinfo=UTC)",
            )


def _resource(dlt: Data, data: Data, counter: _Counter) -> Data:
    return dlt.resource(counter.tables(data), name=_TABLE)


def _sources(data: Data, counter: _Counter) -> Data:
    """Let the one resource of a dlt source end in Arrow; its own steps run before."""
    from dlt.extract.items_transform import ItemTransform

    class ToArrow(ItemTransform[Any, Any]):
        placement_affinity = 3  # behind dlt's own incremental and limit steps

        def __call__(self, item: Data, meta: Data = None) -> Data:
            tables = list(counter.tables(item))
            return tables or None

    resources = getattr(data, "selected_resources", None)
    chosen = data if resources is None else _only(list(resources.values()))
    chosen.add_step(ToArrow(lambda item: item))
    chosen.apply_hints(table_name=_TABLE)
    return data


def _only(resources: list[Data]) -> Data:
    if len(resources) != 1:
        names = ", ".join(sorted(resource.name for resource in resources))
        raise InvalidInput(
            f"the dlt source has {len(resources)} resources ({names}), and a table takes one",
            fix='return source.with_resources("one of them"); write one ingestion for each',
        )
    return resources[0]


def _collect(folder: Path, counter: _Counter, incremental: str | None) -> Staged:
    files = sorted((folder / _TABLE).glob("**/*.parquet"))
    schema = counter.columns if not files else pa.schema([])
    for file in files:
        found = pq.read_schema(file).remove_metadata()
        try:
            schema = pa.unify_schemas([schema, found], promote_options="permissive")
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise BadData(
                f"the rows of {counter.origin} change their types half way: {error}",
                fix="give the column one type in the source, for example str(value)",
            ) from error
    naive = frozenset(counter.naive)
    fields = [pa.field(f.name, pa.timestamp("us") if f.name in naive else f.type) for f in schema]
    size = sum(file.stat().st_size for file in files)
    return Staged(tuple(map(str, files)), pa.schema(fields), counter.rows, size, naive, incremental)
