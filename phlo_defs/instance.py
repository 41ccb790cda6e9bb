"""Dagster's instance of a project: its history lies in the project, from wherever it is opened."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from dagster._core.instance.ref import InstanceRef

from phlo.config import Project
from phlo.config.environment import variables
from phlo.errors import ConfigError

CONFIG_FILE = "dagster.yaml"


def open_instance(project: Project) -> dg.DagsterInstance:
    """Open the instance that `dagster dev` uses in this project; created on first use.

    ``DAGSTER_HOME`` wins if it is set. Relative folders of `dagster.yaml` are below the project.
    """
    if variables().get("DAGSTER_HOME"):
        return dg.DagsterInstance.get()
    folder = storage_folder(project)
    folder.mkdir(parents=True, exist_ok=True)
    reference = InstanceRef.from_dir(
        str(folder), config_dir=str(project.root), overrides=_absolute(project)
    )
    return dg.DagsterInstance.from_ref(reference)


def storage_folder(project: Project) -> Path:
    """Return the folder of Dagster's SQLite files."""
    settings = _settings(project)
    given = _sqlite(settings).get("base_dir", ".phlo/dagster")
    return Path(project.root / given).resolve()


def is_sqlite(project: Project) -> bool:
    """Tell whether the history is in SQLite files of the project."""
    if variables().get("DAGSTER_HOME"):
        return False
    settings = _settings(project)
    return "sqlite" in settings.get("storage", {"sqlite": {}}) and "run_storage" not in settings


def _sqlite(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    storage = settings.get("storage") or {}
    return storage.get("sqlite") or {} if isinstance(storage, Mapping) else {}


def _settings(project: Project) -> dict[str, Any]:
    file = project.root / CONFIG_FILE
    if not file.is_file():
        return {}
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: this is not YAML: {error}", fix="correct the line") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{file}: this is no mapping", fix="write settings as name: value")
    return found


def _absolute(project: Project) -> dict[str, Any]:
    """Return the settings that name folders, with absolute ones, and telemetry off."""
    settings = _settings(project)
    overrides: dict[str, Any] = {}
    if is_sqlite(project):
        overrides["storage"] = {"sqlite": {"base_dir": str(storage_folder(project))}}
    folders = {
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
    for name, (module, kind, folder) in folders.items():
        given = settings.get(name, {"module": module, "class": kind})
        config = given.get("config") or {}
        if given.get("class") == kind:
            base = project.root / config.get("base_dir", folder)
            overrides[name] = {**given, "config": {**config, "base_dir": str(base)}}
    if "telemetry" not in settings:
        overrides["telemetry"] = {"enabled": False}
    return overrides
