from pathlib import Path

import pyarrow as pa
import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.engine.connection import open_engine
from phlo.tables.write import append, create


def _fill(catalog: LogCatalog, ref: str, name: str, select: str, schema: pa.Schema) -> None:
    con = open_engine(threads=1)
    append(con, create(catalog.at(ref), ("raw", name), schema), select)
    con.close()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> LogCatalog:
    """A lake with raw.f on main (of 10 rows) and dev/x (of 20), and a view on both."""
    path: Path = tmp_path_factory.mktemp("lake")
    catalog = open_catalog(path, author="test")
    schema = pa.schema([("id", pa.int64()), ("s", pa.string()), ("x", pa.float64())])
    catalog.create_branch("base")
    _fill(
        catalog, "base", "f", "select i as id, 'main' as s, i / 2 as x from range(10) t(i)", schema
    )
    _fill(catalog, "base", "order", "select 1 as id, 'o' as s, null as x", schema)
    with catalog.stage("base", message="views") as stage:
        stage.put_view(("raw", "v"), "select s, count(*) as n from raw.f group by s")
        stage.put_view(("raw", "loop"), "select * from raw.loop")
    catalog.merge("base", "main", override="a test needs rows on main")
    catalog.create_branch("dev/x", at="main")
    con = open_engine(threads=1)
    table = catalog.at("dev/x").load_table(("raw", "f"))
    append(con, table, "select i as id, 'dev' as s, 0 as x from range(10) t(i)")
    con.close()
    return catalog
