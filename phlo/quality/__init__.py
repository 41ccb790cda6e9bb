"""Quality: rules become results. The room itself is the decorator ``@phlo.quality(…)``."""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from phlo.declare.quality import quality

if TYPE_CHECKING:
    from phlo.quality.checks import checks_of
    from phlo.quality.gate import checked_merge
    from phlo.quality.operands import reconciles
    from phlo.quality.run import run_check, run_checks

__all__ = ["checked_merge", "checks_of", "quality", "reconciles", "run_check", "run_checks"]

_HOME_OF = {
    "checked_merge": "phlo.quality.gate",
    "checks_of": "phlo.quality.checks",
    "reconciles": "phlo.quality.operands",
    "run_check": "phlo.quality.run",
    "run_checks": "phlo.quality.run",
}


class _CallableRoom(ModuleType):
    """A module that can be called: ``phlo.quality`` names both the room and the decorator."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        return quality(*args, **kwargs)  # type: ignore[call-overload]  # as the decorator checks


sys.modules[__name__].__class__ = _CallableRoom


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"phlo.quality has no {name!r}", name=name)
    return getattr(importlib.import_module(home), name)
