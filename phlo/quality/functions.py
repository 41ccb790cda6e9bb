"""Checks that are functions of the user's."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

from phlo.declare.partitions import Window
from phlo.errors import InvalidInput
from phlo.model import CheckResult, Json

if TYPE_CHECKING:
    from phlo.engine import Lake


def run_function(
    function: Callable[..., object],
    lake: "Lake",
    table: str,
    window: Window | None,
    name: str,
) -> CheckResult:
    """Call a check function with what it asks for, and read its answer."""
    offered = {"lake": lake, "table": table, "window": window or Window()}
    wanted = inspect.signature(function).parameters
    named = {key: value for key, value in offered.items() if key in wanted}
    first = [] if named or not wanted else [lake]  # custom(lambda lk: …)
    answer = function(*first, **named)
    if isinstance(answer, CheckResult):
        return answer
    passed = _as_bool(answer)
    if passed is None:
        raise InvalidInput(
            f"the check {name} returned {type(answer).__name__}, not whether the table passes",
            fix="return True, False or a phlo.CheckResult",
        )
    message = "the function says it passes" if passed else "the function says it fails"
    return CheckResult(table=table, check=name, passed=passed, measured=passed, message=message)


def _as_bool(answer: Json) -> bool | None:
    if isinstance(answer, bool):
        return answer
    return bool(answer) if type(answer).__name__ in {"bool_", "BooleanScalar"} else None
