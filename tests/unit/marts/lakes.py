"""A small lake whose two marts always say the same version."""

import sys
from pathlib import Path

import duckdb

from phlo.catalog import open_catalog
from phlo.marts import publish
from phlo.ports import Catalog
from phlo.tables.write import arrow_schema, create, replace

ROWS = 2_000
TABLES = (("marts", "left"), ("marts", "right"))


def open_lake(folder: Path) -> Catalog:
    catalog: Catalog = open_catalog(folder / "lake", author="test")
    return catalog


def write_version(catalog: Catalog, version: int, *, rows: int = ROWS) -> int:
    """Put a version into both marts in one commit; return its log number."""
    con = duckdb.connect()
    select = f"select range as id, cast({version} as bigint) as version from range({rows})"
    with catalog.stage("main", message=f"version {version}", override="test") as stage:
        for key in TABLES:
            if stage.tables.table_exists(key):
                table = stage.tables.load_table(key)
            else:
                table = create(stage.tables, key, arrow_schema(con, select))
            replace(con, table, select)
    assert stage.commit is not None
    return stage.commit.number


def put_view(catalog: Catalog, name: str, sql: str) -> None:
    with catalog.stage("main", message=f"view {name}", override="test") as stage:
        stage.put_view(("marts", name), sql)


def versions(path: Path) -> set[tuple[int, int, int]]:
    """Read (version, rows left, rows right) as any tool would."""
    con = duckdb.connect(str(path), read_only=True)
    try:
        left = con.execute("select version, count(*) from marts.left group by all").fetchall()
        right = con.execute("select version, count(*) from marts.right group by all").fetchall()
    finally:
        con.close()
    return {(lv, ln, rn) for lv, ln in left for rv, rn in right if lv == rv}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    publish(open_lake(folder), folder / "marts.duckdb")
