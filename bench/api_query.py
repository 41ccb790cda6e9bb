"""A million rows over HTTP as Arrow, through guard and worker, against DuckDB in process."""

import http.client
import io
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
from harness import Result, interleaved, main, result
from served import folder, make_project, serve

from phlo.catalog import open_catalog
from phlo.config import Project
from phlo.tables.plan import plan_table
from phlo.tables.write import append, create

ROWS = """
    select
        i as id,
        date '2013-01-01' + (i % 365)::int as day,
        timestamptz '2013-01-01 00:00:00Z' + to_seconds(i) as left_at,
        ['UA', 'AA', 'DL', 'B6', 'EV', 'MQ'][1 + i % 6] as carrier,
        ['JFK', 'LGA', 'EWR'][1 + i % 3] as origin,
        'N' || (i * 7919 % 100000) as tail,
        random() * 180 as delay,
        (random() * 5000)::int as distance,
        random() < 0.02 as is_cancelled,
        case when i % 10 = 0 then 'note ' || i end as note
    from range({0}) t(i)
"""
BATCH_ROWS = 16_384


def build(project: Project, rows: int) -> list[str]:
    """Make raw.flights on main; return the paths of its files."""
    catalog = open_catalog(project.lake, author="bench")
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        schema = con.execute(f"{ROWS.format(rows)} limit 0").to_arrow_table().schema
        with catalog.stage("main", message="flights", override="a bench") as stage:
            append(con, create(stage.tables, ("raw", "flights"), schema), ROWS.format(rows))
        return list(plan_table(con, catalog.at("main").load_table(("raw", "flights"))).files)


class Ours:
    """The answer of phlo-api, as a client reads it off its connection."""

    def __init__(self, address: str, rows: int) -> None:
        self.host, self.rows = urlsplit(address).netloc, rows
        self.first_ms: list[float] = []

    def __call__(self) -> None:
        """Ask for every row, and read batch after batch."""
        started = time.perf_counter()
        with closing(http.client.HTTPConnection(self.host, timeout=120)) as connection:
            body = json.dumps({"sql": "select * from raw.flights"})
            headers = {"content-type": "application/json"}
            connection.request("POST", "/api/trino/query/arrow", body, headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise SystemExit(f"{answer.status} {answer.read()[:2000]!r}")
            with pa.ipc.open_stream(io.BufferedReader(answer, 1 << 20)) as reader:
                rows = reader.read_next_batch().num_rows
                self.first_ms.append(1000 * (time.perf_counter() - started))
                rows += sum(batch.num_rows for batch in reader)
        assert rows == self.rows, f"{rows} rows came"


def theirs(con: duckdb.DuckDBPyConnection, paths: list[str], rows: int) -> None:
    """Write the same rows as the same stream, in this process."""
    found = con.execute(f"select * from read_parquet({paths!r})").to_arrow_reader(BATCH_ROWS)
    written = 0
    with Path(os.devnull).open("wb") as sink, pa.ipc.new_stream(sink, found.schema) as writer:
        for batch in found:
            writer.write_batch(batch)
            written += batch.num_rows
    assert written == rows, f"{written} rows were written"


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    rows, rounds = (50_000, 3) if quick else (1_000_000, 15)
    with folder() as root:
        project = make_project(root / "project")
        paths = build(project, rows)
        with serve(project) as served, duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            ours = Ours(served.address, rows)
            sides = {"phlo": ours, "duckdb": lambda: theirs(con, paths, rows)}
            interleaved(sides, rounds=2)
            ours.first_ms.clear()
            times = interleaved(sides, rounds=rounds)
    phlo, other = (statistics.median(times[side]) for side in ("phlo", "duckdb"))
    note = f"{1000 * phlo:.0f} against {1000 * other:.0f} ms, {rows:,} rows"
    return [
        result("stream_over_duckdb", phlo / other, "x", "<= 2.5", note),
        result("first_batch_ms", statistics.median(ours.first_ms), "ms", "<= 150"),
    ]


if __name__ == "__main__":
    sys.exit(main("api_query", run))
