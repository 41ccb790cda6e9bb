"""Copies of the demo, for tests to look at and to change."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from phlo.catalog import LogCatalog, open_catalog
from phlo.config import Project, load_project
from phlo.tables import write
from tests.demo import Seed

BRANCH, TAG = "dev/what-if", "first"
CHANGES = """
    select * replace ('Another ' || name as name) from airlines where carrier = 'UA'
    union all
    select * replace ('ZZ' as carrier, 'New Air' as name, 'new' as _phlo_row_id)
    from airlines where carrier = 'UA'
"""


@dataclass(frozen=True)
class Demo:
    """A copy of the demo that is served."""

    project: Project
    catalog: LogCatalog
    address: str


def copy_of(seed: Seed, target: Path) -> Project:
    """Copy the demo to a folder that is not there yet, and let its lake know."""
    shutil.copytree(seed.root, target, symlinks=True)
    project = load_project(target)
    open_catalog(project.lake, author=project.author, relocate=True)
    return project


def add_branch(project: Project) -> LogCatalog:
    """Tag main, and make a branch with a new airline and a new name; return the catalog."""
    catalog = open_catalog(project.lake, author="a test")
    catalog.create_tag(TAG, at="main")
    catalog.create_branch(BRANCH, at="main")
    with duckdb.connect() as con, catalog.stage(BRANCH, message="two airlines") as stage:
        con.execute("set timezone = 'UTC'")
        table = stage.tables.load_table(("raw", "airlines"))
        con.register("airlines", table.scan().to_arrow())
        write.upsert(con, table, CHANGES, ["carrier"])
    return catalog
