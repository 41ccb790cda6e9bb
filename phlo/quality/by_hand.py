"""Merging and reverting by hand: through every check, and told to the orchestrator."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from phlo.model import Commit, Intent, Json
from phlo.ports import Catalog
from phlo.quality.gate import CheckedMerge, Checks, checked_merge, declared_checks
from phlo.quality.providers import with_provided

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from phlo.config import Project
    from phlo.declare.specs import Declarations

_MAIN = "main"
_VERSION = 1  # of the payload, whose other writer is the op that publishes


def every_check(project: "Project", catalog: Catalog, declarations: "Declarations") -> Checks:
    """Return the declared checks and those that packages provide, such as dbt tests."""
    from phlo.engine import Lake

    declared = declared_checks(declarations, lambda commit: Lake(catalog, commit, project))
    return with_provided(declared, project, catalog)


def merge_by_hand(
    project: "Project",
    catalog: Catalog,
    declarations: "Declarations",
    source: str,
    into: str,
    *,
    step: str = "merge",
    message: str = "",
    **options: Any,  # noqa: ANN401 - the other options of checked_merge
) -> CheckedMerge:
    """Merge through the gate with every check the project and its packages know.

    What moves main is told to the orchestrator, like the merge of a run. Raises what
    ``checked_merge`` raises.
    """
    checks = every_check(project, catalog, declarations)
    moves = set(catalog.preview_merge(source, into).how.values()) - {"same"}
    outbox = told_by_hand(step, source, message) if moves and into == _MAIN else None
    return checked_merge(catalog, source, into, checks, message=message, outbox=outbox, **options)


def revert_by_hand(
    project: "Project",
    catalog: Catalog,
    declarations: "Declarations",
    target: str,
    on: str,
    *,
    message: str,
    override: str | None = None,
    kept: Callable[[str], None] = lambda _branch: None,
) -> Commit:
    """Undo a commit or a run; on a protected branch the result passes the gate like a merge.

    Rows that a run added go by their run where later commits moved them to other files.
    Where the gate refuses, the branch with the result stays and ``kept`` hears its name.
    """
    if not catalog.ref(on).protected:
        return catalog.revert(target, on=on, message=message, remove_rows=_remove_rows)
    branch = catalog.create_branch(f"revert/{secrets.token_hex(4)}", at=on)
    try:
        catalog.revert(target, on=branch.name, message=message, remove_rows=_remove_rows)
    except Exception:
        catalog.delete_ref(branch.name, incarnation=branch.incarnation)
        raise
    try:
        done = merge_by_hand(
            project,
            catalog,
            declarations,
            branch.name,
            on,
            step="revert",
            message=message,
            override=override,
            delete_source=True,
        )
    except Exception:
        kept(branch.name)
        raise
    return done.commit


def _remove_rows(table: "Table", run: str, rows: int, intent: Intent) -> None:
    from phlo.engine.connection import open_engine
    from phlo.tables.write import delete_run

    with open_engine() as con:
        delete_run(con, table, run, rows, intent)


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
