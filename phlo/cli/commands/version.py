"""`phlo version`: what runs here."""

import platform
from importlib.metadata import PackageNotFoundError, version

import click

from phlo import __version__
from phlo.cli.context import json_option
from phlo.cli.show import show_json

PACKAGES = ("dagster", "dlt", "dbt-core", "pyiceberg", "duckdb", "polars", "pyarrow", "obstore")


def versions() -> dict[str, str | None]:
    """Return the versions of phlo, Python and the packages it stands on."""
    found: dict[str, str | None] = {"phlo": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


@click.command("version")
@json_option
def command(as_json: bool) -> None:
    """Show the versions of phlo and of what it stands on."""
    found = versions()
    if as_json:
        show_json(found)
        return
    for name, number in found.items():
        click.echo(f"{name:10} {number or 'not installed'}")
