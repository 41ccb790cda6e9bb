"""phlo: a git-like lakehouse in one folder.

The names below are loaded when they are first used, so that ``import phlo`` costs next to nothing.
"""

import importlib
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phlo.config import Project, load_project
    from phlo.declare import (
        CheckSpec,
        Declarations,
        FileSource,
        IngestionSpec,
        Partitioning,
        Rule,
        Window,
        accepted,
        between,
        csv,
        custom,
        daily,
        fresh_within,
        hourly,
        ingestion,
        load_declarations,
        matches,
        not_null,
        parquet,
        quality,
        row_count,
        secret,
        sql,
        static,
        unique,
    )
    from phlo.engine import Lake, connect
    from phlo.errors import PhloError
    from phlo.model import CheckResult
    from phlo.quality.operands import reconciles

__version__ = "0.1.0"

_HOMES = {
    "phlo.config": ("Project", "load_project"),
    "phlo.declare": (
        "CheckSpec",
        "Declarations",
        "FileSource",
        "IngestionSpec",
        "Partitioning",
        "Rule",
        "Window",
        "accepted",
        "between",
        "csv",
        "custom",
        "daily",
        "fresh_within",
        "hourly",
        "ingestion",
        "load_declarations",
        "matches",
        "not_null",
        "parquet",
        "row_count",
        "secret",
        "sql",
        "static",
        "unique",
    ),
    "phlo.engine": ("Lake", "connect"),
    "phlo.errors": ("PhloError",),
    "phlo.model": ("CheckResult",),
    "phlo.quality.operands": ("reconciles",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "CheckResult",
    "CheckSpec",
    "Declarations",
    "FileSource",
    "IngestionSpec",
    "Lake",
    "Partitioning",
    "PhloError",
    "Project",
    "Rule",
    "Window",
    "__version__",
    "accepted",
    "between",
    "connect",
    "csv",
    "custom",
    "daily",
    "fresh_within",
    "hourly",
    "ingestion",
    "load_declarations",
    "load_project",
    "matches",
    "not_null",
    "parquet",
    "quality",
    "reconciles",
    "row_count",
    "secret",
    "sql",
    "static",
    "unique",
]


def __getattr__(name: str) -> object:
    if name == "quality":  # the room itself, which is also the decorator: see phlo/quality
        return importlib.import_module("phlo.quality")
    home = _HOME_OF.get(name)
    if home is None:
        near = get_close_matches(name, __all__, n=1)
        hint = f"; did you mean phlo.{near[0]}?" if near else ""
        raise AttributeError(f"phlo has no {name!r}{hint}", name=name)
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
