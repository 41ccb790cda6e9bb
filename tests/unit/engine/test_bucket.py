"""DuckDB on a lake in a bucket: what it reads and writes there, and that it reaches no other."""

from contextlib import closing
from dataclasses import asdict

import duckdb
import pyarrow as pa
import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.engine import Lake
from phlo.engine.binding import Binder
from phlo.engine.bucket import find_extension
from phlo.engine.connection import open_engine
from phlo.engine.frames import DATA, DONE, FAILED, read_frame, unpack_error
from phlo.engine.names import attached_name
from phlo.engine.worker import Worker
from phlo.engine.workers import WorkerPool
from phlo.errors import StoreError
from phlo.model import Json
from phlo.ports import BucketAccess
from phlo.tables import write
from tests.unit.store.s3_server import S3Server, s3_server

URL = "s3://bucket/shop/lake"
ORDERS = pa.schema([("id", pa.int64()), ("day", pa.date32()), ("note", pa.string())])
ROWS = """
    select i as id, date '2026-01-01' + (i % 3)::int as day, 'a*b?c ' || i as note
    from range(300) t(i)
"""


@pytest.fixture(scope="module")
def server():
    with s3_server() as running:
        yield running


@pytest.fixture(scope="module")
def catalog(server: S3Server) -> LogCatalog:
    """A lake with raw.orders, in three partitions, after an append, an upsert and a delete."""
    made = open_catalog(URL, author="test", options=server.options)
    made.create_branch("work")
    with closing(open_engine(access=made.access, threads=2)) as con:
        table = write.create(made.at("work"), ("raw", "orders"), ORDERS, partition_by=("day",))
        table = write.append(con, table, ROWS).table
        changed = "select 7 as id, date '2026-01-02' as day, 'changed' as note"
        table = write.upsert(con, table, changed, ["id"]).table
        write.delete(con, table, "id >= 290")
    made.merge("work", "main", override="a test needs rows on main")
    return made


def test_what_was_written_to_a_bucket_is_read_from_it(catalog: LogCatalog, server) -> None:
    lake = Lake(catalog)
    sql = "select count(*), count(distinct day), max(note) filter (id = 7) from raw.orders"

    assert lake.sql(sql).fetchone() == (290, 3, "changed")
    kept = [name for name in server.objects if name.endswith(".parquet")]
    assert len(kept) >= 3
    assert all(name.startswith("bucket/shop/lake/tables/") for name in kept)


def test_a_worker_reads_the_tables_and_nothing_else(catalog: LogCatalog) -> None:
    with WorkerPool(catalog, size=1) as pool:
        told = pool.query("select count(*) as n from raw.orders").read_all().to_pylist()

        assert told == [{"n": 290}]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_parquet('s3://bucket/shop/lake/tables/**/*.parquet')",
        "select * from read_text('s3://bucket/shop/lake/catalog/log/00000000000000000001.json')",
        "select * from read_text('s3://other/secret.txt')",
        "select * from read_text('https://example.org/')",
        "select * from read_text('/etc/passwd')",
        "copy (select 1) to 's3://bucket/shop/lake/tables/x.parquet'",
        "attach 's3://bucket/x.db' as x",
        "install spatial",
    ],
)
def test_past_the_guard_a_worker_still_reaches_no_file_but_the_planned(
    catalog: LogCatalog, sql: str
) -> None:
    bound = Binder(catalog, "main").bind("select count(*) from raw.orders")
    views = [[v.catalog, v.schema, v.name, v.body, list(v.files)] for v in bound.views.values()]
    request = {"key": "k", "home": attached_name("main"), "views": views, "params": None}
    request |= {"rows": 10, "bytes": 10_000, "access": asdict(catalog.access)}
    worker = Worker({"memory_mb": 1_024, "threads": 1})
    assert worker.wait_ready(60)
    try:
        planned = answer_of(worker, request | {"sql": bound.sql})
        kind, payload = answer_of(worker, request | {"sql": sql})
    finally:
        worker.kill()

    assert planned[0] == DONE
    assert kind == FAILED
    assert "disabled" in unpack_error(payload).problem


def answer_of(worker: Worker, request: dict[str, Json]) -> tuple[bytes, bytes]:
    """Send a request as nobody checked it, and return how it ended."""
    worker.send(request)
    while True:
        frame = read_frame(worker.output)
        assert frame is not None
        if frame[0] != DATA:
            return frame


def test_keys_never_show(catalog: LogCatalog, server: S3Server) -> None:
    access = BucketAccess(URL, access_key_id="AKIA-someone", secret_access_key="hush-hush")

    assert "AKIA" not in repr(access)
    assert "hush" not in repr(access)
    with closing(open_engine(access=access)) as con:
        assert "hush" not in str(con.sql("select * from duckdb_secrets()").fetchall())
        with pytest.raises(duckdb.Error) as caught:
            con.execute("select * from read_parquet('s3://bucket/shop/lake/none.parquet')")
    assert "hush" not in str(caught.value)


def test_a_connection_has_keys_for_its_own_lake_only(catalog: LogCatalog) -> None:
    with closing(open_engine(access=catalog.access)) as con:
        own = con.sql(f"from which_secret('{URL}/tables/x.parquet', 's3')").fetchall()
        other = con.sql("from which_secret('s3://bucket/other/x.parquet', 's3')").fetchall()

    assert len(own) == 1
    assert other == []


def test_without_the_extension_it_says_what_to_install() -> None:
    with pytest.raises(StoreError) as caught:
        find_extension("duckdb-extension-nobody-made")

    assert f"pip install duckdb-extension-nobody-made=={duckdb.__version__}" in caught.value.fix
