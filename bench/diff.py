"""The difference of two branches over a thousand files, of which ten changed."""

import sys
import tempfile
import time
from collections.abc import Sequence

import duckdb
import harness

from phlo.catalog import open_catalog
from phlo.tables.create import create
from phlo.tables.write import append, delete

KEY = ("bench", "orders")
PARTS = 50


def run(quick: bool) -> Sequence[harness.Result]:
    """Load a table of many files, change ten on a branch, and time the diff in fresh catalogs."""
    loads = 2 if quick else 20
    con = duckdb.connect()
    with tempfile.TemporaryDirectory() as folder:
        catalog = open_catalog(folder)
        catalog.create_branch("dev")
        tables = catalog.at("dev")
        tables.create_namespace("bench")
        rows = f"select i, i % {PARTS} as part, i * 0.5 as amount from range({PARTS * 200}) t(i)"
        table = create(tables, KEY, con.sql(rows).to_arrow_table().schema, partition_by=["part"])
        for load in range(loads):
            append(con, table, f"select i + {load} * 1000000 as i, part, amount from ({rows})")
            table = tables.load_table(KEY)
        catalog.create_branch("dev/fix", at="dev")
        delete(con, catalog.at("dev/fix").load_table(KEY), f"part < 10 and i < {PARTS * 100}")
        times = []
        for _ in range(3 if quick else 15):
            fresh = open_catalog(folder)
            fresh.refs()
            start = time.perf_counter()
            found = fresh.diff("dev", "dev/fix")
            times.append(time.perf_counter() - start)
        (change,) = found.tables
        assert len(change.files_removed) == 10, f"{len(change.files_removed)} files differ"
    name = f"{PARTS * loads} files, {len(change.files_added)} added, 10 removed; the slowest of {len(times)}, the first of which is cold"
    return [harness.result("diff_ms", 1000 * max(times), "ms", "<= 100", name)]


if __name__ == "__main__":
    sys.exit(harness.main("diff", run))
