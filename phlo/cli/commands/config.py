"""`phlo config`: settings, their schema and where they stand."""

from pathlib import Path
from typing import Any

import click

from phlo.cli.context import json_option, masked, open_project, project_option
from phlo.cli.show import show_json, show_table
from phlo.config.environment import MASK, is_secret_name
from phlo.model import Json


@click.group("config")
def command() -> None:
    """Show settings and where they come from."""


@command.command("show")
@project_option
@json_option
def show(project_path: Path | None, as_json: bool) -> None:
    """Show every setting in force; secrets are masked."""
    values = settings_in_force(project_path)
    if as_json:
        show_json(values)
        return
    rows = [(name, value) for name, value in _flat(values)]
    show_table(("setting", "value"), rows)


def settings_in_force(project_path: Path | None) -> dict[str, Any]:
    """Return every setting of the project and of the process, with secrets masked."""
    from dataclasses import asdict, fields

    from phlo.config import load_runtime
    from phlo.config.runtime import as_dict

    project = open_project(project_path)
    shown = {
        item.name: getattr(project, item.name)
        for item in fields(project)
        if item.name not in {"environment", "retention"}
    }
    shown["retention"] = asdict(project.retention)
    runtime = as_dict(load_runtime(project.root, project.environment))
    masked_values: dict[str, Any] = _masked({"project": shown, "runtime": runtime}, "")
    return masked_values


def _masked(value: Json, name: str) -> Json:
    if isinstance(value, dict):
        return {key: _masked(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item, name) for item in value]
    if isinstance(value, str | Path):
        return MASK if is_secret_name(name) and str(value) else masked(str(value))
    return value


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", value))
    return rows


@command.command("schema")
@click.argument("file", type=click.Choice(["project", "runtime"]), default="project")
def schema(file: str) -> None:
    """Print the JSON schema of phlo.yaml (project) or lakehouse.toml (runtime)."""
    from phlo.config.project import project_schema
    from phlo.config.runtime import runtime_schema

    show_json(project_schema() if file == "project" else runtime_schema())


@command.command("path")
@project_option
def path(project_path: Path | None) -> None:
    """Print the path of phlo.yaml."""
    click.echo(open_project(project_path).file)
