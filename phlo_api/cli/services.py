"""Start, stop and look at the processes of a project."""

from pathlib import Path
from typing import Any

import click

from phlo.cli.context import json_option, open_project, project_option
from phlo.cli.show import note, show_json, show_table


@click.group("services")
def command() -> None:
    """Start, stop and look at the processes of a project."""


@command.command("start")
@click.option("--port", type=click.IntRange(1, 65535), help="The port of the API.")
@click.option("--daemon/--no-daemon", default=True, help="Start Dagster's daemon too.")
@project_option
def start(port: int | None, daemon: bool, project_path: Path | None) -> int:
    """Start the API with Observatory, and Dagster's daemon, in the background."""
    project = open_project(project_path)
    from phlo.config import load_runtime
    from phlo_api.serving import serving_of
    from phlo_api.starting import start_api, start_daemon

    settings = load_runtime(project.root, project.environment).api
    serving_of(settings)
    started = start_api(project, settings, port=port)
    for line in started.moved:
        note(line)
    if daemon:
        start_daemon(project)
    word = "runs" if started.is_new else "runs already"
    addresses = started.process.addresses
    click.echo(f"phlo {word}: {addresses[1] if len(addresses) > 1 else addresses[0]}")
    click.echo(f"  API         {addresses[0]}")
    click.echo(f"  Dagster UI  {addresses[0]}/dagster/")
    click.echo(f"  log         {started.process.log}")
    click.echo('stop it with "phlo services stop"')
    return 0


@command.command("stop")
@project_option
def stop(project_path: Path | None) -> int:
    """Stop what was started, and all that came of it."""
    project = open_project(project_path)
    from phlo_api.starting import stop_all

    stopped = stop_all(project, said=lambda name: click.echo(f"stopping {name} …"))
    click.echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    return 0


@command.command("status")
@json_option
@project_option
def status(as_json: bool, project_path: Path | None) -> int:
    """Show what runs, where it answers, since when, and its log."""
    project = open_project(project_path)
    from phlo_api.starting import NAMES, pidfile

    rows: list[dict[str, Any]] = []
    for name in NAMES:
        process = pidfile(project, name).read()
        alive = process is not None and process.is_alive
        rows.append(
            {
                "service": name,
                "state": "running" if alive else "stopped",
                "pid": process.pid if process and alive else None,
                "addresses": list(process.addresses) if process and alive else [],
                "started_at": process.started_at.isoformat() if process and alive else None,
                "log": process.log if process else None,
            }
        )
    if as_json:
        show_json(rows)
        return 0
    show_table(
        ("service", "state", "pid", "addresses", "log"),
        [(r["service"], r["state"], r["pid"], " ".join(r["addresses"]), r["log"]) for r in rows],
    )
    return 0
