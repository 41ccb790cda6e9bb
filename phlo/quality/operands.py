"""Reconciliation as users write it: a rule in ``checks=``, a result inside a function."""

from typing import TYPE_CHECKING, Unpack, overload

from phlo.declare import build_rules
from phlo.declare.build_rules import RuleOptions
from phlo.declare.rules import Rule, operand_table
from phlo.errors import InvalidInput
from phlo.model import CheckResult

if TYPE_CHECKING:
    from phlo.engine import Lake


@overload
def reconciles(
    left: str,
    right: str,
    lake: "Lake",
    *,
    tolerance: float = 0.0,
    relative: bool = False,
    **options: Unpack[RuleOptions],
) -> CheckResult: ...


@overload
def reconciles(
    left: str,
    right: str | None = None,
    lake: None = None,
    *,
    tolerance: float = 0.0,
    relative: bool = False,
    **options: Unpack[RuleOptions],
) -> Rule: ...


def reconciles(
    left: str,
    right: str | None = None,
    lake: "Lake | None" = None,
    *,
    tolerance: float = 0.0,
    relative: bool = False,
    **options: Unpack[RuleOptions],
) -> Rule | CheckResult:
    """Compare two numbers: with a lake at once, without one as a rule for ``checks=``.

    Each side is ``namespace.table`` (its number of rows), ``namespace.table.column`` (the sum of
    the column) or a select statement that returns one number. With one side only, the checked
    table's number of rows is compared with it. ``tolerance`` is the difference that passes, as a
    share of the larger number if ``relative``.
    """
    rule = build_rules.reconciles(left, right, tolerance=tolerance, relative=relative, **options)
    if lake is None:
        return rule
    if right is None:
        raise InvalidInput(
            f"reconciles({left!r}, lake) has one side only", fix="name both sides before the lake"
        )
    from phlo.quality.run import run_check

    result = run_check(rule, lake, operand_table(left) or left)
    if result.metadata.get("status") == "error":
        raise InvalidInput(result.message, fix=str(result.metadata["fix"]))
    return result
