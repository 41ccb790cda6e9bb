"""`phlo init`: a project that runs, and its lake."""

import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from phlo.cli.context import json_option
from phlo.cli.show import note, show_json
from phlo.errors import NotFound, PhloError

_TEMPLATES = {"minimal": "one table with generated rows", "csv": "one table from CSV files"}
_RENAMED = {"gitignore": ".gitignore"}


class ProjectExists(PhloError):
    """There is something already where a project shall be made."""

    code = "project-exists"
    http_status = 409
    exit_status = 4


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--name", help="The name of the project; default: that of the folder.")
@click.option(
    "--template",
    type=click.Choice(sorted(_TEMPLATES)),
    default="minimal",
    show_default=True,
    help="; ".join(f"{name}: {what}" for name, what in _TEMPLATES.items()) + ".",
)
@click.option("--lake", help="Where the lake lies: a folder, or s3://bucket/prefix.")
@json_option
def command(folder: Path, name: str | None, template: str, lake: str | None, as_json: bool) -> None:
    """Make a project in FOLDER (default: here), its lake and the branch dev.

    Files that are there already are kept; a project without a lake gets one. The models of a dbt
    project in the folder are parsed, so that the first load need not do it.
    """
    root = folder.expanduser().resolve()
    if (root / "phlo.yaml").exists():
        if lake is not None:
            raise ProjectExists(
                f"{root} is a phlo project already",
                fix=f"write lake: {lake} into its phlo.yaml, then run phlo init without --lake",
            )
        _make_missing_lake(root, folder)
        return
    if root.exists() and not root.is_dir():
        raise ProjectExists(f"{root} is a file", fix="name a folder")
    written = _write_files(root, template, name or _name_of(root))
    if lake is not None:
        _set_lake(root / "phlo.yaml", lake)
    _make_lake(root)
    if as_json:
        _make_ready(root)
        show_json({"project": str(root), "files": written})
        return
    for file in written:
        click.echo(f"  {file}")
    click.echo(f"made {root.name} with a lake and the branches main and dev; next:")
    if root != Path.cwd():
        click.echo(f"  cd {folder}")
    click.echo("  phlo materialize")
    _make_ready(root)


def _make_missing_lake(root: Path, folder: Path) -> None:
    """Give a project that was cloned its lake."""
    from phlo.cli.context import open_project, open_project_catalog

    try:
        open_project_catalog(open_project(root))
    except NotFound:
        _make_lake(root)
        click.echo(f"{root.name} is a project already; made its lake and the branches main and dev")
        _make_ready(root)
        return
    raise ProjectExists(
        f"{root} is a phlo project with a lake already",
        fix=f'go on with "phlo doctor --project {folder}"',
    )


def _make_ready(root: Path) -> None:
    """Let other packages prepare what is in the folder, such as the models of dbt."""
    from phlo.config import load_project
    from phlo.discovery import find_plugins

    project = load_project(root)
    for plugin in find_plugins("phlo.init"):
        plugin.load()(project, note)


def _name_of(root: Path) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", root.name).strip("-0123456789") or "lakehouse"


def _write_files(root: Path, template: str, name: str) -> list[str]:
    templates = files("phlo.cli") / "templates"
    written = []
    for part in ("common", template):
        for path, source in _walk(templates / part):
            target = root / _target(path)
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8")
            plain = target.suffix in {".py", ".csv"}
            target.write_text(text if plain else text.replace("{name}", name), encoding="utf-8")
            written.append(str(target.relative_to(root)))
    return sorted(written)


def _set_lake(file: Path, lake: str) -> None:
    with file.open("a", encoding="utf-8") as text:
        text.write(f"lake: {json.dumps(lake)}\n")  # JSON quotes as YAML does


def _target(path: str) -> Path:
    name = Path(path).name.removesuffix(".txt")  # a template of Python is not our own Python
    return Path(path).with_name(_RENAMED.get(name, name))


def _walk(folder: Traversable, prefix: str = "") -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            found += _walk(item, f"{prefix}{item.name}/")
        else:
            found.append((f"{prefix}{item.name}", item))
    return found


def _make_lake(root: Path) -> None:
    from phlo.catalog import open_catalog
    from phlo.config import load_project

    project = load_project(root)
    catalog = open_catalog(project)
    if "dev" not in {ref.name for ref in catalog.refs()}:
        catalog.create_branch("dev")
