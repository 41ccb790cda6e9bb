"""Runs: list, look, launch, cancel, run again."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from phlo_api.deps import ApiState, Cursor, GivenRef, Limit, RunPath
from phlo_api.schemas import runs as wire
from phlo_api.schemas.common import RunStatus
from phlo_api.views import launching, runs

router = APIRouter(prefix="/api/dagster/runs", tags=["dagster"])

Level = Literal["debug", "info", "warning", "error", "critical"]
Step = Annotated[str | None, Query(max_length=500, description="A step of the run.")]


@router.get("")
def list_runs(
    api: ApiState,
    status: Annotated[list[RunStatus] | None, Query()] = None,
    asset: Annotated[str | None, Query(max_length=600)] = None,
    job: Annotated[str | None, Query(max_length=300)] = None,
    ref: Annotated[
        str | None, Query(max_length=300, description="The branch it writes to.")
    ] = None,
    tag: Annotated[
        list[str] | None, Query(max_length=20, description="`name=value`", examples=[["team=ops"]])
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> wire.RunPage:
    """List runs, newest first."""
    return runs.list_page(api, runs.Wanted(status, asset, job, ref, tag), cursor, limit)


@router.post("", status_code=201)
def launch_run(api: ApiState, ref: GivenRef, body: wire.LaunchRequest) -> wire.RunLaunched:
    """Materialize assets: all rows or one partition, on main or on a branch."""
    return launching.launch(api, body, ref)


@router.get("/{run_id}")
def get_run(api: ApiState, run_id: RunPath) -> wire.RunDetail:
    """Describe a run."""
    return runs.detail(api, run_id)


@router.get("/{run_id}/steps")
def list_steps(api: ApiState, run_id: RunPath) -> wire.StepList:
    """List the steps of a run over time."""
    return runs.steps(api, run_id)


@router.get("/{run_id}/logs")
def list_log_events(
    api: ApiState,
    run_id: RunPath,
    level: Annotated[Level | None, Query(description="This level and above.")] = None,
    step: Step = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> wire.LogPage:
    """Read the log of a run, oldest first."""
    return runs.logs(api, run_id, runs.Lines(level, step, q), cursor, limit)


@router.get("/{run_id}/output")
def get_run_output(
    api: ApiState,
    run_id: RunPath,
    stream: Literal["stdout", "stderr"] = "stdout",
    step: Step = None,
    cursor: Cursor = None,
) -> wire.RunOutput:
    """Read what a run wrote to stdout or stderr."""
    return runs.output(api, run_id, stream, step, cursor)


@router.post("/{run_id}/cancel")
def cancel_run(api: ApiState, run_id: RunPath) -> wire.RunCancelled:
    """Cancel a run that is not over."""
    return launching.cancel(api, run_id)


@router.post("/{run_id}/reexecute", status_code=201)
def reexecute_run(api: ApiState, run_id: RunPath, body: wire.ReexecuteRequest) -> wire.RunLaunched:
    """Run a finished run again: all of it, or from where it failed."""
    return launching.reexecute(api, run_id, body.strategy)
