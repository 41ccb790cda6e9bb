"""Merge by key: 100,000 keys into 10 million rows, against pyiceberg's own upsert."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import Result, main, ratio, result

FILES = 40
ROW = """
    id, 'N' || (id * 7919 % 100000) as tail, id * 0.5 as delay, (id % 5000)::int as distance,
    id % 7 = 0 as is_cancelled, date '2013-01-01' + (id % 365)::int as day,
    ['JFK', 'LGA', 'EWR'][1 + id % 3] as origin, {0} as version
"""
LAYOUTS = ("random", "clustered")


def build(folder: Path, rows: int, keys: int) -> None:
    """Make the same table twice, for us and for pyiceberg, and the new rows of each layout."""
    import duckdb

    con = duckdb.connect()
    (folder / "base").mkdir()
    each = rows // FILES
    for n in range(FILES):
        select = (
            f"select {ROW.format(0)} from (select {n * each} + i as id from range({each}) t(i))"
        )
        con.execute(f"copy ({select}) to '{folder}/base/{n:02}.parquet' (format parquet)")
    updates = keys * 9 // 10
    some = {
        "random": f"select (i * {rows // updates}) as id from range({updates}) t(i)",
        "clustered": f"select {rows // 2} + i as id from range({updates}) t(i)",
    }
    added = f"select {rows} + i as id from range({keys - updates}) t(i)"
    for layout, chosen in some.items():
        select = f"select {ROW.format(1)} from ({chosen} union all {added})"
        con.execute(f"copy ({select}) to '{folder}/{layout}.parquet' (format parquet)")
    con.close()
    build_ours(folder)
    build_theirs(folder)


def build_ours(folder: Path) -> None:
    """Append the base rows, a file at a time."""
    from phlo.catalog import open_catalog
    from phlo.engine.connection import open_engine
    from phlo.tables.write import append, arrow_schema, create

    catalog = open_catalog(folder / "lake", author="bench")
    catalog.create_branch("base")
    con = open_engine()
    files = sorted((folder / "base").iterdir())
    schema = arrow_schema(con, f"select * from '{files[0]}'")
    table = create(catalog.at("base"), ("raw", "t"), schema)
    for file in files:
        append(con, table, f"select * from '{file}'")


def build_theirs(folder: Path) -> None:
    """Append the base rows with pyiceberg."""
    import pyarrow.parquet as pq
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("b", uri=f"sqlite:///{folder}/b.db", warehouse=f"file://{folder}/theirs")
    catalog.create_namespace("raw")
    table = None
    for file in sorted((folder / "base").iterdir()):
        rows = pq.read_table(file)
        table = table or catalog.create_table("raw.base", schema=rows.schema)
        table.append(rows)


def merge_ours(folder: Path, layout: str, turn: str) -> float:
    """Merge on a fresh branch; return seconds."""
    from phlo.catalog import open_catalog
    from phlo.engine import Session
    from phlo.tables.write import upsert

    catalog = open_catalog(folder / "lake", author="bench")
    branch = f"{layout}-{turn}"
    catalog.create_branch(branch, at="base")
    table = catalog.at(branch).load_table(("raw", "t"))
    session = Session(catalog, branch)
    started = time.perf_counter()
    upsert(session.con, table, f"select * from '{folder}/{layout}.parquet'", ["id"])
    seconds = time.perf_counter() - started
    found = Session(catalog, branch).sql("select count(*), sum(version) from raw.t").fetchone()
    print(json.dumps({"rows": found}), file=sys.stderr)
    return seconds


def merge_theirs(folder: Path, layout: str, turn: str) -> float:
    """Merge into a fresh table over the same files; return seconds."""
    import pyarrow.parquet as pq
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("b", uri=f"sqlite:///{folder}/b.db", warehouse=f"file://{folder}/theirs")
    base = catalog.load_table("raw.base")
    table = catalog.register_table(f"raw.{layout}_{turn}", base.metadata_location)
    started = time.perf_counter()
    table.upsert(pq.read_table(folder / f"{layout}.parquet"), join_cols=["id"])
    return time.perf_counter() - started


def one(folder: Path, side: str, layout: str, turn: int) -> dict[str, float]:
    """Run one merge in a process of its own."""
    command = [sys.executable, __file__, "one", str(folder), side, layout, str(turn)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    rows, keys, rounds = (400_000, 4_000, 1) if quick else (10_000_000, 100_000, 2)
    seconds: dict[tuple[str, str], list[float]] = {}
    peak = 0.0
    with TemporaryDirectory() as name:
        folder = Path(name)
        build(folder, rows, keys)
        for turn in range(rounds):
            for layout in LAYOUTS:
                for side in ("phlo", "pyiceberg"):
                    found = one(folder, side, layout, turn)
                    seconds.setdefault((layout, side), []).append(found["seconds"])
                    peak = max(peak, found["peak_mb"] if side == "phlo" else 0)
    results = []
    for layout, must in zip(LAYOUTS, (">= 5", ">= 8"), strict=True):
        ours, theirs = seconds[layout, "phlo"], seconds[layout, "pyiceberg"]
        note = f"{min(ours):.2f} s against {min(theirs):.2f} s"
        results.append(
            result(f"merge_{layout}_over_pyiceberg", ratio(ours, theirs), "x", must, note)
        )
    return [*results, result("peak_memory_mb", peak, "MB", "< 600")]


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        place, chosen, kind, number = sys.argv[2:]
        side = merge_ours if chosen == "phlo" else merge_theirs
        taken = side(Path(place), kind, number)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": taken, "peak_mb": most}))
        sys.exit(0)
    sys.exit(main("merge", run))
