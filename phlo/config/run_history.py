"""Where Dagster keeps the history of a project, found without importing Dagster."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from phlo.config.environment import variables
from phlo.config.project import Project
from phlo.errors import ConfigError

CONFIG_FILE = "dagster.yaml"
_FOLDERS = {
    "compute_logs": (
        "dagster._core.storage.local_compute_log_manager",
        "LocalComputeLogManager",
        ".phlo/dagster/logs",
    ),
    "local_artifact_storage": (
        "dagster._core.storage.root",
        "LocalArtifactStorage",
        ".phlo/dagster",
    ),
}


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
    return "sqlite" in (settings.get("storage") or {"sqlite": {}}) and "run_storage" not in settings


def instance_overrides(project: Project) -> dict[str, Any]:
    """Return the settings of `dagster.yaml` that name folders, made absolute, and telemetry off.

    So the same history is opened from wherever a process runs.
    """
    settings = read_settings(project.root)
    overrides: dict[str, Any] = {}
    if is_sqlite(project):
        overrides["storage"] = {"sqlite": {"base_dir": str(storage_folder(project))}}
    for name, (module, kind, folder) in _FOLDERS.items():
        given = settings.get(name, {"module": module, "class": kind})
        config = given.get("config") or {}
        if given.get("class") == kind:
            base = project.root / config.get("base_dir", folder)
            overrides[name] = {**given, "config": {**config, "base_dir": str(base)}}
    if "telemetry" not in settings:
        overrides["telemetry"] = {"enabled": False}
    return overrides


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
