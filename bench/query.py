"""Ad hoc SQL through a query worker, plans warm, against DuckDB itself on the same files."""

import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from harness import Result, interleaved, main, result

from phlo.catalog import open_catalog
from phlo.engine.connection import open_engine
from phlo.engine.workers import Limits, WorkerPool
from phlo.tables.plan import plan_table
from phlo.tables.write import append, arrow_schema, create

FILES = 40
QUERIES = {
    "count": "select count(*) from {0}",
    "group_by": "select carrier, origin, count(*), avg(delay), sum(distance) from {0} group by all",
    "filter": "select id, delay, note from {0} where day = date '2013-01-07' and delay > 179.9",
    "limit": "select * from {0} limit 100",
}
ROWS = """
    select
        {0} + i as id,
        date '2013-01-01' + {1} as day,
        timestamptz '2013-01-01 00:00:00Z' + to_days({1}) + to_seconds(i % 86400) as left_at,
        ['UA', 'AA', 'DL', 'B6', 'EV', 'MQ'][1 + i % 6] as carrier,
        ['JFK', 'LGA', 'EWR'][1 + i % 3] as origin,
        'N' || (i * 7919 % 100000) as tail,
        random() * 180 as delay,
        (random() * 5000)::int as distance,
        random() < 0.02 as is_cancelled,
        case when i % 10 = 0 then 'note ' || i end as note
    from range({2}) t(i)
"""


def build(folder: Path, rows: int) -> list[str]:
    """Make raw.flights on main: one file a day. Return the paths of its files."""
    catalog = open_catalog(folder, author="bench")
    catalog.create_branch("load")
    con = open_engine()
    each = rows // FILES
    schema = arrow_schema(con, ROWS.format(0, 0, 0))
    table = create(catalog.at("load"), ("raw", "flights"), schema)
    for day in range(FILES):
        append(con, table, ROWS.format(day * each, day, each))
    paths = list(plan_table(con, table).files)
    con.close()
    catalog.merge("load", "main", override="a bench has no checks")
    return paths


def sides(pool: WorkerPool, con: duckdb.DuckDBPyConnection, source: str) -> dict[str, Callable]:
    """Return what is timed, by ``query/side``."""
    timed: dict[str, Callable] = {}
    for name, query in QUERIES.items():
        ours, theirs = query.format("raw.flights"), query.format(source)
        timed[f"{name}/phlo"] = lambda sql=ours: pool.query(sql).read_all()
        timed[f"{name}/duckdb"] = lambda sql=theirs: con.execute(sql).to_arrow_table()
    return timed


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    rows, rounds = (400_000, 3) if quick else (10_000_000, 15)
    with TemporaryDirectory() as folder:
        paths = build(Path(folder) / "lake", rows)
        con = duckdb.connect()
        source = f"read_parquet({paths!r})"
        with WorkerPool(str(Path(folder) / "lake"), size=1, limits=Limits(time_s=120)) as pool:
            timed = sides(pool, con, source)
            for each in timed.values():
                each()
            times = interleaved(timed, rounds=rounds)
    median = {name: statistics.median(each) * 1000 for name, each in times.items()}
    found = []
    for name in QUERIES:
        ours, theirs = median[f"{name}/phlo"], median[f"{name}/duckdb"]
        note = f"{ours:.1f} ms against {theirs:.1f} ms"
        if name == "group_by":
            found.append(result("group_by_ratio", ours / theirs, "x", "<= 1.3", note))
        else:
            found.append(result(f"{name}_ms_more", ours - theirs, "ms", "<= 10", note))
    return found


if __name__ == "__main__":
    sys.exit(main("query", run))
