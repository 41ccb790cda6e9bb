"""`phlo branch`: git over all tables of the lake."""

from pathlib import Path

import click

from phlo.cli.complete import complete_branches, complete_refs
from phlo.cli.context import (
    confirm,
    json_option,
    open_project,
    open_project_catalog,
    project_option,
    yes_option,
)
from phlo.cli.diffs import diff_command
from phlo.cli.merging import merge_command, revert_command, update_command
from phlo.cli.refs import ref_record, show_refs
from phlo.cli.show import show_json
from phlo.errors import InvalidInput, Protected


@click.group("branch")
def command() -> None:
    """List, create, compare, merge and delete branches."""


command.add_command(diff_command)
command.add_command(merge_command)
command.add_command(revert_command)
command.add_command(update_command)


@command.command("list")
@project_option
@json_option
def list_branches(project_path: Path | None, as_json: bool) -> None:
    """List the branches."""
    catalog = open_project_catalog(open_project(project_path))
    show_refs(catalog, "branch", as_json)


@command.command("create")
@click.argument("name")
@click.option(
    "--at", default="main", show_default=True, shell_complete=complete_refs, help="Any ref."
)
@project_option
@json_option
def create(name: str, at: str, project_path: Path | None, as_json: bool) -> None:
    """Create the branch NAME; it costs no copy of any data."""
    catalog = open_project_catalog(open_project(project_path))
    ref = catalog.create_branch(name, at=at)
    if as_json:
        show_json(ref_record(catalog, ref))
        return
    click.echo(f"created {ref.name} at {ref.commit[:8]}")


@command.command("protect")
@click.argument("name", shell_complete=complete_branches)
@click.option("--off", is_flag=True, help="Let it move freely again.")
@project_option
@yes_option
def protect(name: str, off: bool, project_path: Path | None, yes: bool) -> None:
    """Let the branch NAME move by checked merges only."""
    catalog = open_project_catalog(open_project(project_path))
    if off:
        confirm(f"Let unchecked data reach {name}?", yes)
    ref = catalog.protect(name, on=not off)
    click.echo(f"{ref.name} is {'protected' if ref.protected else 'not protected'}")


@command.command("delete")
@click.argument("names", nargs=-1, required=True, shell_complete=complete_branches)
@project_option
@yes_option
def delete(names: tuple[str, ...], project_path: Path | None, yes: bool) -> None:
    """Delete the branches NAMES; what no other ref holds is lost with them."""
    from phlo.catalog.resolving import keep_main

    catalog = open_project_catalog(open_project(project_path))
    refs = [catalog.ref(name) for name in names]
    for ref in refs:
        keep_main(ref.name)
        if ref.kind != "branch":
            raise InvalidInput(f"{ref.name!r} is a tag", fix=f'use "phlo tag delete {ref.name}"')
        if ref.protected:
            raise Protected(
                f"the branch {ref.name!r} is protected", fix="delete another branch; this one stays"
            )
    confirm(f"Delete {', '.join(names)}?", yes)
    for ref in refs:
        catalog.delete_ref(ref.name, incarnation=ref.incarnation)
        click.echo(f"deleted {ref.name}, which stood at {ref.commit[:8]}")
