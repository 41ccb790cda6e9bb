"""Checks of the arguments that several decorators share."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from phlo.declare._place import mistake, nearest

Pandera = Any  # a schema or model; pandera is not imported here
_TAG = re.compile(r"[A-Za-z0-9_.-]{1,63}\Z")


def checked_choice(what: str, value: object, choices: tuple[str, ...]) -> str:
    """Return the value if it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise mistake(f"{what}={value!r} is not known", fix=nearest(str(value), choices))
    return value


def checked_text(what: str, value: object) -> str | None:
    """Return the value if it is text that says something, or None."""
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise mistake(f"{what}={value!r} is not text", fix=f'write {what}="…" or leave it out')
    return value


def checked_names(what: str, value: str | Iterable[str]) -> tuple[str, ...]:
    """Return names as a tuple; one name may stand alone."""
    listed = (value,) if isinstance(value, str) else value
    if not isinstance(listed, list | tuple | set | frozenset) or not all(
        isinstance(name, str) and name.strip() for name in listed
    ):
        raise mistake(f"{what}={value!r} is not a list of names", fix=f'write {what}=["…"]')
    return tuple(listed)


def checked_count(what: str, value: object, *, most: int) -> int | None:
    """Return the value if it is a number from zero to ``most``, or None."""
    if value is not None and (type(value) is not int or not 0 <= value <= most):
        raise mistake(f"{what}={value!r} is not a number", fix=f"give {what} as 0 to {most}")
    return value


def checked_tags(tags: Mapping[str, str] | Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return tags as sorted pairs; a name without value has the empty one."""
    pairs = tags if isinstance(tags, Mapping) else dict.fromkeys(checked_names("tags", tags), "")
    for name, value in pairs.items():
        if not isinstance(name, str) or not _TAG.match(name):
            raise mistake(
                f"the tag {name!r} is not a name",
                fix="use up to 63 letters, digits, dots, - and _",
            )
        if not isinstance(value, str) or (value and not _TAG.match(value)):
            raise mistake(
                f"the tag {name!r} has the value {value!r}",
                fix="use up to 63 letters, digits, dots, - and _",
            )
    return tuple(sorted(pairs.items()))


def checked_schema(schema: Pandera) -> Pandera:
    """Return the schema if it is a pandera one for Polars, or None."""
    if schema is None:
        return None
    if not (hasattr(schema, "validate") and (hasattr(schema, "to_schema") or _is_frame(schema))):
        raise mistake(
            f"schema={schema!r} is not a pandera schema",
            fix="use a pandera.polars.DataFrameModel or DataFrameSchema",
        )
    modules = {
        item.__module__ for item in (schema if isinstance(schema, type) else type(schema)).__mro__
    }
    if any("pandera.api.pandas" in module for module in modules):
        raise mistake(
            "schema= is a pandera schema for pandas",
            fix="import pandera.polars, not pandera.pandas",
        )
    return schema


def _is_frame(schema: object) -> bool:
    return hasattr(schema, "columns") and hasattr(schema, "dtypes")


def schema_columns(schema: Pandera) -> tuple[str, ...] | None:
    """Return the columns of a strict schema; None where rows may have others."""
    if schema is None:
        return None
    frame = schema.to_schema() if hasattr(schema, "to_schema") else schema
    return tuple(frame.columns) if getattr(frame, "strict", False) is True else None
