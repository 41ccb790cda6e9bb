"""JSON schema of a settings dataclass, generated from its fields."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

Hint = Any  # an annotation or a dataclass; typing has no type for it
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema_of(kind: Hint, *, title: str) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a settings dataclass."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_object(kind),
    }


def _object(kind: Hint) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    required = [
        item.name
        for item in fields
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]
    found: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {item.name: _property(item, hints[item.name]) for item in fields},
    }
    return {**found, "required": required} if required else found


def _property(item: dataclasses.Field[Any], hint: Hint) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if text := item.metadata.get("help"):
        found["description"] = text
    if dataclasses.is_dataclass(hint):
        return {**found, **_object(hint)}
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    origin: Hint = typing.get_origin(hint) or hint
    found["type"] = "object" if origin is Mapping else _TYPES.get(origin, "object")
    if choices := item.metadata.get("choices"):
        found["enum"] = list(choices)
    if (least := item.metadata.get("least")) is not None:
        found["minimum"] = least
    if item.default is not dataclasses.MISSING and not isinstance(item.default, Mapping):
        found["default"] = item.default
    return found
