"""`phlo catalog`: tables, their columns, their history."""

from pathlib import Path
from typing import Any

import click

from phlo.cli.complete import complete_tables
from phlo.cli.context import (
    json_option,
    open_lake,
    open_project,
    open_project_catalog,
    project_option,
    ref_option,
)
from phlo.cli.mending import relocate_command, repair_command
from phlo.cli.show import age_text, show_json, show_table, size_text
from phlo.errors import TableNotFound
from phlo.model import Commit, Content, Key, TableContent, ViewContent, key_text


@click.group("catalog")
def command() -> None:
    """Look at tables, their columns and their history."""


command.add_command(relocate_command)
command.add_command(repair_command)


@command.command("tables")
@click.argument("namespace", required=False)
@ref_option
@project_option
@json_option
def tables(namespace: str | None, ref: str, project_path: Path | None, as_json: bool) -> None:
    """List the tables and views of a ref, or those of NAMESPACE."""
    catalog = open_project_catalog(open_project(project_path))
    found = [
        _record(key, content)
        for key, content in sorted(catalog.contents(ref).items())
        if isinstance(content, TableContent | ViewContent)
        and (namespace is None or ".".join(key[:-1]) == namespace)
    ]
    if as_json:
        show_json(found)
        return
    rows = [
        (item["table"], item["kind"], item["rows"], size_text(item["bytes"]), item["files"])
        for item in found
    ]
    show_table(
        ("table", "kind", "rows", "size", "files"),
        rows,
        numbers=("rows", "size", "files"),
        empty=f"no tables on {ref}",
    )


def _record(key: Key, content: TableContent | ViewContent) -> dict[str, Any]:
    if isinstance(content, ViewContent):
        none = dict.fromkeys(("rows", "bytes", "files", "snapshot_id"))
        return {"table": key_text(key), "kind": "view", **none}
    return {
        "table": key_text(key),
        "kind": "table",
        "rows": content.rows,
        "bytes": content.bytes,
        "files": content.files,
        "snapshot_id": content.snapshot_id,
    }


@command.command("describe")
@click.argument("table", shell_complete=complete_tables)
@ref_option
@project_option
@json_option
def describe(table: str, ref: str, project_path: Path | None, as_json: bool) -> None:
    """Show the columns and properties of TABLE."""
    project = open_project(project_path)
    catalog = open_project_catalog(project)
    key, content = find_table(catalog.contents(ref), table, ref)
    found = _record(key, content)
    if isinstance(content, ViewContent):
        with open_lake(project, ref) as lake:
            schema = lake.table(table).schema
        found |= {"sql": content.sql, "comment": content.comment}
        found["columns"] = [{"name": name, "type": kind} for name, kind in schema.items()]
    else:
        found |= _described(catalog.at(ref).load_table(key))
    if as_json:
        show_json(found)
        return
    rows = [
        (item["name"], item["type"], "" if item.get("required") else "null", item.get("doc"))
        for item in found["columns"]
    ]
    show_table(("column", "type", "", "description"), rows, title=found["table"])
    facts = {name: value for name, value in found.items() if name not in {"columns", "table"}}
    facts["snapshot_id"] = found["snapshot_id"] and str(found["snapshot_id"])  # no digit groups
    show_table(
        ("", " "), [(name, value) for name, value in facts.items() if value not in (None, "")]
    )


def _described(table: Any) -> dict[str, Any]:  # noqa: ANN401 - a pyiceberg Table, not imported here
    schema = table.schema()
    names = {field.field_id: field.name for field in schema.fields}
    return {
        "location": table.location(),
        "format_version": table.format_version,
        "uuid": str(table.metadata.table_uuid),
        "partition_by": [
            f"{field.transform}({names.get(field.source_id, field.source_id)})"
            for field in table.spec().fields
        ],
        "properties": dict(table.properties),
        "columns": [
            {
                "id": field.field_id,
                "name": field.name,
                "type": str(field.field_type),
                "required": field.required,
                "doc": field.doc,
            }
            for field in schema.fields
        ],
    }


@command.command("history")
@click.argument("table", required=False, shell_complete=complete_tables)
@ref_option
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--author", help="Only commits of this author.")
@click.option("--run", help="Only commits of this run.")
@project_option
@json_option
def history(
    table: str | None,
    ref: str,
    limit: int,
    author: str | None,
    run: str | None,
    project_path: Path | None,
    as_json: bool,
) -> None:
    """Show the commits of a ref, newest first, or those that changed TABLE."""
    catalog = open_project_catalog(open_project(project_path))
    key = tuple(table.split(".")) if table else None
    commits = list(catalog.log(ref, table=key, author=author, run=run, limit=limit))
    if table and not commits:
        find_table(catalog.contents(ref), table, ref)
    if as_json:
        show_json([commit_record(commit) for commit in commits])
        return
    rows = [
        (
            commit.id[:8],
            commit.number,
            age_text(commit.time),
            commit.author,
            commit.message,
            ", ".join(key_text(change.key) for change in commit.changes[:4])
            + (" …" if len(commit.changes) > 4 else ""),
        )
        for commit in commits
    ]
    show_table(
        ("commit", "entry", "when", "author", "message", "changed"),
        rows,
        numbers=("entry",),
        empty=f"no commits on {ref}",
    )


def commit_record(commit: Commit) -> dict[str, Any]:
    """Return a commit as JSON has it."""
    return {
        "commit": commit.id,
        "number": commit.number,
        "parents": commit.parents,
        "time": commit.time,
        "author": commit.author,
        "run": commit.run,
        "message": commit.message,
        "override": commit.override,
        "changed": [key_text(change.key) for change in commit.changes],
    }


def find_table(
    contents: Any,  # noqa: ANN401 - a mapping of the catalog's
    table: str,
    ref: str,
) -> tuple[Key, TableContent | ViewContent]:
    """Return the key and content of a table or view. Raises ``TableNotFound``."""
    known: dict[str, tuple[Key, Content]] = {
        key_text(key).lower(): (key, content)
        for key, content in contents.items()
        if isinstance(content, TableContent | ViewContent)
    }
    if table.lower() not in known:
        names = [key_text(key) for key, _ in known.values()]
        raise TableNotFound.named(table, known=names, where=f"on {ref!r}")
    return known[table.lower()]  # type: ignore[return-value]  # filtered above
