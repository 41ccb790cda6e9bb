"""DuckDB over the tables of a lake: sessions, the notebook face, the guard and its workers."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phlo.engine.lake import Lake, LakeTable, connect
    from phlo.engine.results import Result
    from phlo.engine.session import Session

_HOMES = {
    "Lake": "phlo.engine.lake",
    "LakeTable": "phlo.engine.lake",
    "Result": "phlo.engine.results",
    "Session": "phlo.engine.session",
    "connect": "phlo.engine.lake",
}

__all__ = ["Lake", "LakeTable", "Result", "Session", "connect"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
