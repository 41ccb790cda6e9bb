"""`phlo branch merge`, `update` and `revert`: moving branches, checked where they are protected."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phlo.cli.complete import complete_branches, complete_refs
from phlo.cli.context import (
    json_option,
    load_project_declarations,
    open_project,
    open_project_catalog,
    project_option,
)
from phlo.cli.show import note, show_json, show_table
from phlo.errors import Conflict
from phlo.model import MergePreview, key_text

if TYPE_CHECKING:
    from phlo.quality.gate import CheckedMerge

reason_option = click.option(
    "--reason", help="Move a protected branch without checks, and say why; kept in the log."
)


@click.command("merge")
@click.argument("source", shell_complete=complete_branches)
@click.option(
    "--into", default="main", show_default=True, shell_complete=complete_branches, help="A branch."
)
@click.option("--message", "-m", default="", help="Say what this is.")
@click.option("--dry-run", is_flag=True, help="Show what would be merged, and stop.")
@click.option("--delete", "delete_source", is_flag=True, help="Delete SOURCE afterwards.")
@reason_option
@project_option
@json_option
def merge_command(
    source: str,
    into: str,
    message: str,
    dry_run: bool,
    delete_source: bool,
    reason: str | None,
    project_path: Path | None,
    as_json: bool,
) -> None:
    """Merge the branch SOURCE; into a protected branch only what passes its blocking checks."""
    project = open_project(project_path)
    catalog = open_project_catalog(project)
    preview = catalog.preview_merge(source, into)
    if dry_run:
        _show_preview(preview, source, into, as_json)
        return
    from phlo.quality.by_hand import merge_by_hand

    done = merge_by_hand(
        project,
        catalog,
        load_project_declarations(project),
        source,
        into,
        message=message,
        override=reason,
        delete_source=delete_source,
    )
    if as_json:
        show_json(_merge_record(preview, done))
        return
    for result in done.results:
        note(f"{'passed' if result.passed else 'failed'} {result.table} {result.check}")
    tables = sorted(key_text(key) for key, how in preview.how.items() if how != "same")
    click.echo(f"merged {source} into {into}: commit {done.commit.id[:8]}")
    click.echo(f"  {', '.join(tables) or 'nothing had changed'}")


def _merge_record(preview: MergePreview, done: "CheckedMerge") -> dict[str, Any]:
    return {
        "commit": done.commit.id,
        "number": done.commit.number,
        "tables": {key_text(key): how for key, how in preview.how.items()},
        "checks": [
            {"table": item.table, "check": item.check, "passed": item.passed}
            for item in done.results
        ],
    }


def _show_preview(preview: MergePreview, source: str, into: str, as_json: bool) -> None:
    conflicts = [
        {
            "table": key_text(item.key),
            "reason": item.reason,
            "ours": _side(item.ours),
            "theirs": _side(item.theirs),
        }
        for item in preview.conflicts
    ]
    if as_json:
        how = {key_text(key): how for key, how in preview.how.items()}
        show_json({"base": preview.base, "tables": how, "conflicts": conflicts})
    else:
        rows: list[tuple[object, ...]] = [
            (key_text(key), how) for key, how in sorted(preview.how.items())
        ]
        rows += [(item["table"], f"conflict: {item['reason']}") for item in conflicts]
        show_table(("table", "merge"), rows, empty="nothing to merge")
    if conflicts:
        names = ", ".join(str(item["table"]) for item in conflicts)
        raise Conflict(
            f"{source!r} and {into!r} both changed {names}",
            fix=f'compare them with "phlo branch diff {into} {source}"',
        )


def _side(side: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a SideSummary or None
    if side is None:
        return None
    return {
        "ref": side.ref,
        "did": [intent.kind for intent in side.intents],
        "files_added": side.files_added,
        "files_removed": side.files_removed,
        "rows_added": side.rows_added,
    }


@click.command("update")
@click.argument("branch", shell_complete=complete_branches)
@click.option("--from", "source", default="main", show_default=True, shell_complete=complete_refs)
@project_option
@json_option
def update_command(branch: str, source: str, project_path: Path | None, as_json: bool) -> None:
    """Merge main into BRANCH, so that BRANCH has everything main has."""
    catalog = open_project_catalog(open_project(project_path))
    commit = catalog.merge(source, branch, message=f"update from {source}")
    if as_json:
        show_json({"commit": commit.id, "number": commit.number})
        return
    click.echo(f"updated {branch} from {source}: commit {commit.id[:8]}")


@click.command("revert")
@click.argument("target")
@click.option(
    "--on", default="main", show_default=True, shell_complete=complete_branches, help="A branch."
)
@click.option("--message", "-m", default="", help="Say why.")
@reason_option
@project_option
@json_option
def revert_command(
    target: str,
    on: str,
    message: str,
    reason: str | None,
    project_path: Path | None,
    as_json: bool,
) -> None:
    """Undo TARGET, a commit or a run, on a branch; the history keeps both.

    On a protected branch the result is checked first, like a merge.
    """
    project = open_project(project_path)
    catalog = open_project_catalog(project)
    said = message or f"revert {target[:40]}"
    from phlo.quality.by_hand import revert_by_hand

    commit = revert_by_hand(
        project,
        catalog,
        load_project_declarations(project),
        target,
        on,
        message=said,
        override=reason,
        kept=lambda branch: note(f"the branch {branch} is kept for a look"),
    )
    if as_json:
        show_json({"commit": commit.id, "number": commit.number})
        return
    tables = ", ".join(sorted({key_text(change.key) for change in commit.changes}))
    click.echo(f"reverted {target[:40]} on {on}: commit {commit.id[:8]}")
    click.echo(f"  {tables or 'nothing had to change'}")
