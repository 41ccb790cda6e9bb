"""Where Dagster keeps the history of a project, found without importing Dagster."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import yaml

from phlo.config import Project
from phlo.config.environment import variables
from phlo.errors import ConfigError

CONFIG_FILE = "dagster.yaml"
_SHARED = frozenset({"index.db", "runs.db"})


def storage_folder(project: Project) -> Path:
    """Return the folder of Dagster's SQLite files: of ``DAGSTER_HOME``, or of the project."""
    home = variables().get("DAGSTER_HOME")
    if home:
        given = _sqlite(read_settings(Path(home))).get("base_dir")
        return Path(home, given).resolve() if given else Path(home).resolve()
    given = _sqlite(read_settings(project.root)).get("base_dir", ".phlo/dagster")
    return Path(project.root / given).resolve()


def is_sqlite(project: Project) -> bool:
    """Tell whether the history is in SQLite files."""
    home = variables().get("DAGSTER_HOME")
    settings = read_settings(Path(home) if home else project.root)
    return "sqlite" in settings.get("storage", {"sqlite": {}}) and "run_storage" not in settings


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


def read_settings(folder: Path) -> dict[str, Any]:
    """Read `dagster.yaml` of a folder; nothing if there is none.

    Raises ``ConfigError`` if it cannot be read.
    """
    file = folder / CONFIG_FILE
    if not file.is_file():
        return {}
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: this is not YAML: {error}", fix="correct the line") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{file}: this is no mapping", fix="write settings as name: value")
    return found


def _sqlite(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    storage = settings.get("storage") or {}
    return storage.get("sqlite") or {} if isinstance(storage, Mapping) else {}
