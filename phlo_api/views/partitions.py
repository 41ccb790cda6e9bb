"""The partitions of an asset as a grid."""

from itertools import groupby

from phlo_api.errors import PartitionNotFound
from phlo_api.paging import page_by_offset
from phlo_api.schemas import dagster as wire
from phlo_api.state import Api


def grid(api: Api, name: str, cursor: str | None, limit: int) -> wire.PartitionGrid:
    """Return the partitions of an asset by state."""
    found = api.dagster.partitions(name)
    if found is None:
        raise PartitionNotFound(
            f"asset {name!r} is not partitioned", fix="launch it whole: POST /api/dagster/runs"
        )
    states: dict[str, wire.PartitionState] = {}
    for key in found.keys:
        states[key] = (
            "running"
            if key in found.running
            else "failed"
            if key in found.failed
            else "materialized"
            if key in found.materialized
            else "missing"
        )
    counts = dict.fromkeys(("materialized", "failed", "running", "missing"), 0)
    for state in states.values():
        counts[state] += 1
    page, following = page_by_offset(list(reversed(found.keys)), cursor, limit)
    return wire.PartitionGrid(
        asset=name,
        kind=found.kind,
        total=len(found.keys),
        **counts,
        ranges=_ranges(states),
        keys=page,
        states=[states[key] for key in page],
        next_cursor=following,
    )


def _ranges(states: dict[str, wire.PartitionState]) -> list[wire.PartitionRange]:
    found = []
    for state, group in groupby(states.items(), key=lambda item: item[1]):
        keys = [key for key, _ in group]
        found.append(wire.PartitionRange(start=keys[0], end=keys[-1], state=state, count=len(keys)))
    return found
