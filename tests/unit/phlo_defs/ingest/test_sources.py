"""Whatever a function returns arrives as the same rows, with their identity."""

from datetime import UTC, datetime

import pytest

TWO = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
RETURNS = {
    "rows": "return [{'id': 1, 'name': 'a'}, {'id': 2, 'name': 'b'}]",
    "generator": "yield {'id': 1, 'name': 'a'}\n    yield {'id': 2, 'name': 'b'}",
    "arrow": "import pyarrow as pa\n    return pa.table({'id': [1, 2], 'name': ['a', 'b']})",
    "polars": "import polars as pl\n    return pl.DataFrame({'id': [1, 2], 'name': ['a', 'b']})",
    "lazy": "import polars as pl\n    return pl.LazyFrame({'id': [1, 2], 'name': ['a', 'b']})",
    "duckdb": (
        "import duckdb\n"
        "    return duckdb.sql(\"from (values (1::bigint, 'a'), (2, 'b')) t(id, name)\")"
    ),
    "csv": "return phlo.csv('data/two.csv')",
    "parquet": "return phlo.parquet('data/*.parquet')",
    "dlt": (
        "import dlt\n"
        "    return dlt.resource([{'id': 1, 'name': 'a'}, {'id': 2, 'name': 'b'}], name='two')"
    ),
}


@pytest.mark.parametrize("body", RETURNS.values(), ids=RETURNS)
def test_every_kind_of_source_gives_the_same_table(house, body) -> None:
    import polars as pl

    house.file("data/two.csv", "id,name\n1,a\n2,b\n")
    pl.DataFrame({"id": [1, 2], "name": ["a", "b"]}).write_parquet(house.root / "data/two.parquet")
    house.declare(f"@phlo.ingestion(table='raw.two', key='id')\ndef two():\n    {body}\n")

    house.load("raw.two")

    assert house.rows("raw.two") == TWO
    frame = house.frame("raw.two")
    assert frame["_phlo_row_id"].n_unique() == 2
    assert set(frame["_phlo_source"]) == {frame["_phlo_source"][0]}
    assert (datetime.now(UTC) - frame["_phlo_ingested_at"][0]).total_seconds() < 60


def test_one_load_makes_one_snapshot(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", key="id")
        def t():
            for n in range(3):
                yield [{"id": n * 1000 + m} for m in range(1000)]
        """
    )

    house.load("raw.t")

    table = house.catalog.at("main").load_table(("raw", "t"))
    assert len(table.metadata.snapshots) == 1
    assert len(house.frame("raw.t")) == 3000


def test_nested_rows_are_kept_whole(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t")
        def t():
            yield {"id": 1, "device": {"name": "x", "tags": ["a", "b"]}}
        """
    )

    house.load("raw.t")

    assert house.rows("raw.t") == [{"id": 1, "device": {"name": "x", "tags": ["a", "b"]}}]


def test_times_without_a_zone_stay_as_they_are(house) -> None:
    house.declare(
        """
        from datetime import UTC, datetime

        @phlo.ingestion(table="raw.t")
        def t():
            yield {"naive": datetime(1600, 1, 2, 3), "aware": datetime(2200, 1, 2, tzinfo=UTC)}
        """
    )

    house.load("raw.t")

    assert house.rows("raw.t") == [
        {"naive": datetime(1600, 1, 2, 3), "aware": datetime(2200, 1, 2, tzinfo=UTC)}
    ]


def test_a_new_column_and_a_wider_one_are_taken(house) -> None:
    house.declare(
        "@phlo.ingestion(table='raw.t', key='id')\ndef t():\n    return phlo.csv('t.csv')\n"
    )
    house.file("t.csv", "id,x\n1,1\n")
    house.load("raw.t")
    house.file("t.csv", "id,x,y\n2,2,new\n")

    house.load("raw.t")

    assert house.rows("raw.t") == [{"id": 1, "x": 1, "y": None}, {"id": 2, "x": 2, "y": "new"}]


def test_the_event_says_what_was_published(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return [{'id': 1}, {'id': 2}]\n")

    house.load("raw.t")

    said = house.metadata("raw.t")
    wanted = {
        "dagster/row_count", "phlo/bytes", "phlo/snapshot_id", "phlo/commit", "phlo/branch",
        "phlo/log_number", "phlo/duration_s", "phlo/preview", "dagster/column_schema",
    }  # fmt: skip
    assert wanted <= set(said)
    assert said["dagster/row_count"] == 2
    assert said["phlo/commit"] == house.catalog.resolve("main").id
    assert "| id |" in said["phlo/preview"]


def test_a_function_can_read_other_tables_of_its_branch(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.a")
        def a():
            return [{"id": 1}, {"id": 2}]

        @phlo.ingestion(table="raw.b", depends="raw.a")
        def b(lake):
            return lake.sql("select count(*) as n from raw.a").to_arrow()
        """
    )

    house.load()

    assert house.rows("raw.b") == [{"n": 2}]
    assert "raw.a" in house.metadata("raw.b")["phlo/built_from"]


def test_nothing_of_a_load_stays_in_staging(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return [{'id': 1}]\n")

    house.load("raw.t")

    staging = house.root / ".phlo/lake/staging"
    assert not [path for path in staging.rglob("*") if path.is_file()]
    assert not list((house.root / ".phlo/cache/dlt").glob("*/*"))
