"""Whether what a run added to a table can be told by its rows, where files cannot tell it."""

from phlo.catalog.files import TableFiles
from phlo.catalog.merge_steps import Three
from phlo.catalog.merge_table import Work
from phlo.catalog.state import RunRows
from phlo.model import RUN_ID, Commit, Intent, TableContent

_KEEPS_ROWS = {"append", "rewrite", "schema"}


def rows_of_run(
    commit: Commit, three: Three, works: tuple[Work, Work], files: TableFiles
) -> RunRows | None:
    """Return how many rows a commit of a run added, or None where rows do not tell.

    They tell where the commit only added rows, and what came later added others, moved them to
    other files or took some run's back: no row was overwritten, so each still says who wrote it.

    Args:
        commit: What is taken back.
        three: The table as the commit left it, as it is now, and as the commit found it.
        works: What later commits meant to do, and what the commit itself did.
        files: Access to the metadata of the table.
    """
    after, now, before = three.base, three.ours, three.theirs
    if commit.run is None or not isinstance(after, TableContent):
        return None
    if not isinstance(now, TableContent) or now.uuid != after.uuid:
        return None
    if before is not None and not (isinstance(before, TableContent) and before.uuid == now.uuid):
        return None
    later, own = works
    if not all(map(_only_adds, own.intents)) or not all(map(_keeps_rows, later.intents)):
        return None
    found = before.rows if before else 0
    if after.rows is None or found is None:
        return None
    added = after.rows - found
    columns = files.load(now).schema().column_names
    return RunRows(commit.run, added) if added > 0 and RUN_ID in columns else None


def _only_adds(intent: Intent | None) -> bool:
    return intent is not None and intent.kind == "append"


def _keeps_rows(intent: Intent | None) -> bool:
    return intent is not None and intent.kind in _KEEPS_ROWS
