"""The decorator that declares a check of a table, whoever made the table."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, overload

from phlo.declare._arguments import checked_choice, checked_names
from phlo.declare._collect import declared
from phlo.declare._place import declaring_place, mistake
from phlo.declare.ingestion import checked_parameters
from phlo.declare.names import checked_check_name, checked_table
from phlo.declare.rules import Rule
from phlo.declare.specs import CheckSpec

_PARAMETERS = ("lake", "table", "window")
_SEVERITIES = ("error", "warn")


@overload
def quality(
    table: str,
    rule: None = None,
    *,
    name: str | None = None,
    blocking: bool = True,
    severity: str = "error",
    monitor: bool = False,
    reads: str | Iterable[str] = (),
    description: str | None = None,
) -> Callable[[Callable[..., Any]], CheckSpec]: ...


@overload
def quality(
    table: str,
    rule: Rule,
    *,
    name: str | None = None,
    blocking: bool = True,
    severity: str = "error",
    monitor: bool = False,
    reads: str | Iterable[str] = (),
    description: str | None = None,
) -> CheckSpec: ...


def quality(  # over 40 lines: one line a setting
    table: str,
    rule: Rule | None = None,
    *,
    name: str | None = None,
    blocking: bool = True,
    severity: str = "error",
    monitor: bool = False,
    reads: str | Iterable[str] = (),
    description: str | None = None,
) -> CheckSpec | Callable[[Callable[..., Any]], CheckSpec]:
    """Declare a check of a table: above a function, or with a rule as second argument.

    The function takes ``lake`` and, if it likes, ``table`` and ``window``. It returns whether the
    table passes: True or False, or a ``phlo.CheckResult``.

    Args:
        table: The table that is judged: ``namespace.name``.
        rule: ``phlo.not_null(…)`` and so on, instead of a function.
        name: Default: the name of the function or rule.
        blocking: A failure keeps the table from main.
        severity: "error", or "warn", which never blocks.
        monitor: Run after publishing, on main; never blocks.
        reads: Other tables the function looks at.
        description: Default: the docstring.

    Raises ``DeclarationError`` with file, line and fix for a mistake.
    """
    place = declaring_place()
    checked_table(table)
    checked_choice("severity", severity, _SEVERITIES)
    others = tuple(checked_table(other) for other in checked_names("reads", reads))
    if rule is not None and not isinstance(rule, Rule):
        raise mistake(f"{rule!r} is not a rule", fix='write phlo.not_null("column")')
    blocks = blocking and severity == "error" and not monitor

    def spec_of(function: Callable[..., Any] | None, given: str, text: str) -> CheckSpec:
        spec = CheckSpec(
            table=table,
            name=checked_check_name(name or given),
            function=function,
            rule=rule,
            blocking=blocks and (rule is None or rule.blocking),
            severity="warn" if severity == "warn" else (rule.severity if rule else "error"),
            monitor=monitor,
            reads=tuple(dict.fromkeys((*others, *(rule.reads if rule else ())))),
            description=description if description is not None else text,
            parameters=checked_parameters(function, _PARAMETERS, place) if function else (),
            file=place.file,
            line=place.line,
        )
        declared(spec)
        return spec

    if rule is not None:
        return spec_of(None, rule.name, rule.description)
    return lambda function: spec_of(
        function, getattr(function, "__name__", ""), inspect.getdoc(function) or ""
    )
