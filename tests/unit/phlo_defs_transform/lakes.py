"""Small lakes and dbt projects to build in."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from phlo.catalog import open_catalog
from phlo.config import Project, load_project
from phlo.model import Key
from phlo.ports import Catalog
from phlo.tables.write import arrow_schema, create, replace

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "dbt_project"

_LOADED = "timestamptz '2026-01-01 00:00:00+00' as _phlo_ingested_at"
FLIGHT = """
    select
        cast(2013 as bigint) as year, cast(1 as bigint) as month, cast({day} as bigint) as day,
        cast(517 as bigint) as dep_time, cast(515 as bigint) as sched_dep_time,
        cast(2 as bigint) as dep_delay, cast(830 as bigint) as arr_time,
        cast(819 as bigint) as sched_arr_time, cast({late} as bigint) as arr_delay,
        'UA' as carrier, cast({flight} as bigint) as flight, '{plane}' as tailnum,
        'EWR' as origin, 'IAH' as dest, cast(227 as bigint) as air_time,
        cast(1400 as bigint) as distance, cast(5 as bigint) as hour, cast(15 as bigint) as minute,
        timestamptz '2013-01-{day:02d} 10:00:00+00' as time_hour,
        timestamptz '{loaded}' as _phlo_ingested_at
"""


def flight(
    day: int = 1,
    number: int = 1,
    *,
    late: str = "0",
    plane: str = "N1",
    loaded: str = "2026-01-01 00:00:00+00",
) -> str:
    """Return a select of one flight."""
    return FLIGHT.format(day=day, flight=number, late=late, plane=plane, loaded=loaded)


FLIGHTS = " union all ".join(
    [flight(1, 1, late="20"), flight(1, 2), flight(2, 1, plane="N9"), flight(2, 2, late="null")]
)
RAW: Mapping[str, str] = {
    "flights": FLIGHTS,
    "weather": f"""
        select 'EWR' as origin, cast(2013 as bigint) as year, cast(1 as bigint) as month,
            cast(1 as bigint) as day, cast(5 as bigint) as hour, cast(39 as double) as temp,
            cast(26 as double) as dewp, cast(59 as double) as humid,
            cast(270 as bigint) as wind_dir,
            cast(10 as double) as wind_speed, cast(null as double) as wind_gust,
            cast(0.1 as double) as precip, cast(1012 as double) as pressure,
            cast(10 as double) as visib, timestamptz '2013-01-01 10:00:00+00' as time_hour,
            {_LOADED}
    """,
    "planes": f"""
        select 'N1' as tailnum, cast(2004 as bigint) as year, 'Fixed wing' as type,
            'EMBRAER' as manufacturer, 'EMB-145XR' as model, cast(2 as bigint) as engines,
            cast(55 as bigint) as seats, cast(null as bigint) as speed, 'Turbo-fan' as engine,
            {_LOADED}
    """,
    "airports": f"""
        select * from (values ('EWR', 'Newark Liberty Intl'), ('IAH', 'George Bush')) t(faa, name),
            (select cast(40.1 as double) as lat, cast(-74.2 as double) as lon,
                cast(18 as bigint) as alt, cast(-5 as bigint) as tz, 'A' as dst,
                'America/New_York' as tzone, {_LOADED})
    """,
    "airlines": f"select 'UA' as carrier, 'United Air Lines Inc.' as name, {_LOADED}",
    "glucose": f"""
        select cast(range as varchar) as id, cast(60 + range * 70 as bigint) as sgv,
            'Flat' as direction, 'synthetic' as device,
            timestamptz '2026-01-01 00:00:00+00' + interval (range) hour as measured_at, {_LOADED}
        from range(3)
    """,
}


def put(catalog: Catalog, tables: Mapping[Key, str], *, ref: str = "main") -> None:
    """Replace tables by selects, in one commit."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    with catalog.stage(ref, message="test data", override="test") as stage:
        for key, select in tables.items():
            if stage.tables.table_exists(key):
                table = stage.tables.load_table(key)
            else:
                table = create(stage.tables, key, arrow_schema(con, select))
            replace(con, table, select)


def put_raw(catalog: Catalog, **tables: str) -> None:
    """Replace raw tables by selects, in one commit."""
    put(catalog, {("raw", name): select for name, select in tables.items()})


def new_project(folder: Path, dbt: Path) -> tuple[Project, Catalog]:
    """Make a phlo project with a lake, whose dbt project is at ``dbt``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "phlo.yaml").write_text(f"name: test\ndbt: {dbt}\n")
    project = load_project(folder)
    catalog: Catalog = open_catalog(project.lake, author="test")
    return project, catalog


def demo(folder: Path) -> tuple[Project, Catalog]:
    """Make a project of the demo's models over a few rows."""
    project, catalog = new_project(folder, DEMO)
    put_raw(catalog, **RAW)
    return project, catalog


def write_files(root: Path, files: Mapping[str, str]) -> None:
    """Write text files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def rows(catalog: Catalog, query: str, ref: str = "main") -> list[tuple[object, ...]]:
    """Run a query over a ref."""
    from phlo.engine import Session

    with Session(catalog, ref) as session:
        return session.sql(query).fetchall()
