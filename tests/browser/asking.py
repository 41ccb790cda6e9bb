"""The SQL that tests compare a shown number with: on the lake, on Dagster's storage, on files."""

import sqlite3
from contextlib import closing
from typing import Any

import duckdb

from phlo.engine import Lake
from tests.contract.phlo_api.world import World


def of_lake(world: World, sql: str) -> Any:
    """Return the one value that a statement over the lake answers."""
    row = Lake(world.catalog).sql(sql).fetchone()
    assert row is not None
    return row[0]


def of_dagster(world: World, file: str, sql: str) -> Any:
    """Return the one value that a statement over a file of Dagster's storage answers."""
    found = sorted(world.project.state_dir.rglob(file))
    assert len(found) == 1, found
    with closing(sqlite3.connect(found[0])) as con:
        return con.execute(sql).fetchone()[0]


def of_duckdb(sql: str, *parameters: str) -> Any:
    """Return the one value that a statement answers without a lake."""
    with duckdb.connect() as con:
        row = con.execute(sql, list(parameters)).fetchone()
    assert row is not None
    return row[0]
