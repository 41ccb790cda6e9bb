"""`phlo tag`: names for commits that do not move."""

from pathlib import Path

import click

from phlo.cli.complete import complete_refs, complete_tags
from phlo.cli.context import (
    confirm,
    json_option,
    open_project,
    open_project_catalog,
    project_option,
    yes_option,
)
from phlo.cli.refs import ref_record, show_refs
from phlo.cli.show import show_json
from phlo.errors import InvalidInput


@click.group("tag")
def command() -> None:
    """List, create and delete tags."""


@command.command("list")
@project_option
@json_option
def list_tags(project_path: Path | None, as_json: bool) -> None:
    """List the tags."""
    catalog = open_project_catalog(open_project(project_path))
    show_refs(catalog, "tag", as_json)


@command.command("create")
@click.argument("name")
@click.option(
    "--at", default="main", show_default=True, shell_complete=complete_refs, help="Any ref."
)
@project_option
@json_option
def create(name: str, at: str, project_path: Path | None, as_json: bool) -> None:
    """Name a commit NAME."""
    catalog = open_project_catalog(open_project(project_path))
    ref = catalog.create_tag(name, at=at)
    if as_json:
        show_json(ref_record(catalog, ref))
        return
    click.echo(f"tagged {ref.commit[:8]} as {ref.name}")


@command.command("delete")
@click.argument("name", shell_complete=complete_tags)
@project_option
@yes_option
def delete(name: str, project_path: Path | None, yes: bool) -> None:
    """Delete the tag NAME; the commit stays."""
    catalog = open_project_catalog(open_project(project_path))
    ref = catalog.ref(name)
    if ref.kind != "tag":
        raise InvalidInput(f"{name!r} is a branch", fix=f'use "phlo branch delete {name}"')
    confirm(f"Delete the tag {name} of commit {ref.commit[:8]}?", yes)
    catalog.delete_ref(name, incarnation=ref.incarnation)
    click.echo(f"deleted the tag {name}")
