"""A million rows to a checked, merged table, against dlt's own Iceberg destination and pyiceberg.

Each side runs in a process of its own, on a folder of its own; ours is what a user would write:
a project with one ``@phlo.ingestion``, loaded and published through the code location.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import harness
import pyarrow as pa

BATCH = 50_000
START = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("north", "south", "east", "west")

DEFS = """
import os
import sys

sys.path.insert(0, os.environ["BENCH_FOLDER"])
import ingest

import phlo


@phlo.ingestion(table="raw.events", checks=[phlo.not_null("id"), phlo.between("amount", 0, 1e9)])
def events():
    "Rows of a bench."
    yield from getattr(ingest, os.environ["BENCH_SHAPE"])(int(os.environ["BENCH_ROWS"]))
"""


def dicts(count: int) -> Iterator[dict[str, Any]]:
    """Flat rows of ten columns, one dict each."""
    for i in range(count):
        yield {
            "id": i,
            "at": START + timedelta(seconds=i),
            "place": PLACES[i % 4],
            "amount": (i % 10_000) * 0.25,
            "quantity": i % 17,
            "customer": f"customer-{i % 5000}",
            "code": f"{i:012x}",
            "discount": (i % 100) / 100,
            "is_new": i % 3 == 0,
            "note": "a short text that repeats",
        }


def arrow(count: int) -> Iterator[pa.Table]:
    """The same rows as Arrow tables of fifty thousand."""
    for start in range(0, count, BATCH):
        yield arrow_batch(start, min(BATCH, count - start))


def arrow_batch(start: int, count: int) -> pa.Table:
    """One Arrow table of rows ``start`` and following."""
    numbers = range(start, start + count)
    seconds = int(START.timestamp())
    return pa.table(
        {
            "id": pa.array(numbers, pa.int64()),
            "at": pa.array([(seconds + i) * 1_000_000 for i in numbers], pa.timestamp("us", "UTC")),
            "place": [PLACES[i % 4] for i in numbers],
            "amount": [(i % 10_000) * 0.25 for i in numbers],
            "quantity": pa.array([i % 17 for i in numbers], pa.int64()),
            "customer": [f"customer-{i % 5000}" for i in numbers],
            "code": [f"{i:012x}" for i in numbers],
            "discount": [(i % 100) / 100 for i in numbers],
            "is_new": [i % 3 == 0 for i in numbers],
            "note": ["a short text that repeats"] * count,
        }
    )


def generated(shape: str, count: int) -> float:
    """Seconds that making the rows alone takes; every side pays them."""
    start = time.perf_counter()
    for _ in {"dicts": dicts, "arrow": arrow}[shape](count):
        pass
    return time.perf_counter() - start


# the sides: each is a function of (shape, rows) that runs in a folder of its own


def phlo_side(shape: str, count: int) -> float:
    """Load through the decorator; return the seconds of the run."""
    os.environ |= {
        "BENCH_FOLDER": str(Path(__file__).parent),
        "BENCH_SHAPE": shape,
        "BENCH_ROWS": str(count),
    }
    Path("phlo.yaml").write_text("name: bench\n")
    Path("defs").mkdir()
    Path("defs/events.py").write_text(textwrap.dedent(DEFS))
    from phlo.config import load_project
    from phlo_defs.cli.execution import Runner

    runner = Runner(load_project(Path.cwd()), tell=lambda _line: None)
    start = time.perf_counter()
    (key,) = runner.graph.get_all_asset_keys()
    done = runner.run([key], None)
    seconds = time.perf_counter() - start
    assert done.success, done
    content = runner.catalog.tables("main")["raw", "events"]
    assert content.rows == count, content
    return seconds


def dlt_side(shape: str, count: int) -> float:
    """Load with dlt's filesystem destination and its Iceberg table format."""
    os.environ |= {
        "DESTINATION__FILESYSTEM__BUCKET_URL": f"file://{Path.cwd()}/lake",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }
    import dlt

    make = {"dicts": dicts, "arrow": arrow}[shape]
    resource_ = dlt.resource(make(count), name="events", table_format="iceberg")
    pipeline = dlt.pipeline(
        "bench", destination="filesystem", dataset_name="raw", pipelines_dir=str(Path.cwd() / "dlt")
    )
    start = time.perf_counter()
    pipeline.run(resource_).raise_on_failed_jobs()
    seconds = time.perf_counter() - start
    from dlt.common.libs.pyiceberg import get_iceberg_tables

    table = get_iceberg_tables(pipeline, "events")["events"]
    assert table.scan().count() == count
    return seconds


def bare_side(shape: str, count: int) -> float:
    """Append the Arrow rows as one table with pyiceberg: no checks, no branch, no fsync."""
    from pyiceberg.catalog.sql import SqlCatalog

    here = Path.cwd()
    catalog = SqlCatalog("bench", uri=f"sqlite:///{here}/c.db", warehouse=f"file://{here}/lake")
    catalog.create_namespace("raw")
    start = time.perf_counter()
    rows = pa.concat_tables(arrow(count))
    catalog.create_table("raw.events", schema=rows.schema).append(rows)
    seconds = time.perf_counter() - start
    assert catalog.load_table("raw.events").scan().count() == count
    return seconds


SIDES = {"phlo": phlo_side, "dlt": dlt_side, "bare": bare_side}


def measured(side: str, shape: str, count: int) -> tuple[float, float]:
    """Run one side in a new process and folder; return its seconds and peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(Path(__file__).resolve()), "--side", side, shape, str(count)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{side} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        answer = json.loads(done.stdout.splitlines()[-1])
    return answer["seconds"], answer["peak_mb"]


def one_side(side: str, shape: str, count: int) -> None:
    """Be the process of one side, and print what it took."""
    seconds = SIDES[side](shape, count)
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_mb": (peak_kb + children_kb) / 1024}))


def run(quick: bool) -> Sequence[harness.Result]:
    """Measure all sides in turn."""
    count, rounds = (50_000, 1) if quick else (1_000_000, 3)
    sides = [("phlo", "arrow"), ("dlt", "arrow"), ("bare", "arrow"), ("phlo", "dicts")]
    times: dict[tuple[str, str], list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, shape in sides:
            times[side, shape].append(measured(side, shape, count)[0])
    slow = measured("dlt", "dicts", count)[0]
    median = {side: statistics.median(each) for side, each in times.items()}
    _, peak_mb = measured("phlo", "arrow", 200_000 if quick else 10_000_000)
    ours, dict_s = median["phlo", "arrow"], median["phlo", "dicts"]
    rows = f"{count:,} rows: "
    return [
        harness.result(
            "dicts_over_dlt",
            slow / dict_s,
            "x",
            ">= 4",
            f"{rows}{dict_s:.1f} s against {slow:.1f} s, both with {generated('dicts', count):.1f} "
            "s of making the rows",
        ),
        harness.result(
            "arrow_over_dlt",
            median["dlt", "arrow"] / ours,
            "x",
            ">= 0.8",
            f"{rows}{ours:.1f} s against {median['dlt', 'arrow']:.1f} s, both with "
            f"{generated('arrow', count):.1f} s of making the rows",
        ),
        harness.result(
            "arrow_over_bare_append",
            median["bare", "arrow"] / ours,
            "x",
            ">= 0.15",
            f"{rows}{ours:.1f} s against {median['bare', 'arrow']:.1f} s",
        ),
        harness.result("peak_memory_10m_mb", peak_mb, "MB", "< 1000", "with its children"),
    ]


if __name__ == "__main__":
    if "--side" in sys.argv:
        one_side(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(harness.main("ingest", run))
