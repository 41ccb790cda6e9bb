"""The instance and the code location of a project, opened in this process."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget, WorkspaceFileTarget

LOCATION = "phlo"
Context = WorkspaceProcessContext


def instance_at(folder: Path, config: Path, overrides: Mapping[str, Any]) -> dg.DagsterInstance:
    """Open the instance whose state is in a folder and whose `dagster.yaml` in another."""
    reference = InstanceRef.from_dir(str(folder), config_dir=str(config), overrides=dict(overrides))
    return dg.DagsterInstance.from_ref(reference)


def process_context(
    instance: dg.DagsterInstance, root: Path, *, file: Path | None = None
) -> Context:
    """Load the code location in this process: that of `workspace.yaml`, a file, or phlo's own."""
    workspace = root / "workspace.yaml"
    if file is None and workspace.is_file():
        targets = [
            (origin.loadable_target_origin, origin.location_name)
            for origin in WorkspaceFileTarget([str(workspace)]).create_origins()
        ]
    else:
        named = {"python_file": str(file)} if file else {"module_name": "phlo_defs.definitions"}
        origin = LoadableTargetOrigin(
            executable_path=sys.executable, working_directory=str(root), **named
        )
        targets = [(origin, LOCATION)]
    origins = [InProcessCodeLocationOrigin(o, location_name=name) for o, name in targets]
    return WorkspaceProcessContext(
        instance, InProcessWorkspaceLoadTarget(origins), version=dg.__version__
    )
