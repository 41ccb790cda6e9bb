import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import FileScanTask
from pyiceberg.typedef import Record
from pyiceberg.types import DoubleType, LongType

from phlo.errors import UnsupportedTable
from phlo.tables.locations import engine_path
from phlo.tables.plan import cached_plan, files_sql, plan_table, scan_sql
from phlo.tables.write import append

KEY = ("raw", "t")


@pytest.fixture
def table(con, make):
    table = make("t", id=pa.int32(), name=pa.string())
    append(con, table, "select i as id, 'n' || i as name from range(3) t(i)")
    return table


def test_a_table_without_rows_has_its_columns(con, make) -> None:
    table = make("empty", id=pa.int64(), tags=pa.list_(pa.string()))

    relation = con.sql(scan_sql(con, table))

    assert relation.columns == ["id", "tags"]
    assert [str(t) for t in relation.types] == ["BIGINT", "VARCHAR[]"]
    assert relation.fetchall() == []


def test_a_plan_is_made_once_for_a_metadata_location(con, table) -> None:
    plan = plan_table(con, table)

    assert plan_table(con, table) is plan
    assert cached_plan(table.metadata_location) is plan
    assert (plan.rows, len(plan.files)) == (3, 1)


def test_r12_plans_are_told_apart_by_metadata_though_the_snapshot_stays(con, table, rows) -> None:
    before = scan_sql(con, table)
    snapshot = table.current_snapshot().snapshot_id

    with table.update_schema() as update:
        update.rename_column("name", "label")

    assert table.current_snapshot().snapshot_id == snapshot
    assert scan_sql(con, table) != before
    assert rows(table, "label") == [("n0",), ("n1",), ("n2",)]


def test_a_renamed_column_keeps_the_values_of_old_files(con, table, rows) -> None:
    with table.update_schema() as update:
        update.rename_column("name", "label")
    append(con, table, "select 9 as id, 'n9' as label")

    assert rows(table, "label") == [("n0",), ("n1",), ("n2",), ("n9",)]


def test_swapped_names_keep_their_values(con, make, rows) -> None:
    table = make("swap", a=pa.int64(), b=pa.int64())
    append(con, table, "select 1 as a, 2 as b")
    with table.update_schema() as update:
        update.rename_column("a", "c")
    with table.update_schema() as update:
        update.rename_column("b", "a")

    assert rows(table, "c, a") == [(1, 2)]


def test_a_column_dropped_and_added_again_does_not_show_old_values(con, table, rows) -> None:
    with table.update_schema() as update:
        update.delete_column("name")
    with table.update_schema() as update:
        update.add_column("name", DoubleType())
    append(con, table, "select 9 as id, 0.5 as name")

    assert rows(table, "id, name") == [(0, None), (1, None), (2, None), (9, 0.5)]


def test_widened_columns_are_read_from_old_and_new_files(con, table, rows) -> None:
    with table.update_schema() as update:
        update.update_column("id", LongType())
    append(con, table, "select 3000000000 as id, 'x' as name")

    assert rows(table, "max(id), min(id)") == [(3_000_000_000, 0)]


def test_an_evolved_table_still_tells_duckdb_how_many_rows_it_has(con, table) -> None:
    with table.update_schema() as update:
        update.add_column("n", LongType())

    assert "explicit_cardinality = 3" in scan_sql(con, table)


NESTED = pa.struct([("a", pa.int32()), ("in", pa.struct([("x", pa.string())]))])


def test_nested_renames_keep_their_values(con, make, rows) -> None:
    table = make(
        "nested",
        s=NESTED,
        items=pa.list_(pa.struct([("k", pa.int32())])),
        m=pa.map_(pa.string(), pa.struct([("v", pa.int32())])),
    )
    append(
        con,
        table,
        "select {'a': 1, 'in': {'x': 'y'}} as s, [{'k': 5}, null] as items, "
        "map {'q': {'v': 7}} as m",
    )
    append(con, table, "select null as s, null as items, null as m")
    with table.update_schema() as update:
        update.rename_column("s.in.x", "renamed")
        update.rename_column("items.element.k", "key")
        update.rename_column("m.value.v", "amount")
        update.add_column(("s", "b"), LongType())
    append(
        con,
        table,
        "select {'a': 2, 'in': {'renamed': 'z'}, 'b': 3} as s, [{'key': 6}] as items, "
        "map {'q': {'amount': 8}} as m",
    )

    assert rows(table, "s, items, m") == [
        (
            {"a": 1, "in": {"renamed": "y"}, "b": None},
            [{"key": 5}, None],
            {"q": {"amount": 7}},
        ),
        ({"a": 2, "in": {"renamed": "z"}, "b": 3}, [{"key": 6}], {"q": {"amount": 8}}),
        (None, None, None),
    ]


def test_files_without_field_ids_are_read_by_the_name_mapping(con, table, rows, tmp_path) -> None:
    foreign = tmp_path / "foreign.parquet"
    pq.write_table(pa.table({"name": ["f"], "id": pa.array([8], pa.int32())}), foreign)
    table.add_files([f"file://{foreign}"])

    assert rows(table) == [(0, "n0"), (1, "n1"), (2, "n2"), (8, "f")]

    with table.update_schema() as update:
        update.rename_column("name", "label")
        update.add_column("n", LongType())
    assert rows(table, "id, label, n") == [
        (0, "n0", None),
        (1, "n1", None),
        (2, "n2", None),
        (8, "f", None),
    ]


def test_a_column_in_a_folder_name_does_not_shadow_the_real_one(con, table, rows, tmp_path) -> None:
    folder = tmp_path / "id=99"
    folder.mkdir()
    pq.write_table(pa.table({"id": pa.array([8], pa.int32()), "name": ["f"]}), folder / "f.parquet")
    table.add_files([f"file://{folder}/f.parquet"])

    assert rows(table, "max(id)") == [(8,)]


def test_paths_with_odd_characters_are_read(con, table, rows, tmp_path) -> None:
    folder = tmp_path / "it's [a] *?%20 é"
    folder.mkdir()
    pq.write_table(pa.table({"id": pa.array([8], pa.int32()), "name": ["f"]}), folder / "f.parquet")
    table.add_files([f"file://{folder}/f.parquet"])

    assert rows(table, "max(id)") == [(8,)]


def delete_file(path: str, content=DataFileContent.POSITION_DELETES) -> DataFile:
    return DataFile.from_args(
        content=content,
        file_path=path,
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=1,
        file_size_in_bytes=1,
    )


def test_rows_deleted_by_position_are_not_read(con, table, tmp_path) -> None:
    append(con, table, "select 7 as id, 'whole' as name")
    torn, whole = sorted(table.scan().plan_files(), key=lambda t: -t.file.record_count)
    path = tmp_path / "deletes.parquet"
    pq.write_table(pa.table({"file_path": [torn.file.file_path], "pos": [1]}), path)
    tasks = [FileScanTask(torn.file, {delete_file(f"file://{path}")}), whole]

    sql = files_sql(con, table, tasks)

    assert con.execute(f"{sql} order by id").fetchall() == [(0, "n0"), (2, "n2"), (7, "whole")]
    with_names = files_sql(con, table, tasks, extra=("filename",))
    names = {row[2] for row in con.execute(with_names).fetchall()}
    assert names == {engine_path(t.file.file_path) for t in tasks}


def test_equality_deletes_are_refused(con, table, tmp_path) -> None:
    (task,) = table.scan().plan_files()
    torn = FileScanTask(task.file, {delete_file("x", DataFileContent.EQUALITY_DELETES)})

    with pytest.raises(UnsupportedTable, match="equality deletes") as caught:
        files_sql(con, table, [torn])

    assert "compact" in caught.value.fix


def test_files_of_another_format_are_refused(con, table) -> None:
    (task,) = table.scan().plan_files()
    orc = DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=task.file.file_path,
        file_format=FileFormat.ORC,
        partition=Record(),
        record_count=1,
        file_size_in_bytes=1,
    )

    with pytest.raises(UnsupportedTable, match="ORC"):
        files_sql(con, table, [FileScanTask(orc)])


def test_columns_that_differ_by_case_are_refused(con, table) -> None:
    with table.update_schema() as update:
        update.add_column("Name", LongType())

    with pytest.raises(UnsupportedTable, match="'name' and 'Name'"):
        scan_sql(con, table)
