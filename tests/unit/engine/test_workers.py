import os
import threading
import time

import pyarrow as pa
import pytest

from phlo.engine.stream import QueryStats, QueryStream
from phlo.engine.worker import Worker
from phlo.engine.workers import Limits, WorkerPool
from phlo.errors import (
    QueryCancelled,
    QueryLimit,
    RefNotFound,
    SqlError,
    TableNotFound,
    UnsafeSql,
)
from tests.statements import MEMORY_BOMBS

ENDLESS = "select sum(a.i * b.i) from range(10000000000) a(i), range(1000) b(i)"
LIMITS = Limits(rows=100_000, bytes=16 * 2**20, time_s=20, memory_mb=1_000)


@pytest.fixture(scope="module")
def pool(catalog):
    with WorkerPool(catalog, size=2, limits=LIMITS, threads=2) as pool:
        yield pool


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select count(*) as n from raw.f", [{"n": 10}]),
        ("select count(*) as n from main.raw.f", [{"n": 10}]),
        ('select count(*) as n from main.raw.f join "dev/x".raw.f using (id)', [{"n": 20}]),
        ("select n from raw.v", [{"n": 10}]),
        ("select s, id from raw.order", [{"s": "o", "id": 1}]),
        ("with a as (select 1 as x) select * from a", [{"x": 1}]),
        ("select id from raw.f where false", []),
    ],
)
def test_a_read_is_answered(pool, sql, rows) -> None:
    assert pool.query(sql).read_all().to_pylist() == rows


def test_a_ref_is_read_where_it_is_pinned(pool, catalog) -> None:
    stream = pool.query("select count(*) as n from raw.f", ref="dev/x")

    assert stream.stats.commit == catalog.resolve("dev/x").id
    assert stream.read_all().to_pylist() == [{"n": 20}]


@pytest.mark.parametrize(
    "sql",
    [
        "summarize raw.f",
        "describe raw.f",
        "explain select * from raw.f",
        "explain pivot raw.f on s using sum(id)",
        "explain analyze with p as (pivot main.raw.f on s using sum(id)) from p",
    ],
)
def test_statements_about_statements_are_answered(pool, sql) -> None:
    assert pool.query(sql).read_all().num_rows > 0


def test_a_pivot_finds_its_own_values(pool) -> None:
    table = pool.query("pivot raw.f on s using sum(id)").read_all()

    assert "main" in table.column_names


def test_tables_are_listed_without_being_opened(pool) -> None:
    rows = pool.query("show tables").read_all().to_pylist()

    assert {"namespace": "raw", "name": "f", "kind": "table", "rows": 10} in rows
    assert {"namespace": "raw", "name": "v", "kind": "view", "rows": None} in rows


def test_parameters_travel(pool) -> None:
    by_place = pool.query("select count(*) as n from raw.f where id < ?", params=[3])
    by_name = pool.query("select count(*) as n from raw.f where id < $top", params={"top": 4})

    assert by_place.read_all().to_pylist() == [{"n": 3}]
    assert by_name.read_all().to_pylist() == [{"n": 4}]


def test_the_first_batch_comes_before_the_last_is_made(pool) -> None:
    stream = pool.query("select * from range(50000)")

    batches = stream.batches()
    first = next(batches)

    assert 0 < first.num_rows < 50_000
    assert first.num_rows + sum(batch.num_rows for batch in batches) == 50_000
    assert stream.stats.rows == 50_000


def test_chunks_are_one_arrow_stream(pool) -> None:
    stream = pool.query("select 1 as a")

    data = b"".join(stream.chunks())

    assert pa.ipc.open_stream(data).read_all().to_pylist() == [{"a": 1}]
    assert (stream.stats.rows, stream.stats.truncated) == (1, None)


def test_rows_beyond_the_cap_are_cut_and_said_so(pool) -> None:
    stream = pool.query("select * from range(1000000000)", limits=Limits(rows=10))

    assert stream.read_all().num_rows == 10
    assert stream.stats.truncated == "rows"


def test_bytes_beyond_the_cap_are_cut_and_said_so(pool) -> None:
    limits = Limits(bytes=100_000)
    stream = pool.query("select repeat('x', 1000) as s from range(100000)", limits=limits)

    table = stream.read_all()

    assert 0 < table.nbytes <= 100_000
    assert stream.stats.truncated == "bytes"


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("select * from raw.nope", TableNotFound),
        ("select nope from raw.f", SqlError),
        ("select s::int from raw.f", SqlError),
        ("drop table raw.f", UnsafeSql),
    ],
)
def test_errors_come_back_as_they_are(pool, sql, error) -> None:
    with pytest.raises(error) as caught:
        pool.query(sql).read_all()

    assert caught.value.fix


def test_an_unknown_ref_is_refused(pool) -> None:
    with pytest.raises(RefNotFound):
        pool.query("select 1", ref="nope")


@pytest.mark.parametrize("limit_s", [0.5, 1.5])
def test_a_time_bomb_ends_within_its_limit_and_a_second(pool, limit_s) -> None:
    started = time.monotonic()

    with pytest.raises(QueryLimit, match="longer than"):
        pool.query(ENDLESS, limits=Limits(time_s=limit_s)).read_all()

    assert time.monotonic() - started < limit_s + 1
    assert pool.query("select 1 as a").read_all().to_pylist() == [{"a": 1}]


@pytest.mark.parametrize("sql", MEMORY_BOMBS, ids=lambda sql: sql[:40])
def test_a_memory_bomb_ends_within_its_limits(pool, sql) -> None:
    limits = Limits(time_s=6, memory_mb=1_000)
    started = time.monotonic()

    with pytest.raises(QueryLimit):
        pool.query(sql, limits=limits).read_all()

    assert time.monotonic() - started < limits.time_s + 1
    assert pool.query("select count(*) as n from raw.f").read_all().to_pylist() == [{"n": 10}]


def test_a_query_is_cancelled_by_its_id(pool) -> None:
    caught: list[BaseException] = []

    def read() -> None:
        try:
            pool.query(ENDLESS, id="mine").read_all()
        except QueryCancelled as error:
            caught.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    while "mine" not in pool.running():
        time.sleep(0.01)
    started = time.monotonic()

    assert pool.cancel("mine")
    reader.join(timeout=5)

    assert time.monotonic() - started < 1
    assert len(caught) == 1
    assert not pool.cancel("mine")
    assert pool.running() == []


def test_a_query_is_cancelled_before_it_was_sent() -> None:
    worker = Worker({"memory_mb": 300, "threads": 1})
    ended: list[Worker] = []
    stream = QueryStream(worker, QueryStats("mine", ""), 20, lambda _, ended_: ended.append(ended_))

    assert stream.cancel()
    stream.start({"key": "k", "views": [], "sql": ENDLESS})

    with pytest.raises(QueryCancelled):
        stream.read_all()
    assert ended == [worker]


def test_a_reader_that_stops_reading_does_not_keep_a_worker(pool) -> None:
    for _ in range(4):
        with pool.query("select * from range(100000000)", limits=Limits(rows=10**8)) as stream:
            next(stream.chunks())

    assert pool.query("select 1 as a").read_all().to_pylist() == [{"a": 1}]


def test_a_pool_that_is_busy_says_so(catalog) -> None:
    with WorkerPool(catalog, size=1, limits=LIMITS, wait_s=0.2) as pool:
        stream = pool.query(ENDLESS)

        with pytest.raises(QueryLimit, match="no query worker"):
            pool.query("select 1")
        stream.close()

        assert pool.query("select 1 as a").read_all().num_rows == 1


def test_a_worker_that_is_killed_is_replaced(pool) -> None:
    for worker in list(pool._workers):
        os.kill(worker._process.pid, 9)
        worker._process.wait()

    for _ in range(3):
        assert pool.query("select 1 as a").read_all().num_rows == 1


def test_a_worker_reads_nothing_but_the_planned_files(catalog, tmp_path) -> None:
    """The lock of the worker itself, behind the guard."""
    from phlo.engine.frames import unpack_error

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    worker = Worker({"memory_mb": 1_000, "threads": 1})
    assert worker.wait_ready(20)
    request = {"key": "k", "home": "~main", "views": [], "params": None, "rows": 9, "bytes": 999}
    forbidden = [
        f"select * from '{secret}'",
        f"select * from read_text('{secret}')",
        "select * from glob('/etc/*')",
        "copy (select 1) to 'out.csv'",
        f"attach '{tmp_path}/x.db'",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "install httpfs",
        "load httpfs",
        "select getenv('HOME')",
    ]

    answers = []
    for sql in forbidden:
        worker.send(request | {"sql": sql})
        kind, payload = _answer(worker)
        answers.append((sql, kind, unpack_error(payload).problem if kind == b"E" else payload))
    worker.send(request | {"sql": "select 1"})
    kind, _ = _answer(worker)
    worker.kill()

    assert [a for a in answers if a[1] != b"E"] == []
    assert kind == b"S"


def _answer(worker) -> tuple[bytes, bytes]:
    from phlo.engine.frames import DATA, read_frame

    while True:
        frame = read_frame(worker.output)
        assert frame is not None
        if frame[0] != DATA:
            return frame


def test_a_worker_dies_with_its_parent(tmp_path) -> None:
    import subprocess
    import sys

    script = (
        "from phlo.engine.worker import Worker\n"
        "w = Worker({'memory_mb': 500, 'threads': 1})\n"
        "assert w.wait_ready(20)\n"
        "print(w._process.pid, flush=True)\n"
        "import os; os._exit(1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)
    deadline = time.monotonic() + 5

    while time.monotonic() < deadline and _is_alive(pid):
        time.sleep(0.02)

    assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    from pathlib import Path

    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def test_a_lake_without_a_table_says_how_to_get_the_first(tmp_path) -> None:
    from phlo.catalog import open_catalog
    from phlo.engine import Lake

    empty = open_catalog(tmp_path / "lake")
    said = 'load one with "phlo materialize", or read another ref: there is no table'

    with WorkerPool(empty, size=1, limits=LIMITS) as pool, pytest.raises(TableNotFound) as asked:
        pool.query("select * from raw.f")
    with Lake(empty) as lake, pytest.raises(TableNotFound) as read:
        lake.sql("select * from raw.f")

    assert asked.value.problem == "table 'raw.f' is not known on 'main'"
    assert asked.value.fix == f"{said} on 'main' yet"
    assert read.value.fix == f"{said} yet"
