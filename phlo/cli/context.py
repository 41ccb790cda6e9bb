"""What commands share: the options they all take, and how they open a project's lake."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from phlo.cli.complete import complete_refs
from phlo.errors import PhloError

if TYPE_CHECKING:
    from phlo.catalog import LogCatalog
    from phlo.config import Project
    from phlo.declare import Declarations
    from phlo.engine import Lake

Command = TypeVar("Command", bound=Callable[..., Any])
_loaded: list["Project"] = []


def project_option(command: Command) -> Command:
    """Add ``--project``."""
    return click.option(
        "--project",
        "project_path",
        type=click.Path(path_type=Path),
        help="The project's folder.",
    )(command)


def ref_option(command: Command) -> Command:
    """Add ``--ref``."""
    return click.option(
        "--ref",
        default="main",
        show_default=True,
        shell_complete=complete_refs,
        help="A branch, tag, commit or name@time.",
    )(command)


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON.")(command)


def yes_option(command: Command) -> Command:
    """Add ``--yes``."""
    return click.option("--yes", "-y", is_flag=True, help="Do not ask.")(command)


def open_project(path: Path | None) -> "Project":
    """Load the project that the command or the group names, or the nearest one."""
    from phlo.config import load_project

    context = click.get_current_context(silent=True)
    root = context.find_root().obj if context else None
    named = path or (root or {}).get("project")
    project = load_project(named)
    _loaded[:] = [project]
    return project


def open_project_catalog(project: "Project") -> "LogCatalog":
    """Open the catalog of a project's lake. Raises ``NotFound`` if there is no lake yet."""
    from phlo.catalog import open_catalog

    return open_catalog(project, create=False)


def open_lake(project: "Project", ref: str) -> "Lake":
    """Open a project's lake at a ref."""
    from phlo.engine import Lake

    return Lake(open_project_catalog(project), ref, project)


def load_project_declarations(project: "Project") -> "Declarations":
    """Load the declarations; broken files are reported on stderr and left out."""
    from phlo.declare import load_declarations

    declarations = load_declarations(project)
    for error in declarations.errors:
        click.echo(f"warning: {masked(str(error))}", err=True)
    return declarations


def masked(text: str) -> str:
    """Return the text without the secrets of the project that was loaded."""
    from phlo.config.environment import mask_addresses

    return _loaded[0].environment.mask(text) if _loaded else mask_addresses(text)


def confirm(question: str, yes: bool) -> None:
    """Ask before something is deleted.

    Raises ``NeedsYes`` where nobody can answer and ``--yes`` was not given.
    """
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        raise NeedsYes(f"{question} Nobody can answer here.", fix="add --yes")
    click.confirm(question, abort=True, err=True)


class NeedsYes(PhloError):
    """A command that deletes was started where nobody can confirm it."""

    code = "needs-yes"
    http_status = 400
    exit_status = 2
