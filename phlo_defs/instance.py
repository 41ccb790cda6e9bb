"""Dagster's instance of a project: its history lies in the project, from wherever it is opened."""

from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from phlo.config import Project
from phlo.config.environment import variables
from phlo_defs.storage import is_sqlite, read_settings, storage_folder

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


def _absolute(project: Project) -> dict[str, Any]:
    """Return the settings that name folders, with absolute ones, and telemetry off."""
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
