import pytest

from phlo.engine import Lake, Session
from phlo.errors import RefNotFound, SqlError, TableNotFound


@pytest.fixture
def session(catalog):
    with Session(catalog, threads=2) as session:
        yield session


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("select count(*) from raw.f", [(10,)]),
        ("select count(*) from main.raw.f", [(10,)]),
        ('select count(*) from "main"."raw"."f"', [(10,)]),
        ("select count(*) from RAW.F", [(10,)]),
        ('select count(*) from "dev/x".raw.f', [(20,)]),
        ('select count(*) from main.raw.f m join "dev/x".raw.f d using (id)', [(20,)]),
        ("select main.raw.f.s from main.raw.f limit 1", [("main",)]),
        ("select s from raw.order", [("o",)]),
        ("select n from raw.v", [(10,)]),
        ('select n from "dev/x".raw.v order by n', [(10,), (10,)]),
        ("with f as (select 7 as id) select id from f", [(7,)]),
        ("with f as (select 7 as id) select f.id from f join raw.f r using (id)", [(7,)]),
        ("select 'raw.nope' /* raw.nope */ -- raw.nope", [("raw.nope",)]),
        ("select '🦆', count(*) from main.raw.f -- é", [("🦆", 10)]),
        ("from raw.f select max(id)", [(9,)]),
        ("select (select max(id) from raw.f) + 1", [(10,)]),
        ("pivot raw.f on s using sum(id)", None),
        ("summarize main.raw.f", None),
        ("describe raw.f", None),
    ],
)
def test_names_mean_tables_of_refs(session, query, answer) -> None:
    found = session.sql(query).fetchall()

    assert found == answer if answer else found


def test_only_tables_that_are_named_are_bound(session) -> None:
    session.sql("select 1 from raw.f").fetchall()

    bound = session.con.execute("select view_name from duckdb_views() where not internal")
    assert bound.fetchall() == [("f",)]


def test_an_unknown_table_is_named_with_the_nearest(session) -> None:
    with pytest.raises(TableNotFound, match=r"'raw\.ordr'") as caught:
        session.sql("select * from raw.ordr")

    assert "raw.order" in caught.value.fix


def test_an_unknown_ref_is_refused(catalog, session) -> None:
    with pytest.raises(TableNotFound, match="nope"):
        session.sql("select * from nope.raw.f")
    with pytest.raises(RefNotFound):
        Session(catalog, "nope")


@pytest.mark.parametrize("query", ["selec 1", "select nope from raw.f", "select 1 +", ""])
def test_a_wrong_query_is_an_error_with_a_fix(session, query) -> None:
    with pytest.raises(SqlError) as caught:
        session.arrow(query)

    assert caught.value.fix


def test_errors_of_single_rows_are_explained(session) -> None:
    with pytest.raises(SqlError, match="Could not convert"):
        session.arrow("select s::int from raw.f")


def test_a_view_that_reads_itself_is_refused(session) -> None:
    with pytest.raises(SqlError, match=r"'raw\.loop' reads itself"):
        session.sql("select * from raw.loop")


@pytest.mark.parametrize(
    "query",
    ["insert into raw.f values (1, 'a', 2)", "delete from raw.f", "update raw.f set id = 1"],
)
def test_the_lake_cannot_be_written_through_a_session(session, query) -> None:
    with pytest.raises(SqlError):
        session.sql(query)

    assert session.sql("select count(*) from raw.f").fetchall() == [(10,)]


def test_parameters_are_bound(session) -> None:
    by_place = session.sql("select count(*) from raw.f where id < ?", [3])
    by_name = session.sql("select count(*) from raw.f where id < $top", {"top": 4})

    assert (by_place.fetchall(), by_name.fetchall()) == ([(3,)], [(4,)])


def test_times_are_utc_on_every_cursor(session) -> None:
    query = "select current_setting('TimeZone')"

    assert session.con.execute(query).fetchall() == [("UTC",)]
    assert session.cursor().execute(query).fetchall() == [("UTC",)]


def test_variables_of_python_are_not_tables(session) -> None:
    frame = [1, 2, 3]

    with pytest.raises(TableNotFound):
        session.sql("select * from frame")
    assert frame


def test_memory_and_threads_are_bounded(catalog) -> None:
    with Session(catalog, memory_mb=300, threads=1) as session:
        query = "select current_setting('memory_limit'), current_setting('threads')"

        assert session.con.execute(query).fetchone() == ("286.1 MiB", 1)


def test_batches_stream(session) -> None:
    batches = session.batches("select * from range(1000)", rows=100)

    assert sum(batch.num_rows for batch in batches) == 1000


def test_the_plan_of_a_pivot_is_told_like_that_of_a_select(catalog, session) -> None:
    query = "explain pivot raw.f on s using sum(id)"

    ((kind, plan),) = session.sql(query).fetchall()

    assert (kind, "READ_PARQUET" in plan) == ("physical_plan", True)
    assert sum(batch.num_rows for batch in session.batches(query)) == 1
    with Lake(catalog) as lake:
        assert lake.sql(query).fetchone() == (kind, plan)


def test_r12_a_session_reads_one_commit(tmp_path) -> None:
    import pyarrow as pa

    from phlo.catalog import open_catalog
    from phlo.engine.connection import open_engine
    from phlo.tables.write import append, create

    catalog = open_catalog(tmp_path, author="test")
    catalog.create_branch("b")
    table = create(catalog.at("b"), ("raw", "t"), pa.schema([("id", pa.int64())]))
    con = open_engine()
    append(con, table, "select 1 as id")
    session = Session(catalog, "b")
    before = session.commit

    append(con, table, "select 2 as id")

    assert session.sql("select count(*) from raw.t").fetchall() == [(1,)]
    assert session.commit == before
    assert Session(catalog, "b").sql("select count(*) from raw.t").fetchall() == [(2,)]
    assert Session(catalog, before.id).sql("select count(*) from raw.t").fetchall() == [(1,)]


def test_a_lake_gives_rows_as_they_are_wanted(catalog) -> None:
    with Lake(catalog) as lake:
        assert lake.ref == "main"
        assert lake.commit == catalog.resolve("main")
        assert lake.tables() == ["raw.f", "raw.loop", "raw.order", "raw.v"]
        assert lake.sql("select 1 as a, 'b' as b").to_polars().rows() == [(1, "b")]
        assert lake.sql("select id from raw.f order by id").fetchone() == (0,)
        assert lake.at("dev/x").table("raw.f").count() == 20


def test_several_results_of_a_lake_are_open_at_once(catalog) -> None:
    with Lake(catalog) as lake:
        first = lake.sql("select id from raw.f order by id")
        second = lake.sql("select id from raw.f order by id desc")

        assert [first.fetchone(), second.fetchone(), first.fetchone()] == [(0,), (9,), (1,)]


def test_a_table_of_a_lake_shows_its_schema_and_history(catalog) -> None:
    with Lake(catalog) as lake:
        table = lake.table("RAW.f")

        assert table.schema == {"id": "BIGINT", "s": "VARCHAR", "x": "DOUBLE"}
        assert [s["operation"] for s in table.snapshots()] == ["append"]
        assert table.rows(2).to_arrow().num_rows == 2
        assert table.to_polars().height == 10
        assert lake.table("raw.v").snapshots() == []
        with pytest.raises(TableNotFound, match=r"raw\.g"):
            lake.table("raw.g")


def test_a_lake_is_used_from_many_threads(catalog) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Lake(catalog) as lake, ThreadPoolExecutor(8) as threads:
        query = 'select count(*) from raw.f join "dev/x".raw.f using (id)'
        answers = list(threads.map(lambda _: lake.sql(query).fetchone(), range(40)))

    assert answers == [(20,)] * 40


def test_a_project_is_opened_by_its_folder(tmp_path) -> None:
    import phlo

    (tmp_path / "phlo.yaml").write_text("name: demo\n")

    with phlo.connect(tmp_path) as lake:
        assert lake.sql("select 1").fetchall() == [(1,)]
        assert lake.tables() == []
        assert lake.project.name == "demo"
