import json

import pyarrow as pa
import pytest

from phlo.errors import BadData, Conflict, InvalidInput
from phlo.tables.write import append, create, staged


def test_an_append_is_one_snapshot_with_its_intent(con, make, rows) -> None:
    table = make("t", id=pa.int64(), name=pa.string())

    written = append(con, table, "select i as id, 'n' || i as name from range(5) t(i)")

    assert rows(table) == [(i, f"n{i}") for i in range(5)]
    assert [s.snapshot_id for s in table.snapshots()] == [written.snapshot_id]
    assert (written.rows_added, written.files_added) == (5, 1)
    assert written.bytes_added > 0
    intent = table.current_snapshot().summary.additional_properties["phlo.intent"]
    assert json.loads(intent) == {"kind": "append", "key": [], "scope": ""}


def test_an_append_without_rows_makes_no_snapshot(con, make) -> None:
    table = make("t", id=pa.int64())

    written = append(con, table, "select 1 as id where false")

    assert written.snapshot_id is None
    assert table.current_snapshot() is None


def test_properties_of_the_caller_are_in_the_summary(con, make) -> None:
    table = make("t", id=pa.int64())

    append(con, table, "select 1 as id", properties={"phlo.run": "r1"})

    assert table.current_snapshot().summary.additional_properties["phlo.run"] == "r1"


def test_pyiceberg_reads_what_was_written(con, make) -> None:
    table = make("t", id=pa.int64(), tags=pa.list_(pa.string()), at=pa.timestamp("us", "UTC"))

    moment = "timestamptz '2020-01-01 00:00:00Z'"
    append(con, table, f"""select 1 as id, ['a', null] as tags, {moment} as "at" """)

    (row,) = table.scan().to_arrow().to_pylist()
    assert (row["id"], row["tags"], row["at"].year) == (1, ["a", None], 2020)


def test_columns_are_matched_by_name_and_missing_ones_are_null(con, make, rows) -> None:
    table = make("t", id=pa.int64(), a=pa.string(), b=pa.int32())

    append(con, table, "select 7::tinyint as b, 1 as id")

    assert rows(table) == [(1, None, 7)]


def test_a_column_the_table_lacks_is_refused_with_the_nearest_name(con, make) -> None:
    table = make("t", id=pa.int64(), origin=pa.string())

    with pytest.raises(BadData, match="'orgin'") as caught:
        append(con, table, "select 1 as id, 'JFK' as orgin")

    assert 'rename it to "origin"' in caught.value.fix
    assert table.current_snapshot() is None


def test_a_stream_is_appended_without_holding_it(con, make, rows) -> None:
    table = make("t", id=pa.int64())
    schema = pa.schema([("id", pa.int64())])
    batches = (pa.record_batch([[n, n + 1]], schema=schema) for n in range(0, 10, 2))

    with staged(con, pa.RecordBatchReader.from_batches(schema, batches)) as select:
        written = append(con, table, select)

    assert written.rows_added == 10
    assert rows(table, "sum(id)") == [(45,)]


def test_a_stream_that_dies_half_way_changes_nothing(con, make) -> None:
    table = make("t", id=pa.int64())
    schema = pa.schema([("id", pa.int64())])

    def batches():
        yield pa.record_batch([[1]], schema=schema)
        raise ConnectionResetError("the server hung up")

    reader = pa.RecordBatchReader.from_batches(schema, batches())
    with staged(con, reader) as select, pytest.raises(BadData, match="hung up"):
        append(con, table, select)

    assert table.current_snapshot() is None


def test_an_existing_table_is_not_created_again(tables, make) -> None:
    make("t", id=pa.int64())

    with pytest.raises(Conflict, match=r"raw\.t"):
        create(tables, ("raw", "t"), pa.schema([("id", pa.int64())]))


@pytest.mark.parametrize("names", [("a", "A"), ("a", "a"), ("",), ("a\0b",), ()])
def test_columns_that_sql_cannot_tell_apart_are_refused(tables, names) -> None:
    schema = pa.schema([pa.field(name, pa.int64()) for name in names])

    with pytest.raises(InvalidInput):
        create(tables, ("raw", "t"), schema)


def test_odd_names_and_values_survive(con, make, rows) -> None:
    table = make("t", **{'say "hi"': pa.string(), "select": pa.string(), "é b": pa.string()})

    select = 'select $$a\'b$$ as "say ""hi""", chr(0) || \'x\' as "select", \'\' as "é b"'
    append(con, table, select)

    assert rows(table) == [("a'b", "\0x", "")]


def test_a_branch_is_not_seen_on_another(con, catalog, make) -> None:
    table = make("t", id=pa.int64())
    append(con, table, "select 1 as id")

    assert ("raw", "t") in catalog.contents("dev")
    assert ("raw", "t") not in catalog.contents("main")
    assert catalog.contents("dev")[("raw", "t")].rows == 1


def test_appends_of_two_writers_both_land(con, tables, make, rows) -> None:
    table = make("t", id=pa.int64())
    stale = tables.load_table(("raw", "t"))

    append(con, table, "select 1 as id")
    append(con, stale, "select 2 as id")

    assert rows(tables.load_table(("raw", "t"))) == [(1,), (2,)]


def test_a_stage_writes_several_tables_in_one_commit(con, catalog, make, rows) -> None:
    make("a", id=pa.int64())
    make("b", id=pa.int64())
    before = catalog.resolve("dev")

    with catalog.stage("dev", message="both") as stage:
        for name in ("a", "b"):
            append(con, stage.tables.load_table(("raw", name)), "select 1 as id")
        append(con, stage.tables.load_table(("raw", "a")), "select 2 as id")

    assert catalog.resolve("dev").parents == (before.id,)
    assert rows(catalog.at("dev").load_table(("raw", "a"))) == [(1,), (2,)]
    assert rows(catalog.at("dev").load_table(("raw", "b"))) == [(1,)]


def test_a_stage_that_fails_changes_nothing(con, catalog, make) -> None:
    make("a", id=pa.int64())
    before = catalog.resolve("dev")

    def load() -> None:
        with catalog.stage("dev", message="half") as stage:
            table = stage.tables.load_table(("raw", "a"))
            append(con, table, "select 1 as id")
            append(con, table, "select 'x' as id")

    with pytest.raises(BadData):
        load()

    assert catalog.resolve("dev") == before


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b"\0" * 50])
def test_a_malformed_file_is_refused_and_named(con, make, tmp_path, content) -> None:
    table = make("t", id=pa.int64())
    file = tmp_path / "broken.parquet"
    file.write_bytes(content)

    with pytest.raises(BadData, match=r"broken\.parquet"):
        append(con, table, f"select * from read_parquet('{file}')")

    assert table.current_snapshot() is None


def test_a_file_that_is_cut_off_half_way_changes_nothing(con, make, tmp_path) -> None:
    table = make("t", id=pa.int64())
    file = tmp_path / "cut.csv"
    file.write_text("id\n" + "1\n" * 50_000 + '"2\n')

    with pytest.raises(BadData):
        append(con, table, f"select * from read_csv('{file}', header = true)")

    assert table.current_snapshot() is None
