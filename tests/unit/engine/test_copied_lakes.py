"""A lake that was moved or copied is read where it lies, whatever its Iceberg files say."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import FileScanTask
from pyiceberg.typedef import Record

from phlo.catalog import LogCatalog, open_catalog
from phlo.engine import Lake, Session
from phlo.engine.connection import open_engine
from phlo.engine.workers import WorkerPool
from phlo.errors import LakeMoved, UnsupportedTable
from phlo.tables.plan import files_sql
from phlo.tables.write import append, create, delete, upsert

SCHEMA = pa.schema([("id", pa.int64()), ("day", pa.string()), ("x", pa.int64())])
COLUMNS = "select id, day, x from raw.f order by id"
ROWS = [(1, "a", 10), (2, "b", 20), (3, "a", 30)]


def _make(folder: Path) -> None:
    catalog = open_catalog(folder, author="test")
    catalog.create_branch("dev")
    con = open_engine(threads=1)
    table = create(catalog.at("dev"), ("raw", "f"), SCHEMA, partition_by=("day",))
    for row in ROWS:
        append(con, table, f"select * from (values {row}) as t(id, day, x)")
        table = catalog.at("dev").load_table(("raw", "f"))
    con.close()


def _falsify(folder: Path) -> None:
    for path in folder.rglob("data/**/*.parquet"):
        table = pq.read_table(path, partitioning=None)
        at = table.schema.get_field_index("x")
        wrong = pa.array([999] * table.num_rows, pa.int64())
        pq.write_table(table.set_column(at, table.schema.field(at), wrong), path)


def _tear(folder: Path) -> None:
    for path in (folder / "tables").rglob("*"):
        if path.is_file():
            path.write_bytes(b"torn")


@pytest.fixture(params=[_falsify, _tear, shutil.rmtree], ids=["other data", "torn", "gone"])
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> LogCatalog:
    _make(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    spoil: Callable[[Path], None] = request.param
    spoil(tmp_path / "here")
    with pytest.raises(LakeMoved):
        open_catalog(tmp_path / "there")
    open_catalog(tmp_path / "there", relocate=True)
    return open_catalog(tmp_path / "there", author="test")


def test_every_reader_reads_the_copy(copied: LogCatalog) -> None:
    with Lake(copied, "dev") as lake:
        assert lake.sql(COLUMNS).fetchall() == ROWS
        assert lake.table("raw.f").count() == 3
    assert Session(copied, "dev").sql("select sum(x) from raw.f").fetchone() == (60,)
    with WorkerPool(copied, size=1) as pool:
        told = pool.query(COLUMNS, ref="dev").read_all().to_pylist()
    assert [tuple(row.values()) for row in told] == ROWS
    scan = copied.at("dev").load_table("raw.f").scan()
    assert scan.to_arrow().sort_by("id")["x"].to_pylist() == [10, 20, 30]
    some = copied.at("dev").load_table("raw.f").scan(row_filter="day = 'a'")
    assert sorted(some.to_polars()["x"]) == [10, 30]
    lazy = copied.at("dev").load_table("raw.f").to_polars()
    assert sorted(lazy.collect()["x"]) == [10, 20, 30]
    with pytest.raises(UnsupportedTable, match="before it was moved"):
        copied.at("dev").load_table("raw.f").to_daft()


def test_every_writer_rests_on_the_copy_and_leaves_the_original_alone(
    copied: LogCatalog, tmp_path: Path
) -> None:
    con = open_engine(threads=1)
    before = _contents(tmp_path / "here")

    def table():
        return copied.at("dev").load_table(("raw", "f"))

    upsert(con, table(), "select 1::bigint as id, 'a' as day, 11::bigint as x", ["id"])
    delete(con, table(), "id = 2")
    append(con, table(), "select 4::bigint as id, 'c' as day, 40::bigint as x")
    table().append(pa.table({"id": [5], "day": ["c"], "x": [50]}, schema=SCHEMA))
    table().delete("id = 3")

    with Lake(copied, "dev") as lake:
        assert lake.sql(COLUMNS).fetchall() == [(1, "a", 11), (4, "c", 40), (5, "c", 50)]
    assert sorted(table().scan().to_arrow()["id"].to_pylist()) == [1, 4, 5]
    assert _contents(tmp_path / "here") == before
    con.close()


def test_branches_of_the_copy_merge(copied: LogCatalog, tmp_path: Path) -> None:
    con = open_engine(threads=1)
    copied.create_branch("x", at="dev")
    for ref, key in (("dev", 6), ("x", 7)):
        table = copied.at(ref).load_table(("raw", "f"))
        append(con, table, f"select {key}::bigint as id, 'd' as day, 0::bigint as x")

    copied.merge("x", "dev")

    with Lake(copied, "dev") as lake:
        assert lake.sql("select count(*), sum(x) from raw.f").fetchall() == [(5, 60)]
    con.close()


def test_positions_that_a_delete_file_names_by_the_old_path_are_not_read(
    copied: LogCatalog, tmp_path: Path
) -> None:
    con = open_engine(threads=1)
    table = copied.at("dev").load_table(("raw", "f"))
    tasks = sorted(table.scan().plan_files(), key=lambda task: task.file.file_path)
    path = tmp_path / "deletes.parquet"
    pq.write_table(pa.table({"file_path": [tasks[0].file.file_path], "pos": [0]}), path)
    deletes = DataFile.from_args(
        content=DataFileContent.POSITION_DELETES,
        file_path=f"file://{path}",
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=1,
        file_size_in_bytes=1,
    )
    torn = [FileScanTask(tasks[0].file, {deletes}), *tasks[1:]]

    assert len(con.execute(files_sql(con, table, torn)).fetchall()) == 2
    con.close()


@pytest.mark.parametrize("place", ["here/copy", "."], ids=["inside", "around"])
def test_a_lake_whose_old_and_new_roots_lie_in_each_other_is_read_where_it_is(
    tmp_path: Path, place: str
) -> None:
    around = tmp_path / "around"
    _make(around / "here")
    there = around / place
    shutil.copytree(around / "here", tmp_path / "aside")
    shutil.copytree(tmp_path / "aside", there, dirs_exist_ok=True)
    _falsify(around / "here" / "tables")
    shutil.copytree(tmp_path / "aside", there, dirs_exist_ok=True)

    copied = open_catalog(there, relocate=True)
    con = open_engine(threads=1)
    append(
        con,
        copied.at("dev").load_table("raw.f"),
        "select 4::bigint as id, 'a' as day, 40::bigint as x",
    )
    con.close()

    with Lake(open_catalog(there), "dev") as lake:
        assert lake.sql("select sum(x) from raw.f").fetchall() == [(100,)]
    scan = open_catalog(there).at("dev").load_table("raw.f").scan()
    assert sum(scan.to_arrow()["x"].to_pylist()) == 100


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
