"""Commits, appends, branches and merges of the log catalog, against pyiceberg's SQL catalog."""
# over 300 lines: one bench is one script with both sides in it

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import harness
import pyarrow as pa
from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from sqlalchemy import update

from phlo.catalog import open_catalog
from phlo.model import Change, TableContent

ROUNDS = 3
SPAWN = get_context("spawn")


def pointer(name: str, number: int) -> TableContent:
    """A table's content that names its ``number``-th metadata file."""
    return TableContent(
        metadata_location=f"tables/bench/metadata/{number:05d}.gz.metadata.json",
        uuid=f"uuid-of-{name}",
        snapshot_id=number,
        schema_hash="0" * 16,
        rows=number,
        bytes=number,
        files=1,
        last_column_id=1,
        last_partition_id=999,
    )


# one pointer, swapped again and again


def ours_swaps(catalog: Any, name: str, count: int) -> list[float]:
    """Commit one table's pointer ``count`` times; return the seconds of each commit."""
    key, before, times = ("bench", name), None, []
    for number in range(count):
        after = pointer(name, number)
        start = time.perf_counter()
        catalog.commit("dev", [Change(key, before, after)], message="swap")
        times.append(time.perf_counter() - start)
        before = after
    return times


def sql_catalog(folder: str) -> SqlCatalog:
    """Open pyiceberg's SQL catalog as shipped."""
    return SqlCatalog("bench", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")


def theirs_swaps(catalog: SqlCatalog, name: str, count: int) -> list[float]:
    """Run the statement with which ``SqlCatalog.commit_table`` moves a pointer, ``count`` times."""
    before, times = "start", []
    for number in range(count):
        after = f"file:///lake/tables/bench/metadata/{number:05d}.metadata.json"
        statement = (
            update(IcebergTables)
            .where(
                IcebergTables.catalog_name == "bench",
                IcebergTables.table_namespace == "bench",
                IcebergTables.table_name == name,
                IcebergTables.metadata_location == before,
            )
            .values(metadata_location=after, previous_metadata_location=before)
        )
        start = time.perf_counter()
        with catalog.engine.begin() as connection:
            assert connection.execute(statement).rowcount == 1
        times.append(time.perf_counter() - start)
        before = after
    return times


def theirs_start(folder: str, names: Sequence[str]) -> SqlCatalog:
    """Make the rival's rows that will be moved."""
    catalog = sql_catalog(folder)
    with catalog.engine.begin() as connection:
        for name in names:
            connection.execute(
                IcebergTables.__table__.insert().values(
                    catalog_name="bench",
                    table_namespace="bench",
                    table_name=name,
                    metadata_location="start",
                    iceberg_type="TABLE",
                )
            )
    return catalog


def ours_start(folder: str) -> Any:
    """Make a lake with a free branch ``dev``."""
    catalog = open_catalog(folder)
    catalog.create_branch("dev")
    return catalog


def swaps_of_one(count: int) -> tuple[float, float]:
    """Commits a second of one process: ours, theirs."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
            ours += ours_swaps(ours_start(a), "t", count)
            theirs += theirs_swaps(theirs_start(b, ["t"]), "t", count)
    return 1 / statistics.median(ours), 1 / statistics.median(theirs)


def _worker(side: str, folder: str, name: str, count: int, gate: Any) -> None:
    opened, task = {
        "ours": (open_catalog, ours_swaps),
        "theirs": (sql_catalog, theirs_swaps),
    }[side]
    catalog = opened(folder)
    gate.wait()
    task(catalog, name, count)
    gate.wait()


def _processes(side: str, folder: str, count: int) -> float:
    """Commits a second of four processes that start together, each on a table of its own."""
    gate = SPAWN.Barrier(5, timeout=60)
    workers = [
        SPAWN.Process(target=_worker, args=(side, folder, f"t{n}", count, gate)) for n in range(4)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    start = time.perf_counter()
    gate.wait()
    seconds = time.perf_counter() - start
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0, "a writer failed"
    return 4 * count / seconds


def swaps_of_four(count: int) -> tuple[float, float]:
    """Commits a second of four processes: ours, theirs."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
            ours_start(a)
            theirs_start(b, [f"t{n}" for n in range(4)])
            ours.append(_processes("ours", a, count))
            theirs.append(_processes("theirs", b, count))
    return statistics.median(ours), statistics.median(theirs)


def swaps_of_threads(count: int) -> float:
    """Commits a second of sixteen threads of one process, which share entries."""
    rates = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            catalog = ours_start(folder)
            threads = [
                threading.Thread(target=ours_swaps, args=(catalog, f"t{n}", count))
                for n in range(16)
            ]
            start = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            rates.append(16 * count / (time.perf_counter() - start))
    return statistics.median(rates)


def floor(count: int) -> float:
    """Seconds of one write of 500 bytes to a new file and its fsync."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            start = time.perf_counter()
            with Path(folder, str(number)).open("wb") as file:
                file.write(b"x" * 500)
                file.flush()
                os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return statistics.median(times)


# appends of one row through pyiceberg

ROW = pa.table({"id": pa.array([1], pa.int64()), "name": ["one"]})


def append_times(table: Any, count: int) -> list[float]:
    """Append one row ``count`` times; return the seconds of each."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        table.append(ROW)
        times.append(time.perf_counter() - start)
    return times


def appends(rounds: int, each: int) -> float:
    """How many times faster our appends are, from short interleaved stretches."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        ours_start(a)
        tables = [open_catalog(a).at("dev"), sql_catalog(b)]
        for catalog in tables:
            catalog.create_namespace("bench")
        mine, other = (each.create_table("bench.t", schema=ROW.schema) for each in tables)
        for _ in range(rounds):
            ours += append_times(mine, each)
            theirs += append_times(other, each)
    return statistics.median(theirs) / statistics.median(ours)


def long_appends(count: int) -> float:
    """The last hundred of many appends over the first hundred."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = ours_start(folder).at("dev")
        catalog.create_namespace("bench")
        times = append_times(catalog.create_table("bench.t", schema=ROW.schema), count)
    return statistics.median(times[-100:]) / statistics.median(times[:100])


# a long log


def _cold_start(folder: str, pipe: Any) -> None:
    open_catalog  # noqa: B018 - imported before the clock starts
    start = time.perf_counter()
    catalog = open_catalog(folder)
    tables = len(catalog.contents("dev"))
    pipe.send((time.perf_counter() - start, tables))


def long_log(count: int) -> tuple[float, float]:
    """Growth of a commit's time over ``count`` commits, and a new process's cold start in s."""
    part = max(count // 10, 1)
    with tempfile.TemporaryDirectory() as folder:
        catalog = ours_start(folder)
        times = []
        for number in range(count // 100):
            times += ours_swaps(catalog, f"t{number:03d}", 100)
        starts = []
        for _ in range(ROUNDS):
            ours, theirs = SPAWN.Pipe()
            process = SPAWN.Process(target=_cold_start, args=(folder, theirs))
            process.start()
            seconds, tables = ours.recv()
            process.join()
            assert tables >= count // 100, "the cold start missed tables"
            starts.append(seconds)
    return sum(times[-part:]) / sum(times[:part]), statistics.median(starts)


def branches(count: int) -> float:
    """Seconds to create a branch of a lake with a thousand tables."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = ours_start(folder)
        changes = [Change(("bench", f"t{n}"), None, _other(n)) for n in range(1000)]
        catalog.commit("dev", changes, message="a thousand tables")
        times = []
        for number in range(count):
            start = time.perf_counter()
            catalog.create_branch(f"b{number}", at="dev")
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def _other(number: int) -> TableContent:
    return TableContent(f"tables/t{number}/m.json", f"u{number}", 1, "0", 1, 1, 1, 1, 999)


# merges of a hundred tables


def merges(count: int) -> tuple[float, float]:
    """Milliseconds to merge ``count`` tables: changed on one side, and on both."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = ours_start(folder)
        names = [f"bench.t{number:03d}" for number in range(count)]
        with catalog.stage("dev", message="tables") as stage:
            stage.tables.create_namespace("bench")
            for name in names:
                stage.tables.create_table(name, schema=ROW.schema).append(ROW)
        one, both = [], []
        for turn in range(ROUNDS):
            for branch in ("left", "right"):
                catalog.create_branch(f"{branch}{turn}", at="dev")
                with catalog.stage(f"{branch}{turn}", message="append") as stage:
                    for name in names:
                        stage.tables.load_table(name).append(ROW)
            for branch, times in (("left", one), ("right", both)):
                start = time.perf_counter()
                catalog.merge(f"{branch}{turn}", "dev")
                times.append(1000 * (time.perf_counter() - start))
        rows = {each.rows for each in catalog.tables("dev").values()}
        assert rows == {1 + 2 * ROUNDS}, f"merged tables hold {rows} rows"
    return statistics.median(one), statistics.median(both)


def run(quick: bool) -> Sequence[harness.Result]:
    """Measure everything; small sizes with ``quick``."""
    size = 40 if quick else 400
    ours, theirs = swaps_of_one(size)
    ours_4, theirs_4 = swaps_of_four(size // 2)
    threads = swaps_of_threads(size // 8)
    sync_s = floor(size)
    growth, cold_s = long_log(1_000 if quick else 10_000)
    one_ms, both_ms = merges(10 if quick else 100)
    result = harness.result
    return [
        result("swap_1p_ratio", ours / theirs, "x", ">= 1.2", f"{ours:.0f} against {theirs:.0f}/s"),
        result(
            "swap_4p_ratio",
            ours_4 / theirs_4,
            "x",
            ">= 3",
            f"{ours_4:.0f} against {theirs_4:.0f}/s in all",
        ),
        result("swap_16t_over_1p", threads / ours, "x", ">= 3", f"{threads:.0f}/s"),
        result("write_fsync_ms", 1000 * sync_s, "ms", note="the floor: one file, one fsync"),
        result("append_ratio", appends(5, 4 if quick else 20), "x", ">= 1"),
        result("time_last_1000_over_first_1000", growth, "x", "<= 1.3"),
        result(
            "append_last_100_over_first_100", long_appends(200 if quick else 2000), "x", "<= 1.5"
        ),
        result("cold_start_10k_s", cold_s, "s", "< 1"),
        result("branch_create_over_fsync", branches(size // 4) / sync_s, "x", "<= 5"),
        result("merge_100_one_side_ms", one_ms, "ms", "<= 200"),
        result("merge_100_both_sides_ms", both_ms, "ms", "<= 3000"),
    ]


if __name__ == "__main__":
    sys.exit(harness.main("catalog", run))
