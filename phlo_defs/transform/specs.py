"""What Dagster knows of each model before anything runs: assets, checks, columns."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from phlo.errors import DeclarationError
from phlo.model import Key, key_text
from phlo_defs.transform.models import Model, Models, ModelTest

_TAG = re.compile(r"[A-Za-z0-9_.\-]{1,63}\Z")
_AUTOMATION = {
    "eager": lambda: (
        dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
    ),
    "missing": dg.AutomationCondition.on_missing,
}


def asset_specs(models: Models) -> list[dg.AssetSpec]:
    """Return one asset for each model, snapshot and seed: key [schema, name]."""
    return [_asset(model) for model in models.models]


def check_specs(models: Models) -> list[dg.AssetCheckSpec]:
    """Return one check for each data test; a test of severity warn does not block."""
    return [_check(model, test) for model in models.models for test in model.tests]


def _asset(model: Model) -> dg.AssetSpec:
    settings = _settings(model)
    return dg.AssetSpec(
        key=dg.AssetKey(list(model.key)),
        deps=[dg.AssetKey(list(key)) for key in model.upstream],
        description=model.description or None,
        group_name=settings.get("group") or model.key[0],
        kinds={"dbt", "duckdb", "view" if model.materialized == "view" else "iceberg"},
        tags=dict(_tags(model)),
        owners=_owners(model, settings),
        automation_condition=_automation(model, settings),
        code_version=model.version or None,
        metadata={
            "dagster/table_name": key_text(model.key),
            "dagster/column_schema": column_schema(model, {}),
            "dbt/materialized": model.materialized,
            "dbt/path": model.path,
            "dbt/unique_id": model.unique_id,
        },
    )


def column_schema(model: Model, types: Mapping[str, str]) -> dg.TableSchema:
    """Return the columns as described, with the given types over the described ones."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                type=types.get(column.name) or column.data_type or "string",
                description=column.description or None,
            )
            for column in model.columns
        ]
    )


def _check(model: Model, test: ModelTest) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=test.name,
        asset=dg.AssetKey(list(model.key)),
        description=test.description,
        blocking=test.blocking,
        metadata={"dbt/unique_id": test.unique_id},
    )


def _settings(model: Model) -> Mapping[str, Any]:
    """Return what the model's `meta: {phlo: …}` says for Dagster: group, owners, automation."""
    settings = model.meta.get("phlo") or {}
    if not isinstance(settings, dict):
        raise DeclarationError(
            f"{model.path}: meta.phlo of {key_text(model.key)} is {settings!r}",
            fix='write a mapping, for example "meta: {phlo: {group: departures}}"',
        )
    return settings


def _tags(model: Model) -> Iterator[tuple[str, str]]:
    for tag in model.tags:
        name, _, value = tag.partition(":")
        if _TAG.match(name) and (not value or _TAG.match(value)):
            yield name, value


def _owners(model: Model, settings: Mapping[str, Any]) -> list[str]:
    named = settings.get("owners") or ([model.owner] if model.owner else [])
    owners = [named] if isinstance(named, str) else list(named)
    return [owner if "@" in owner or ":" in owner else f"team:{owner}" for owner in owners]


def _automation(model: Model, settings: Mapping[str, Any]) -> dg.AutomationCondition[Any] | None:
    wanted = settings.get("automation")
    if wanted is None:
        return None
    if wanted in _AUTOMATION:
        return _AUTOMATION[wanted]()
    try:
        return dg.AutomationCondition.on_cron(wanted)
    except dg.DagsterError as error:
        raise DeclarationError(
            f"{model.path}: automation {wanted!r} of {key_text(model.key)} is not known: {error}",
            fix=f"use {', '.join(_AUTOMATION)} or a cron expression",
        ) from error


def keys_of(assets: Iterator[dg.AssetKey] | set[dg.AssetKey]) -> set[Key]:
    """Return the catalog's keys of Dagster's."""
    return {tuple(asset.path) for asset in assets}
