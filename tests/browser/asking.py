"""The SQL that tests compare a shown number with: on the lake, on Dagster's storage, on files."""

import sqlite3
from contextlib import closing
from typing import Any, Protocol

import duckdb

from phlo.config import Project
from phlo.engine import Lake
from phlo.ports import Catalog


class Place(Protocol):
    """A project with its lake: a small world, or a copy of the demo."""

    @property
    def project(self) -> Project: ...

    @property
    def catalog(self) -> Catalog: ...


def of_lake(world: Place, sql: str) -> Any:
    """Return the one value that a statement over the lake answers."""
    row = Lake(world.catalog).sql(sql).fetchone()
    assert row is not None
    return row[0]


def of_dagster(world: Place, file: str, sql: str) -> Any:
    """Return the one value that a statement over a file of Dagster's storage answers."""
    found = sorted(world.project.state_dir.rglob(file))
    assert len(found) == 1, found
    with closing(sqlite3.connect(found[0])) as con:
        return con.execute(sql).fetchone()[0]


def of_every_run(world: Place, sql: str) -> int:
    """Return the sum of what a statement answers over the events of each run."""
    files = [path.name for path in world.project.state_dir.rglob("history/runs/*-*.db")]
    assert files
    return sum(of_dagster(world, file, sql) for file in files)


def first_run(world: Place) -> str:
    """Return the id of the oldest run; in the demo it made most of the tables."""
    return str(of_dagster(world, "runs.db", "select run_id from runs order by id limit 1"))


def of_duckdb(sql: str, *parameters: str) -> Any:
    """Return the one value that a statement answers without a lake."""
    with duckdb.connect() as con:
        row = con.execute(sql, list(parameters)).fetchone()
    assert row is not None
    return row[0]
