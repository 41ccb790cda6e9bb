from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog as IcebergCatalog
from pyiceberg.table import Table

from phlo.catalog import LogCatalog, open_catalog
from phlo.engine.connection import open_engine
from phlo.tables.plan import scan_sql
from phlo.tables.write import create

Rows = Callable[..., list[tuple]]


@pytest.fixture
def catalog(tmp_path: Path) -> LogCatalog:
    catalog = open_catalog(tmp_path / "lake", author="test")
    if "dev" not in {ref.name for ref in catalog.refs()}:
        catalog.create_branch("dev")
    return catalog


@pytest.fixture
def tables(catalog: LogCatalog) -> IcebergCatalog:
    return catalog.at("dev")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_engine(threads=2)
    yield con
    con.close()


@pytest.fixture
def make(tables: IcebergCatalog) -> Callable[..., Table]:
    """Create a table from columns given as keywords: ``make("t", id=pa.int64())``."""

    def create_table(
        leaf: str, /, *, partition_by: tuple[str, ...] = (), **columns: pa.DataType
    ) -> Table:
        return create(tables, ("raw", leaf), pa.schema(columns.items()), partition_by=partition_by)

    return create_table


@pytest.fixture
def rows(con: duckdb.DuckDBPyConnection) -> Rows:
    """Read a table through its plan: ``rows(table, "count(*)", where="id > 1")``."""

    def read(table: Table, select: str = "*", where: str = "true") -> list[tuple]:
        query = f"select {select} from ({scan_sql(con, table)}) where {where} order by all"
        return con.execute(query).fetchall()

    return read
