"""Copies of the demo, for tests to look at and to change."""

import shutil
from pathlib import Path

import duckdb

from phlo.catalog import LogCatalog, open_catalog
from phlo.config import Project, load_project
from phlo.tables import write
from tests.demo import Seed

BRANCH, TAG = "dev/what-if", "first"
RENAMED = "select * replace ('Another ' || name as name) from airlines where carrier = 'UA'"


def copy_of(seed: Seed, target: Path) -> Project:
    """Copy the demo to a folder that is not there yet, and let its lake know."""
    shutil.copytree(seed.root, target, symlinks=True)
    project = load_project(target)
    open_catalog(project.lake, author=project.author, relocate=True)
    return project


def add_branch(project: Project) -> LogCatalog:
    """Tag main, and make a branch on which one airline has another name; return the catalog."""
    catalog = open_catalog(project.lake, author="a test")
    catalog.create_tag(TAG, at="main")
    catalog.create_branch(BRANCH, at="main")
    with duckdb.connect() as con, catalog.stage(BRANCH, message="another name") as stage:
        con.execute("set timezone = 'UTC'")
        table = stage.tables.load_table(("raw", "airlines"))
        con.register("airlines", table.scan().to_arrow())
        write.upsert(con, table, RENAMED, ["carrier"])
    return catalog
