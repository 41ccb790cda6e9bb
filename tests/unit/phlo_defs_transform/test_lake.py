"""What a materialization asks for becomes tables and views of the branch, without dbt."""

from pathlib import Path

import duckdb
import pytest

from phlo.catalog import open_catalog
from phlo.errors import DeclarationError
from phlo.model import Key, TableContent, ViewContent
from phlo.ports import Catalog
from phlo_defs.transform.lake import LakeRun, portable
from phlo_defs.transform.shape import Order
from tests.unit.phlo_defs_transform.lakes import put, rows

KEY: Key = ("marts", "m")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    catalog: Catalog = open_catalog(tmp_path / "lake", author="test")
    put(catalog, {("raw", "t"): "select range as id, range % 2 as odd from range(4)"})
    catalog.create_branch("work")
    return catalog


def _store(catalog: Catalog, *orders: Order) -> LakeRun:
    """Run orders as one dbt run would: one connection, one stage."""
    with catalog.stage("work", message="test") as stage:
        run = LakeRun(catalog, stage, catalog.resolve("work"))
        con = duckdb.connect()
        run.bind(con)
        for order in orders:
            run.store(order)
    return run


def test_a_model_reads_what_one_before_it_stored(catalog: Catalog) -> None:
    _store(
        catalog,
        Order(("staging", "v"), "view", 'select id from "memory"."raw"."t" where odd = 1'),
        Order(KEY, "replace", 'select count(*) as n from "memory"."staging"."v"'),
    )

    assert rows(catalog, "select n from marts.m", "work") == [(2,)]
    view = catalog.contents("work")["staging", "v"]
    assert isinstance(view, ViewContent)
    assert view.sql == 'select id from "raw"."t" where odd = 1'


def test_r12_a_run_reads_the_commit_it_began_at(catalog: Catalog) -> None:
    with catalog.stage("work", message="test") as stage:
        run = LakeRun(catalog, stage, catalog.resolve("work"))
        run.bind(duckdb.connect())
        put(catalog, {("raw", "t"): "select 9 as id, 9 as odd"}, ref="work")

        run.store(Order(KEY, "replace", "select count(*) as n from raw.t"))

    assert rows(catalog, "select n from marts.m", "work") == [(4,)]


def test_replace_keeps_the_table_and_its_history(catalog: Catalog) -> None:
    _store(catalog, Order(KEY, "replace", "select 1 as a"))
    before = catalog.contents("work")[KEY]
    _store(catalog, Order(KEY, "replace", "select 2 as a, 'x' as added"))

    after = catalog.contents("work")[KEY]

    assert isinstance(before, TableContent)
    assert isinstance(after, TableContent)
    assert before.uuid == after.uuid
    assert rows(catalog, "select * from marts.m", "work") == [(2, "x")]


def test_replacing_by_the_same_columns_keeps_the_table_whatever_their_types(
    catalog: Catalog,
) -> None:
    select = """
        select 1 as i, 2::bigint as b, 1.5::float as f, 1.5::double as d, 1.50::decimal(10, 2) as n,
            true as t, 'x' as s, 'x'::blob as bin, date '2026-01-01' as day, time '10:00' as clock,
            timestamp '2026-01-01' as at_local, timestamptz '2026-01-01' as at_utc, uuid() as u,
            [1, 2] as listed, {'a': 1, 'b c': 'x'} as struct, map {'k': 1} as mapped
    """
    _store(catalog, Order(KEY, "replace", select))
    before = catalog.contents("work")[KEY]
    _store(catalog, Order(KEY, "replace", select))

    after = catalog.contents("work")[KEY]

    assert isinstance(before, TableContent)
    assert isinstance(after, TableContent)
    assert before.uuid == after.uuid


@pytest.mark.parametrize("select", ["select 2 as b", "select 'text' as a"])
def test_replace_with_columns_that_do_not_fit_makes_a_new_table(
    catalog: Catalog, select: str
) -> None:
    _store(catalog, Order(KEY, "replace", "select 1 as a"))

    _store(catalog, Order(KEY, "replace", select))

    assert rows(catalog, "select * from marts.m", "work") == duckdb.sql(select).fetchall()
    schema = catalog.at("work").load_table(KEY).schema()
    assert schema.column_names == duckdb.sql(select).columns


def test_append_adds_and_upsert_replaces_by_key(catalog: Catalog) -> None:
    _store(catalog, Order(KEY, "replace", "select 1 as id, 'a' as v"))
    _store(catalog, Order(KEY, "append", "select 2 as id, 'b' as v"))
    _store(
        catalog,
        Order(
            KEY,
            "upsert",
            "select * from (values (2, 'B'), (3, 'C')) t(id, v)",
            unique_key=("id",),
        ),
    )

    found = rows(catalog, "select id, v from marts.m order by id", "work")

    assert found == [(1, "a"), (2, "B"), (3, "C")]


def test_a_table_can_become_a_view_and_a_view_a_table(catalog: Catalog) -> None:
    _store(catalog, Order(KEY, "replace", "select 1 as a"))
    _store(catalog, Order(KEY, "view", "select 2 as a"))
    assert isinstance(catalog.contents("work")[KEY], ViewContent)

    _store(catalog, Order(KEY, "replace", "select 3 as a"))

    assert isinstance(catalog.contents("work")[KEY], TableContent)
    assert rows(catalog, "select a from marts.m", "work") == [(3,)]


def test_a_partitioned_model_is_written_by_partition(catalog: Catalog) -> None:
    select = "select date '2026-01-01' + cast(range as integer) * 20 as day from range(4)"

    _store(catalog, Order(KEY, "replace", select, partition_by=("month(day)",)))

    table = catalog.at("work").load_table(KEY)
    assert [str(field.transform) for field in table.spec().fields] == ["month"]
    assert len(list(table.scan().plan_files())) == 3


def test_a_new_layout_makes_a_new_table(catalog: Catalog) -> None:
    select = "select date '2026-01-01' as day"
    _store(catalog, Order(KEY, "replace", select))

    _store(catalog, Order(KEY, "replace", select, partition_by=("year(day)",)))

    spec = catalog.at("work").load_table(KEY).spec()
    assert [str(field.transform) for field in spec.fields] == ["year"]


def test_types_that_iceberg_lacks_are_stored_as_wider_ones(catalog: Catalog) -> None:
    _store(
        catalog,
        Order(KEY, "replace", "select sum(id) as total, cast(1 as utinyint) as small from raw.t"),
    )

    assert rows(catalog, "select * from marts.m", "work") == [(6, 1)]


def test_on_schema_change_fail_refuses_and_ignore_keeps_the_columns(catalog: Catalog) -> None:
    _store(catalog, Order(KEY, "replace", "select 1 as id"))
    wider = Order(
        KEY, "upsert", "select 1 as id, 'n' as new", unique_key=("id",), on_schema_change="fail"
    )

    with pytest.raises(DeclarationError, match=r"new \['new'\]"):
        _store(catalog, wider)

    _store(
        catalog,
        Order(
            KEY,
            "upsert",
            "select 1 as id, 'n' as new",
            unique_key=("id",),
            on_schema_change="append_new_columns",
        ),
    )
    assert rows(catalog, "select * from marts.m", "work") == [(1, "n")]


def test_on_schema_change_ignore_leaves_new_columns_out(catalog: Catalog) -> None:
    _store(catalog, Order(KEY, "replace", "select 1 as id"))

    _store(catalog, Order(KEY, "append", "select 2 as id, 'n' as new"))

    assert rows(catalog, "select * from marts.m order by id", "work") == [(1,), (2,)]


def test_a_snapshot_without_news_makes_no_commit(catalog: Catalog) -> None:
    order = Order(KEY, "snapshot", "select 'h' as dbt_scd_id, 1 as v", unique_key=("dbt_scd_id",))
    _store(catalog, order)
    before = catalog.resolve("work")

    _store(catalog, order)

    assert catalog.resolve("work") == before


def test_a_run_that_only_reads_refuses_to_store(catalog: Catalog) -> None:
    run = LakeRun(catalog, None, catalog.resolve("main"))
    run.bind(duckdb.connect())

    with pytest.raises(DeclarationError, match="only reads"):
        run.store(Order(KEY, "view", "select 1 as a"))


def test_views_that_read_views_are_bound_in_any_order(catalog: Catalog) -> None:
    with catalog.stage("work", message="views") as stage:
        stage.put_view(("staging", "a"), "select id from staging.z")
        stage.put_view(("staging", "z"), "select id from raw.t")
        stage.put_view(("staging", "broken"), "select id from raw.gone")
    run = LakeRun(catalog, None, catalog.resolve("work"))
    run.bind(duckdb.connect())

    assert run.count(("staging", "a")) == 4
    assert run.sample("select * from staging.a", 1) == ({"id": 0},)


def test_only_the_named_tables_are_bound(catalog: Catalog) -> None:
    put(catalog, {("raw", "other"): "select 1 as a"})
    run = LakeRun(catalog, None, catalog.resolve("main"), names=[("raw", "other")])

    assert set(run.contents()) == {("raw", "other")}


def test_the_name_of_the_runs_own_database_is_left_out_of_views() -> None:
    assert portable('select * from "memory"."raw"."t" ') == 'select * from "raw"."t"'
