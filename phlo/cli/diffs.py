"""`phlo branch diff`: what differs between two refs, from metadata alone."""

from pathlib import Path
from typing import Any

import click

from phlo.cli.complete import complete_refs
from phlo.cli.context import json_option, open_project, open_project_catalog, project_option
from phlo.cli.show import show_json, show_table
from phlo.model import Diff, TableDiff, key_text


@click.command("diff")
@click.argument("left", shell_complete=complete_refs)
@click.argument("right", shell_complete=complete_refs)
@project_option
@json_option
def diff_command(left: str, right: str, project_path: Path | None, as_json: bool) -> None:
    """Compare the refs LEFT and RIGHT: tables, columns, files and rows."""
    catalog = open_project_catalog(open_project(project_path))
    found = catalog.diff(left, right)
    if as_json:
        show_json(diff_record(found))
        return
    rows = [
        (
            key_text(item.key),
            item.kind,
            _signed(item.rows_added, item.rows_removed),
            _signed(len(item.files_added), len(item.files_removed)),
            _columns(item),
        )
        for item in found.tables
    ]
    show_table(
        ("table", "change", "rows", "files", "columns"),
        rows,
        numbers=("rows", "files"),
        empty=f"{left} and {right} hold the same tables",
    )


def diff_record(diff: Diff) -> dict[str, Any]:
    """Return a diff as JSON has it."""
    tables = [
        {
            "table": key_text(item.key),
            "change": item.kind,
            "rows_added": item.rows_added,
            "rows_removed": item.rows_removed,
            "files_added": len(item.files_added),
            "files_removed": len(item.files_removed),
            "columns_added": item.columns_added,
            "columns_removed": item.columns_removed,
            "columns_changed": item.columns_changed,
        }
        for item in diff.tables
    ]
    return {"left": diff.left, "right": diff.right, "tables": tables}


def _signed(added: int | None, removed: int | None) -> str:
    if added is None and removed is None:
        return "?"
    parts = [f"+{added:,}" if added else "", f"-{removed:,}" if removed else ""]
    return " ".join(part for part in parts if part) or "0"


def _columns(item: TableDiff) -> str:
    parts = [f"+{name}" for name in item.columns_added]
    parts += [f"-{name}" for name in item.columns_removed]
    parts += [f"~{name}" for name in item.columns_changed]
    return " ".join(parts)
