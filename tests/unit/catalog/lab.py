"""Write rows to branches of a lake in memory, file by file, each change with its intent."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog as IcebergCatalog
from pyiceberg.io.pyarrow import _dataframe_to_data_files
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import LongType, NestedField, StringType

from phlo.catalog import LogCatalog, open_catalog
from phlo.model import Commit, Intent, Key
from phlo.ports import ObjectStore

Row = Mapping[str, Any]
FLIGHTS: Key = ("raw", "flights")
SCHEMA = Schema(
    NestedField(1, "id", LongType()),
    NestedField(2, "day", StringType()),
    NestedField(3, "value", LongType()),
)
BY_DAY = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "day"))
_names = count()


class Lab:
    """A lake with an empty table ``raw.flights`` on main and on every branch made after."""

    def __init__(self, *, by_day: bool = False, url: str = "") -> None:
        self.catalog: LogCatalog = open_catalog(url or f"memory://lab-{next(_names)}")
        self.catalog.protect("main", on=False)
        main = self.at("main")
        main.create_namespace("raw")
        spec = BY_DAY if by_day else UNPARTITIONED_PARTITION_SPEC
        main.create_table("raw.flights", SCHEMA, partition_spec=spec)

    @classmethod
    def over(cls, store: ObjectStore) -> "Lab":
        """Return another process's view of a lake that is there."""
        lab = object.__new__(cls)
        lab.catalog = open_catalog(store, author="another")
        return lab

    def at(self, ref: str) -> IcebergCatalog:
        return self.catalog.at(ref)

    def branch(self, *names: str, at: str = "main") -> None:
        for name in names:
            self.catalog.create_branch(name, at=at)

    def table(self, ref: str, key: Key = FLIGHTS) -> Table:
        return self.at(ref).load_table(key)

    def rows(self, ref: str, key: Key = FLIGHTS) -> list[Row]:
        found = self.table(ref, key).scan().to_arrow().to_pylist()
        return sorted(found, key=lambda row: json.dumps(row, sort_keys=True, default=str))

    def ids(self, ref: str, key: Key = FLIGHTS) -> list[int]:
        return sorted(row["id"] for row in self.rows(ref, key))

    def files(self, ref: str, key: Key = FLIGHTS) -> list[str]:
        return sorted(task.file.file_path for task in self.tasks(self.table(ref, key)))

    @staticmethod
    def tasks(table: Table) -> list[FileScanTask]:
        return list(table.scan().plan_files())

    # changes: every one is one snapshot with its intent

    def append(self, ref: str, rows: Iterable[Row], key: Key = FLIGHTS) -> None:
        self.write(ref, Intent("append"), add=list(rows), key=key)

    def append_to(self, table: Table, rows: Iterable[Row]) -> None:
        """Append to a table of a stage."""
        self._commit(table, Intent("append"), list(rows), [])

    def upsert(
        self, ref: str, rows: Iterable[Row], on: Sequence[str] = ("id",), key: Key = FLIGHTS
    ) -> None:
        new = list(rows)
        keys = {tuple(row[name] for name in on) for row in new}
        self.write(
            ref,
            Intent("upsert", tuple(on)),
            add=new,
            where=lambda row: tuple(row[name] for name in on) in keys,
            key=key,
        )

    def replace(
        self,
        ref: str,
        rows: Iterable[Row],
        where: Callable[[Row], bool] | None = None,
        key: Key = FLIGHTS,
    ) -> None:
        scope = "some rows" if where else ""
        intent = Intent("overwrite", scope=scope)
        self.write(ref, intent, add=list(rows), where=where or (lambda _: True), key=key)

    def delete(self, ref: str, where: Callable[[Row], bool], key: Key = FLIGHTS) -> None:
        self.write(ref, Intent("overwrite", scope="some rows"), where=where, key=key)

    def rewrite(self, ref: str, key: Key = FLIGHTS) -> None:
        """Compact all files of the table into one a partition."""
        table = self.table(ref, key)
        tasks = self.tasks(table)
        rows = [row for task in tasks for row in self._read(table, task)]
        self._commit(table, Intent("rewrite"), rows, [task.file for task in tasks])

    def add_column(self, ref: str, name: str, key: Key = FLIGHTS) -> None:
        with self.table(ref, key).update_schema() as update:
            update.add_column(name, LongType())

    def write(
        self,
        ref: str,
        intent: Intent | None,
        *,
        add: Sequence[Row] = (),
        where: Callable[[Row], bool] | None = None,
        key: Key = FLIGHTS,
    ) -> None:
        """Add rows and remove those that ``where`` is true for, copying what shares their files."""
        table = self.table(ref, key)
        kept: list[Row] = []
        gone: list[DataFile] = []
        for task in self.tasks(table) if where else ():
            rows = self._read(table, task)
            rest = [row for row in rows if where and not where(row)]
            if len(rest) < len(rows):
                gone.append(task.file)
                kept += rest
        self._commit(table, intent, [*kept, *add], gone)

    def _read(self, table: Table, task: FileScanTask) -> list[Row]:
        from pyiceberg.expressions import AlwaysTrue
        from pyiceberg.io.pyarrow import ArrowScan

        scan = ArrowScan(table.metadata, table.io, table.schema(), AlwaysTrue())
        return scan.to_table([task]).to_pylist()

    def _commit(
        self, table: Table, intent: Intent | None, rows: Sequence[Row], gone: Sequence[DataFile]
    ) -> None:
        if not rows and not gone:
            return
        told = (
            {"kind": intent.kind, "key": list(intent.key), "scope": intent.scope} if intent else 0
        )
        properties = {"phlo.intent": json.dumps(told)} if told else {}
        arrow = pa.Table.from_pylist(list(rows), schema=table.schema().as_arrow())
        with table.transaction() as transaction:
            update = transaction.update_snapshot(snapshot_properties=properties)
            with update.overwrite() if gone else update.fast_append() as snapshot:
                if rows:
                    for file in _dataframe_to_data_files(table.metadata, arrow, table.io):
                        snapshot.append_data_file(file)
                for file in gone:
                    snapshot.delete_data_file(file)

    # merging

    def merge(self, source: str, into: str = "main") -> Commit:
        return self.catalog.merge(source, into)

    def how(self, source: str, into: str = "main", key: Key = FLIGHTS) -> str | None:
        """Return how a merge would treat the table; the reason if it would not."""
        preview = self.catalog.preview_merge(source, into)
        for conflict in preview.conflicts:
            if conflict.key == key:
                return f"conflict: {conflict.reason}"
        return preview.how.get(key)


def row(number: int, day: str = "mon", value: int = 0, **more: Any) -> Row:
    return {"id": number, "day": day, "value": value, **more}
