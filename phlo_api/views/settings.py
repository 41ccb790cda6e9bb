"""Settings with their schemas, and the project as it was resolved; secrets are masked."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from phlo.config import project_schema
from phlo.config.environment import MASK, Environment, is_secret_name
from phlo.config.given import given_settings
from phlo.config.runtime import runtime_schema
from phlo_api.dagster_values import jsonable
from phlo_api.schemas import system as wire
from phlo_api.state import Api


def list_all(api: Api) -> wire.Settings:
    """Return every setting with its value, default and schema."""
    schemas = {"phlo.yaml": project_schema(), "lakehouse.toml": runtime_schema()}
    mine = config(api)
    values = {"phlo.yaml": mine.project, "lakehouse.toml": mine.runtime}
    given = given_settings(api.project.root, api.project.environment)
    items = [
        item
        for file, schema in schemas.items()
        for item in _settings(file, schema, values[file], given[file])
    ]
    return wire.Settings(items=items, schemas=schemas)


def _settings(
    file: str,
    schema: Mapping[str, Any],
    values: Mapping[str, Any],
    given: Collection[str],
    path: str = "",
) -> Iterator[wire.Setting]:
    for name, found in schema["properties"].items():
        value = values.get(name)
        if found.get("properties"):
            yield from _settings(file, found, value or {}, given, f"{path}{name}.")
            continue
        default = found.get("default")
        yield wire.Setting.model_validate(
            {
                "name": f"{path}{name}",
                "value": value,
                "default": default,
                "description": found.get("description", ""),
                "file": file,
                "set": f"{path}{name}" in given,
            }
        )


def config(api: Api) -> wire.Config:
    """Return the project as it was resolved."""
    project = {
        item.name: getattr(api.project, item.name)
        for item in dataclasses.fields(api.project)
        if item.name != "environment"
    }
    environment = api.project.environment
    return wire.Config(
        project=masked(project, environment), runtime=masked(api.runtime, environment)
    )


def masked(value: Any, environment: Environment) -> Any:  # noqa: ANN401 - settings of any shape
    """Return settings as JSON, without any secret."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {
            str(name): MASK if is_secret_name(str(name)) and part else masked(part, environment)
            for name, part in value.items()
        }
    if isinstance(value, str | Path):
        return environment.mask(str(value))
    if isinstance(value, list | tuple):
        return [masked(part, environment) for part in value]
    return jsonable(value)
