"""Backfills: many partitions, run together."""

from typing import Any

from phlo_api import dagster_documents as documents
from phlo_api import dagster_writes
from phlo_api.dagster_facts import BackfillFacts, RunWish
from phlo_api.errors import LaunchRefused
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import automation as wire
from phlo_api.schemas.common import Done
from phlo_api.state import Api
from phlo_api.views import launching, runs

_RUNS = 200


def _fields(found: BackfillFacts) -> dict[str, Any]:
    return {
        "id": found.id,
        "status": found.status,
        "created_at": found.created_at,
        "ended_at": found.ended_at,
        "title": found.title,
        "assets": list(found.assets),
        "partitions": found.partitions,
        "error": found.error,
        "tags": dict(found.tags),
    }


def list_page(api: Api, cursor: str | None, limit: int) -> wire.BackfillPage:
    """Return a page of backfills, newest first."""
    before = decode_cursor(cursor, str)[0] if cursor else None
    found = api.dagster.backfills(before, limit + 1)
    page = found[:limit]
    following = encode_cursor(page[-1].id) if len(found) > limit else None
    return wire.BackfillPage(
        items=[wire.Backfill(**_fields(b)) for b in page], next_cursor=following
    )


def detail(api: Api, backfill_id: str) -> wire.BackfillDetail:
    """Describe a backfill and its runs."""
    found = api.dagster.backfill(backfill_id)
    made = api.dagster.runs(RunWish(tags={"dagster/backfill": found.id}), limit=_RUNS)
    return wire.BackfillDetail(**_fields(found), runs=[runs.shown(run) for run in made])


def launch(api: Api, body: wire.BackfillRequest, ref: str | None) -> wire.BackfillLaunched:
    """Ask the daemon to materialize partitions."""
    nodes = [api.dagster.asset(name) for name in dict.fromkeys(body.assets)]
    if not any(node.is_partitioned for node in nodes):
        raise LaunchRefused(
            "none of these assets is partitioned", fix="launch a run: POST /api/dagster/runs"
        )
    launching.check_partitions(api, [node.name for node in nodes], body.partitions)
    tags = launching.branch_tags(api, body.ref or ref)
    params = {
        "assetSelection": [{"path": list(node.key)} for node in nodes],
        "partitionNames": list(dict.fromkeys(body.partitions)),
        "title": body.title,
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }
    found = dagster_writes.execute(api.dagster, documents.LAUNCH_BACKFILL, {"params": params})
    return wire.BackfillLaunched(id=found["backfillId"])


def cancel(api: Api, backfill_id: str) -> Done:
    """Cancel a backfill and the runs it started."""
    found = api.dagster.backfill(backfill_id)
    dagster_writes.execute(api.dagster, documents.CANCEL_BACKFILL, {"backfillId": found.id})
    return Done(done=f"backfill {found.id!r} is being cancelled")
