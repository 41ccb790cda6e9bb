"""The files of Dagster's history, kept open while a run writes to them."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from phlo.config import Project
from phlo.config.run_history import is_sqlite, storage_folder

_SHARED = frozenset({"index.db", "runs.db"})


@contextmanager
def kept_open(project: Project) -> Iterator[None]:
    """Keep a connection to each file that all runs share, for the length of a run.

    Dagster opens and closes one for every event, and whoever closes the last one folds the
    write-ahead log into the file, which costs several syncs.
    """
    with ExitStack() as held:
        if is_sqlite(project):
            for file in storage_folder(project).glob("**/*.db"):
                if file.name in _SHARED:
                    connection = held.enter_context(closing(sqlite3.connect(file)))
                    connection.execute("select count(*) from sqlite_master").fetchone()
        yield
