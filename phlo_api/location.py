"""Dagster's instance and code location of a project, opened in this process."""

import dagster as dg

from phlo.config import Project
from phlo.config.environment import export, variables
from phlo.config.run_history import instance_overrides, storage_folder
from phlo_api.dagster_reads import Context, instance_at, process_context


def open_instance(project: Project) -> dg.DagsterInstance:
    """Open the instance that `dagster dev` uses in this project, from wherever this runs.

    ``DAGSTER_HOME`` wins if it is set. Relative folders of `dagster.yaml` are below the project.
    """
    if variables().get("DAGSTER_HOME"):
        return dg.DagsterInstance.get()
    folder = storage_folder(project)
    folder.mkdir(parents=True, exist_ok=True)
    return instance_at(folder, project.root, instance_overrides(project))


def open_context(project: Project, instance: dg.DagsterInstance) -> Context:
    """Load the code location of a project in this process. A broken one is reported, not raised."""
    export("PHLO_PROJECT", str(project.root))
    return process_context(instance, project.root)
