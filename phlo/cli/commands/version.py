"""`phlo version`: what runs here."""

import click

from phlo.cli.context import json_option
from phlo.cli.show import show_json
from phlo.cli.versions import versions


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
