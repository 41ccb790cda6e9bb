import duckdb
import pytest


class TinyLake:
    """A lake of plain DuckDB tables: what the checks need of the real one."""

    def __init__(self):
        self.con = duckdb.connect(config={"autoinstall_known_extensions": False})
        self.con.execute("set timezone = 'UTC'")
        self.statements = []

    def create(self, table, select):
        self.con.execute(f"create schema if not exists {table.split('.')[0]}")
        self.con.execute(f"create or replace table {table} as {select}")
        return self

    def sql(self, query, params=None):
        self.statements.append(query)
        return TinyResult(self.con.execute(query, params or []))


class TinyResult:
    def __init__(self, cursor):
        self.cursor = cursor

    def to_arrow(self):
        return self.cursor.to_arrow_table()

    def to_polars(self):
        return self.cursor.pl()

    def batches(self, rows):
        return self.cursor.to_arrow_table().to_batches(rows)

    def fetchone(self):
        return self.cursor.fetchone()

    def fetchall(self):
        return self.cursor.fetchall()


@pytest.fixture
def lake():
    return TinyLake()
