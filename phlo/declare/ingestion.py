"""The decorator that declares a table and how its rows come in."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from phlo.declare._arguments import (
    Pandera,
    checked_choice,
    checked_count,
    checked_names,
    checked_schema,
    checked_tags,
    checked_text,
)
from phlo.declare._collect import declared
from phlo.declare._place import Place, declaring_place, mistake
from phlo.declare.cron import checked_cron
from phlo.declare.durations import checked_duration
from phlo.declare.names import checked_column, checked_columns, checked_table
from phlo.declare.partitions import Partitioning
from phlo.declare.rules import Rule
from phlo.declare.specs import IngestionSpec

_PARAMETERS = ("window", "lake")
_WRITES = ("append", "merge", "replace")
_AUTOMATIONS = ("eager", "on_missing", "on_cron")


def ingestion(  # over 40 lines: one line a setting, to take it and to check it
    *,
    table: str,
    key: str | Iterable[str] = (),
    write: str | None = None,
    schema: Pandera = None,
    partition: Partitioning | None = None,
    checks: Iterable[Rule] = (),
    schedule: str | None = None,
    cursor: str | None = None,
    depends: str | Iterable[str] = (),
    group: str | None = None,
    owners: str | Iterable[str] = (),
    tags: Mapping[str, str] | Iterable[str] = (),
    kinds: str | Iterable[str] = (),
    description: str | None = None,
    freshness: str | timedelta | None = None,
    automation: str | None = None,
    retries: int | None = None,
    pool: str | None = None,
    on_new_files: str | None = None,
) -> Callable[[Callable[..., Any]], IngestionSpec]:
    """Declare a table that a function fills.

    The function takes nothing, or ``window`` (what the run is about) and ``lake`` (to read other
    tables). It returns or yields rows, Arrow, Polars, a DuckDB relation, ``phlo.csv(…)``,
    ``phlo.parquet(…)`` or any dlt source.

    Args:
        table: ``namespace.name``, for example ``raw.flights``.
        key: The columns that identify a row; needed to merge.
        write: "append" adds rows, "merge" replaces those of equal key, "replace" the whole table
            or the partition. Default: "merge" with a key, else "append".
        schema: A pandera schema or model for Polars; every row must pass it.
        partition: ``phlo.daily``, ``phlo.hourly`` or ``phlo.static``.
        checks: Rules the table must hold before it reaches main.
        schedule: A cron line in the zone of the partition or project.
        cursor: The column whose highest value says how far the load has come.
        depends: Tables the function reads.
        group: Where the asset is shown; default: the namespace.
        owners: Addresses or ``team:name``.
        tags: Labels, as a mapping or names.
        kinds: What the asset is made of, for example "csv".
        description: Default: the docstring.
        freshness: How old the table may grow: ``"26h"``.
        automation: "eager", "on_missing" or "on_cron" (with a schedule).
        retries: Tries after a transient failure.
        pool: Loads of one pool wait for each other.
        on_new_files: A glob; new files below it start a load.

    Raises ``DeclarationError`` with file, line and fix for a mistake.
    """
    place = declaring_place()
    keys = checked_columns(key, "key")
    mode = checked_choice("write", write or ("merge" if keys else "append"), _WRITES)
    cron = checked_cron(schedule) if schedule is not None else None
    settings: dict[str, Any] = {
        "table": checked_table(table),
        "key": keys,
        "write": mode,
        "schema": checked_schema(schema),
        "partition": _checked_partition(partition),
        "checks": _checked_rules(checks),
        "schedule": cron,
        "cursor": checked_column(cursor, "cursor") if cursor is not None else None,
        "depends": tuple(checked_table(name) for name in checked_names("depends", depends)),
        "group": checked_text("group", group),
        "owners": _checked_owners(owners),
        "tags": checked_tags(tags),
        "kinds": checked_names("kinds", kinds),
        "freshness": checked_duration(freshness, "freshness") if freshness is not None else None,
        "automation": _checked_automation(automation, cron),
        "retries": checked_count("retries", retries, most=20),
        "pool": checked_text("pool", pool),
        "on_new_files": checked_text("on_new_files", on_new_files),
    }
    _check_together(settings)

    def declare(function: Callable[..., Any]) -> IngestionSpec:
        parameters = checked_parameters(function, _PARAMETERS, place)
        text = description if description is not None else inspect.getdoc(function) or ""
        spec = IngestionSpec(
            function=function,
            description=text,
            parameters=parameters,
            file=place.file,
            line=place.line,
            **settings,
        )
        declared(spec)
        return spec

    return declare


def checked_parameters(function: object, allowed: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """Return the names of a function's parameters, if phlo knows what to pass for each."""
    if not callable(function):
        raise mistake(
            f"{function!r} is not a function", fix="put the decorator above a def", place=place
        )
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise mistake("an async function cannot be run here", fix="drop async", place=place)
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name in allowed:
            found.append(name)
        elif parameter.default is parameter.empty and parameter.kind not in {
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        }:
            raise mistake(
                f"the parameter {name!r} of {getattr(function, '__name__', 'the function')} has "
                "no value",
                fix=f"name it {' or '.join(allowed)}, or give it a default",
                place=place,
            )
    return tuple(found)


def _checked_partition(partition: object) -> Partitioning | None:
    if partition is not None and not isinstance(partition, Partitioning):
        raise mistake(
            f"partition={partition!r} is not a partition",
            fix='write partition=phlo.daily("column", start="2013-01-01")',
        )
    return partition


def _checked_rules(checks: object) -> tuple[Rule, ...]:
    listed = (checks,) if isinstance(checks, Rule) else checks
    if not isinstance(listed, list | tuple) or not all(isinstance(rule, Rule) for rule in listed):
        raise mistake(
            f"checks={checks!r} is not a list of rules",
            fix='write checks=[phlo.not_null("column"), …]',
        )
    seen: dict[str, Rule] = {}
    for rule in listed:
        if rule.name in seen:
            raise mistake(
                f"two checks are named {rule.name!r}, on lines {seen[rule.name].place.line} and "
                f"{rule.place.line}",
                fix='give one of them name="…"',
            )
        seen[rule.name] = rule
    return tuple(listed)


def _checked_owners(owners: str | Iterable[str]) -> tuple[str, ...]:
    found = checked_names("owners", owners)
    for owner in found:
        if "@" not in owner and not owner.startswith("team:"):
            raise mistake(
                f"the owner {owner!r} is neither an address nor a team",
                fix=f"write 'name@example.org' or 'team:{owner}'",
            )
    return found


def _checked_automation(automation: str | None, schedule: str | None) -> str | None:
    if automation is None:
        return None
    mode = checked_choice("automation", automation, _AUTOMATIONS)
    if mode == "on_cron" and schedule is None:
        raise mistake('automation="on_cron" has no schedule', fix='add schedule="0 5 * * *"')
    return mode


def _check_together(settings: Mapping[str, Any]) -> None:
    table = settings["table"]
    if settings["write"] == "merge" and not settings["key"]:
        raise mistake(
            f'{table} has write="merge" but no key to tell rows apart',
            fix='add key=("column", …), or use write="append" or "replace"',
        )
    if settings["cursor"] and settings["write"] == "replace":
        raise mistake(
            f'{table} has a cursor, but write="replace" forgets the rows before it',
            fix='use write="merge" or "append", or drop cursor=',
        )
    if table in settings["depends"]:
        raise mistake(f"{table} depends on itself", fix="drop it from depends=")
    _check_columns(settings)


def _check_columns(settings: Mapping[str, Any]) -> None:
    from phlo.declare._arguments import schema_columns

    known = schema_columns(settings["schema"])
    if known is None:
        return
    partition = settings["partition"]
    wanted = [("key", name) for name in settings["key"]]
    wanted += [("cursor", settings["cursor"])] if settings["cursor"] else []
    wanted += [("partition", partition.column)] if partition else []
    wanted += [(rule.name, name) for rule in settings["checks"] for name in rule.columns]
    for what, name in wanted:
        if name not in known and not name.startswith("_phlo_"):
            from phlo.declare._place import nearest

            raise mistake(
                f"{what} names {name!r}, which the schema lacks", fix=nearest(name, known)
            )
