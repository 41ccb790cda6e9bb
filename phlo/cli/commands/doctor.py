"""`phlo doctor`: what is wrong, and how to mend it."""

from collections.abc import Iterator
from pathlib import Path

import click

from phlo.cli.context import json_option, masked, open_project, open_project_catalog, project_option
from phlo.cli.diagnosis.finding import Finding, Health, looked
from phlo.cli.diagnosis.lake import look_at_branches, look_at_log, look_at_store, look_at_tables
from phlo.cli.diagnosis.machine import look_at_disk, look_at_versions
from phlo.cli.diagnosis.project import (
    look_at_dagster,
    look_at_dbt,
    look_at_declarations,
    look_at_settings,
)
from phlo.cli.show import show_json
from phlo.errors import NotFound, PhloError


@click.command("doctor")
@project_option
@json_option
def command(project_path: Path | None, as_json: bool) -> None:
    """Look at the project, the lake, the store, Dagster and this machine.

    Exit code 1 if something is bad.
    """
    findings = []
    for finding in examine(project_path):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        show_json(
            [
                {
                    "topic": item.topic,
                    "health": item.health,
                    "text": masked(item.text),
                    "fix": item.fix,
                }
                for item in findings
            ]
        )
    if any(finding.health == "bad" for finding in findings):
        click.get_current_context().exit(1)


def examine(project_path: Path | None) -> Iterator[Finding]:
    """Yield what is found, in the order it is looked at."""
    yield from looked("packages", look_at_versions)
    try:
        project = open_project(project_path)
    except PhloError as error:
        yield Finding("project", "bad", error.problem, error.fix)
        return
    yield from looked("project", lambda: look_at_settings(project))
    yield from looked("declarations", lambda: look_at_declarations(project))
    yield from looked("disk", lambda: look_at_disk(project.root))
    yield from looked("dagster", lambda: look_at_dagster(project))
    yield from looked("dbt", lambda: look_at_dbt(project))
    try:
        catalog = open_project_catalog(project)
    except PhloError as error:
        health: Health = "warn" if isinstance(error, NotFound) else "bad"
        yield Finding("lake", health, error.problem, error.fix)
        return
    yield from looked("store", lambda: look_at_store(project))
    yield from looked("log", lambda: look_at_log(catalog))
    yield from looked("branches", lambda: look_at_branches(project, catalog))
    yield from looked("tables", lambda: look_at_tables(catalog))


def _show(finding: Finding) -> None:
    mark = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}[finding.health]
    click.echo(f"{mark} {finding.topic:12} {masked(finding.text)}")
    if finding.fix:
        click.echo(f"     {'':12} fix: {masked(finding.fix)}")
