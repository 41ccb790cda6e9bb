"""How long a user waits before phlo does anything: help, status, import, definitions."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from harness import Result, main, result

ROOT = Path(__file__).resolve().parent.parent
PHLO = str(Path(sys.executable).with_name("phlo"))
TIMED = """
import sys, time
started = time.perf_counter()
{body}
print(time.perf_counter() - started)
"""
LOADED = """
import sys
before = set(sys.modules)
import phlo_defs.definitions
ours = ("phlo", "phlo_defs")
print("\\n".join(m for m in sys.modules if m.split(".")[0] not in ours and m not in before))
"""
OWN = """
import importlib, sys, time
for name in {names!r}:
    try:
        importlib.import_module(name)
    except Exception:
        pass
started = time.perf_counter()
import phlo_defs.definitions as found
found.defs.get_repository_def() if hasattr(found.defs, "get_repository_def") else found.defs
print(time.perf_counter() - started)
"""


def environment() -> dict[str, str]:
    """Return the environment of a user in this project, with bytecode allowed."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PHLO_PROJECT": str(ROOT), "NO_COLOR": "1"}


def output(*command: str) -> str:
    """Run a command in the project and return what it prints."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    return done.stdout


def wall(*command: str) -> float:
    """Return the wall seconds of one command."""
    started = time.perf_counter()
    output(*command)
    return time.perf_counter() - started


def python(code: str) -> str:
    """Run code in a fresh interpreter."""
    return output(sys.executable, "-c", code)


def repeated(measure: object, times: int) -> list[float]:
    """Measure several times, after one round that nobody counts."""
    measure()
    return [float(measure()) for _ in range(times)]


def own_seconds(names: list[str]) -> float:
    """Time the load of the definitions once everything of third parties is imported."""
    return float(python(OWN.format(names=names)).split()[-1])


def run(quick: bool) -> list[Result]:
    """Measure each in fresh processes; figures are medians."""
    times = 3 if quick else 9
    names = python(LOADED).split()
    figures = {
        "help_s": (repeated(lambda: wall(PHLO, "--help"), times), "<= 0.25"),
        "status_s": (repeated(lambda: wall(PHLO, "status"), times), "<= 2.5"),
        "import_s": (
            repeated(lambda: python(TIMED.format(body="import phlo")).split()[-1], times),
            "<= 0.15",
        ),
        "definitions_own_s": (repeated(lambda: own_seconds(names), min(times, 5)), "<= 1"),
    }
    return [
        result(name, statistics.median(values), "s", must, f"of {len(values)} processes")
        for name, (values, must) in figures.items()
    ]


if __name__ == "__main__":
    sys.exit(main("startup", run))
