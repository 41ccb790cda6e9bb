"""Starting and stopping runs: Dagster's own mutations, in this process."""

from typing import Any

from phlo_api import dagster_documents as documents
from phlo_api import dagster_writes
from phlo_api.dagster_facts import AssetNode, RunFacts
from phlo_api.dagster_reads import LOCATION, REPOSITORY
from phlo_api.errors import LaunchRefused, PartitionNotFound, WrongState
from phlo_api.schemas import runs as wire
from phlo_api.state import Api
from phlo_api.views.runs import BRANCH_TAG

ASSET_JOB = "__ASSET_JOB"
PARTITION_TAG = "dagster/partition"
_RESERVED = ("dagster/", ".dagster/", "phlo/")
SELECTOR = {"repositoryLocationName": LOCATION, "repositoryName": REPOSITORY}


def launch(api: Api, body: wire.LaunchRequest, ref: str | None) -> wire.RunLaunched:
    """Put a run of assets in the queue."""
    nodes = [api.dagster.asset(name) for name in dict.fromkeys(body.assets)]
    for node in nodes:
        if not node.is_executable:
            raise LaunchRefused(
                f"asset {node.name!r} is made elsewhere", fix="leave it out of the selection"
            )
    if body.partition is not None:
        check_partitions(api, [node.name for node in nodes], [body.partition])
    tags = {**_own_tags(body.tags), **branch_tags(api, body.ref or ref)}
    if body.partition is not None:
        tags[PARTITION_TAG] = body.partition
    return _launched(_execute(api, nodes, tags, body.config))


def _execute(
    api: Api, nodes: list[AssetNode], tags: dict[str, str], config: object
) -> dict[str, Any]:
    params = {
        "selector": {
            **SELECTOR,
            "pipelineName": ASSET_JOB,
            "assetSelection": [{"path": list(node.key)} for node in nodes],
            "assetCheckSelection": None,
        },
        "runConfigData": config,
        "mode": "default",
        "executionMetadata": {"tags": [{"key": k, "value": v} for k, v in tags.items()]},
    }
    return dagster_writes.execute(api.dagster, documents.LAUNCH_RUN, {"params": params})


def _launched(found: dict[str, Any]) -> wire.RunLaunched:
    run = found["run"]
    return wire.RunLaunched(run_id=run["runId"], status=run["status"].lower())


def _own_tags(tags: dict[str, str]) -> dict[str, str]:
    for name in tags:
        if name.startswith(_RESERVED):
            raise LaunchRefused(
                f"the tag {name!r} is not yours to set",
                fix="use partition and ref for what they mean, and tags of other names",
            )
    return dict(tags)


def branch_tags(api: Api, ref: str | None) -> dict[str, str]:
    """Return the tag that pins a run to a branch. Raises ``RefNotFound``."""
    if ref is None or ref == "main":
        return {}
    found = api.catalog.ref(ref)
    if found.kind != "branch":
        raise LaunchRefused(f"{ref!r} is a tag and cannot be written to", fix="name a branch")
    return {BRANCH_TAG: found.name}


def _again(api: Api, run: RunFacts, strategy: str) -> wire.RunLaunched:
    """Launch the assets of a run that was started by hand, whose job Dagster cannot find again."""
    done = api.dagster.written_assets(run.run_id) if strategy == "failed" else set()
    nodes = [api.dagster.asset(name) for name in run.assets if name not in done]
    if not nodes:
        raise WrongState(
            f"run {run.run_id!r} names no assets that are left to write",
            fix="launch them by name: POST /api/dagster/runs",
        )
    root = run.root_run_id or run.run_id
    lineage = {"dagster/parent_run_id": run.run_id, "dagster/root_run_id": root}
    own = {k: v for k, v in run.tags.items() if k in {BRANCH_TAG, PARTITION_TAG}}
    return _launched(_execute(api, nodes, {**own, **lineage}, run.config))


def check_partitions(api: Api, names: list[str], wanted: list[str]) -> None:
    """Refuse partitions that an asset does not have. Raises ``PartitionNotFound``."""
    for name in names:
        found = api.dagster.partitions(name)
        if found is None:
            continue
        known = set(found.keys)
        for key in wanted:
            if key not in known:
                raise PartitionNotFound.named(
                    key, known=list(found.keys)[-500:], where=f"of asset {name!r}"
                )


def cancel(api: Api, run_id: str) -> wire.RunCancelled:
    """Cancel a run that is not over."""
    run = api.dagster.run(run_id)
    if run.is_finished:
        raise WrongState(f"run {run_id!r} is over: {run.status}", fix="nothing is left to cancel")
    variables = {"runId": run_id, "policy": _policy(run)}
    found = dagster_writes.execute(api.dagster, documents.TERMINATE_RUN, variables)
    return wire.RunCancelled(run_id=run_id, status=found["run"]["status"].lower())


def _policy(run: RunFacts) -> str:
    """A run in the queue has no process that could answer, so it is marked at once."""
    waiting = run.status in {"queued", "not_started", "managed"}
    return "MARK_AS_CANCELED_IMMEDIATELY" if waiting else "SAFE_TERMINATE"


def reexecute(api: Api, run_id: str, strategy: str) -> wire.RunLaunched:
    """Run a finished run again."""
    run = api.dagster.run(run_id)
    if not run.is_finished:
        raise WrongState(f"run {run_id!r} is still {run.status}", fix="cancel it, or wait")
    if strategy == "failed" and run.status != "failure":
        raise WrongState(f"run {run_id!r} did not fail: {run.status}", fix='use the strategy "all"')
    if not run.has_origin:
        return _again(api, run, strategy)
    params = {
        "parentRunId": run_id,
        "strategy": "FROM_FAILURE" if strategy == "failed" else "ALL_STEPS",
    }
    found = dagster_writes.execute(api.dagster, documents.REEXECUTE_RUN, {"params": params})
    return _launched(found)
