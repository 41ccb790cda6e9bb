"""`phlo catalog relocate` and `repair`: mending a lake that was moved or lost power."""

from pathlib import Path

import click

from phlo.cli.context import confirm, open_project, project_option, yes_option


@click.command("relocate")
@project_option
@yes_option
def relocate_command(project_path: Path | None, yes: bool) -> None:
    """Record that the lake was moved to where the project says it is."""
    from phlo.catalog import open_catalog

    project = open_project(project_path)
    confirm(f"Was the lake moved to {project.lake}, and is the old place no longer used?", yes)
    catalog = open_catalog(project, create=False, relocate=True)
    click.echo(f"the lake lies at {catalog.root}")


@click.command("repair")
@project_option
@yes_option
def repair_command(project_path: Path | None, yes: bool) -> None:
    """Void the newest log entry if it is torn; nothing that can be read is changed."""
    from phlo.catalog.repair import repair_tail
    from phlo.store import open_store

    project = open_project(project_path)
    confirm("Has every process that writes to this lake been stopped?", yes)
    number = repair_tail(open_store(project), author=project.author)
    click.echo(f"voided the torn entry {number}" if number else "the log is whole")
