"""Dagster's instance and code location of a project, opened in this process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from phlo.config import Project
from phlo.config.environment import export, variables
from phlo.errors import ConfigError
from phlo_api.dagster_reads import Context, instance_at, process_context

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


def open_instance(project: Project) -> dg.DagsterInstance:
    """Open the instance that `dagster dev` uses in this project, from wherever this runs.

    ``DAGSTER_HOME`` wins if it is set. Relative folders of `dagster.yaml` are below the project.
    """
    if variables().get("DAGSTER_HOME"):
        return dg.DagsterInstance.get()
    settings = _settings(project.root / CONFIG_FILE)
    storage = settings.get("storage") or {"sqlite": {}}
    overrides: dict[str, Any] = {}
    folder = project.state_dir / "dagster"
    if "sqlite" in storage:
        given = (storage["sqlite"] or {}).get("base_dir", ".phlo/dagster")
        folder = (project.root / given).resolve()
        overrides["storage"] = {"sqlite": {"base_dir": str(folder)}}
    for name, (module, kind, default) in _FOLDERS.items():
        found = settings.get(name, {"module": module, "class": kind})
        config = found.get("config") or {}
        if found.get("class") == kind:
            base = str(project.root / config.get("base_dir", default))
            overrides[name] = {**found, "config": {**config, "base_dir": base}}
    if "telemetry" not in settings:
        overrides["telemetry"] = {"enabled": False}
    folder.mkdir(parents=True, exist_ok=True)
    return instance_at(folder, project.root, overrides)


def _settings(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: this is not YAML: {error}", fix="correct the line") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{file}: this is no mapping", fix="write settings as name: value")
    return found


def open_context(project: Project, instance: dg.DagsterInstance) -> Context:
    """Load the code location of a project in this process. A broken one is reported, not raised."""
    export("PHLO_PROJECT", str(project.root))
    return process_context(instance, project.root)
