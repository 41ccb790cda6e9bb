"""Dagster's instance of a project: its history lies in the project, from wherever it is opened."""

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from phlo.config import Project
from phlo.config.environment import variables
from phlo.config.run_history import instance_overrides, storage_folder


def open_instance(project: Project) -> dg.DagsterInstance:
    """Open the instance that `dagster dev` uses in this project; created on first use.

    ``DAGSTER_HOME`` wins if it is set. Relative folders of `dagster.yaml` are below the project.
    """
    if variables().get("DAGSTER_HOME"):
        return dg.DagsterInstance.get()
    folder = storage_folder(project)
    folder.mkdir(parents=True, exist_ok=True)
    reference = InstanceRef.from_dir(
        str(folder), config_dir=str(project.root), overrides=instance_overrides(project)
    )
    return dg.DagsterInstance.from_ref(reference)
