"""The difference of two branches over a thousand files, of which ten changed."""

import statistics
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
        times = []
        for turn in range(3 if quick else 15):
            branch = f"dev/fix-{turn}"
            catalog.create_branch(branch, at="dev")
            first = turn % loads * 1000000
            gone = f"part < 10 and i between {first} and {first + PARTS * 100}"
            delete(con, catalog.at(branch).load_table(KEY), gone)
            fresh = open_catalog(folder)
            start = time.perf_counter()
            (change,) = fresh.diff("dev", branch).tables
            times.append(time.perf_counter() - start)
            assert len(change.files_removed) == 10, f"{len(change.files_removed)} files differ"
    name = f"{PARTS * loads} files, 10 rewritten; each branch is compared once, by a fresh catalog"
    return [harness.result("diff_ms", 1000 * statistics.median(times), "ms", "<= 100", name)]


if __name__ == "__main__":
    sys.exit(harness.main("diff", run))
