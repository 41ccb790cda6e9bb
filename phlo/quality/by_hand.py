"""What a merge or a revert by hand tells the orchestrator: an event for each table it moved."""

from collections.abc import Callable, Mapping

from phlo.model import Json

_VERSION = 1  # of the payload, whose other writer is the op that publishes


def told_by_hand(
    step: str, branch: str, message: str
) -> Callable[[Mapping[str, Json]], Mapping[str, Json]]:
    """Return the outbox of a merge that no run made; ``step`` is `merge` or `revert`.

    The next run that touches the tables, or the janitor, stores its events without a run.
    """

    def build(merge: Mapping[str, Json]) -> Mapping[str, Json]:
        tables: Mapping[str, Mapping[str, Json]] = merge["tables"]
        run = f"{step}/{merge['commit']}"
        return {
            "v": _VERSION,
            "run": run,
            "root": run,
            "step": step,
            "attempt": "",
            "partitions": [],
            "assets": sorted(tables),
            "checked": str(merge["source"]),
            "branch": branch,
            "events": [_event(name, tables[name], step, message) for name in sorted(tables)],
        }

    return build


def _event(table: str, facts: Mapping[str, Json], step: str, message: str) -> Mapping[str, Json]:
    snapshot = facts["snapshot_id"]
    return {
        "asset": table.split("."),
        "metadata": {
            "dagster/table_name": table,
            "dagster/row_count": facts["rows"],
            "phlo/bytes": facts["bytes"],
            "phlo/files": facts["files"],
            "phlo/snapshot_id": None if snapshot is None else str(snapshot),
            "phlo/metadata_location": facts["location"],
            "phlo/by_hand": message or step,
        },
        "checks": [],
    }
