"""Changes in Dagster: its own mutations, executed in this process."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any

from phlo.errors import AssetNotFound, PhloError, RunNotFound
from phlo_api.dagster_reads import DagsterReads
from phlo_api.errors import (
    BackfillNotFound,
    DagsterFailed,
    LaunchRefused,
    PartitionNotFound,
    ScheduleNotFound,
    WrongState,
)

_REFUSALS: Mapping[str, type[PhloError]] = {
    "RunConfigValidationInvalid": LaunchRefused,
    "InvalidSubsetError": LaunchRefused,
    "InvalidStepError": LaunchRefused,
    "InvalidOutputError": LaunchRefused,
    "NoModeProvidedError": LaunchRefused,
    "PresetNotFoundError": LaunchRefused,
    "ConflictingExecutionParamsError": LaunchRefused,
    "PartitionKeysNotFoundError": PartitionNotFound,
    "PartitionSetNotFoundError": PartitionNotFound,
    "PipelineNotFoundError": AssetNotFound,
    "RunConflict": WrongState,
    "TerminateRunFailure": WrongState,
    "RunNotFoundError": RunNotFound,
    "BackfillNotFoundError": BackfillNotFound,
    "ScheduleNotFoundError": ScheduleNotFound,
    "SensorNotFoundError": ScheduleNotFound,
}


@cache
def schema() -> Any:  # noqa: ANN401 - Dagster's schema has no type
    """Return Dagster's GraphQL schema, built once."""
    from dagster_graphql.schema import create_schema

    return create_schema()


def execute(reads: DagsterReads, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Execute a mutation and return its one field, a success.

    Raises what the refusal means, or ``DagsterFailed``.
    """
    with reads.context.create_request_context() as request:
        answer = asyncio.run(
            schema().execute_async(document, context_value=request, variable_values=dict(variables))
        )
    if answer.errors:
        raise DagsterFailed(
            f"Dagster refused a mutation of ours: {answer.errors[0].message}",
            fix="look at the log of phlo-api; the pinned Dagster may have changed",
        )
    found: dict[str, Any] = next(iter(answer.data.values()))
    refuse(found)
    return found


def refuse(found: Mapping[str, Any]) -> None:
    """Raise what an answer means that is no success."""
    kind = str(found["__typename"])
    messages = [e["message"] for e in found.get("errors") or ()] or [found.get("message")]
    if kind.endswith(("Success", "Result")) or kind == "Sensor":
        return
    said = "; ".join(str(m) for m in messages if m) or kind
    refusal = _REFUSALS.get(kind)
    if refusal is not None:
        raise refusal(f"Dagster says: {said}", fix=_fix(kind))
    raise DagsterFailed(
        f"Dagster failed: {said.splitlines()[0]}", fix="see the log of phlo-api for the trace"
    )


def _fix(kind: str) -> str:
    if "Partition" in kind:
        return "name partitions that /api/dagster/assets/{asset}/partitions lists"
    if kind == "RunConfigValidationInvalid":
        return "give the config that the assets take; most take none"
    if kind in {"RunConflict", "TerminateRunFailure"}:
        return "look at the run again: it has moved on"
    return "name assets that can run together: /api/dagster/assets lists them"
