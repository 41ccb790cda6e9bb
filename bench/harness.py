"""What the benches share: results and their bounds, the machine, fair timing, two outputs."""

import argparse
import datetime
import json
import os
import platform
import signal
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

Bound = Literal[">=", "<=", "<"]


@dataclass(frozen=True)
class Result:
    """One figure: ``must`` is its bound as text (empty: a figure only), ``holds`` None without."""

    name: str
    value: float
    unit: str
    must: str = ""
    holds: bool | None = None
    note: str = ""


def result(name: str, value: float, unit: str, must: str = "", note: str = "") -> Result:
    """Build a result and judge it against its bound, such as ``">= 1.2"``."""
    holds: bool | None = None
    if must:
        sign, bound = must.split()
        limit = float(bound)
        holds = {">=": value >= limit, "<=": value <= limit, "<": value < limit}[sign]
    return Result(name, round(value, 4), unit, must, holds, note)


def interleaved(
    sides: Mapping[str, Callable[[], object]], *, rounds: int
) -> dict[str, list[float]]:
    """Time each side once a round, in turn, so that noise of the machine meets all alike.

    Returns wall seconds by side, one per round; the order of the sides turns from round to round.
    """
    times: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = time.perf_counter()
            sides[name]()
            times[name].append(time.perf_counter() - start)
    return times


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times faster we are: the median of their times over the median of ours."""
    return statistics.median(theirs) / statistics.median(ours)


def machine() -> dict[str, object]:
    """Describe this machine: processor, cores, memory, system, Python."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in _read("/proc/cpuinfo").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text() if file.exists() else ""


def main(bench: str, run: Callable[[bool], Sequence[Result]]) -> int:
    """Run a bench from the command line; ``run`` takes whether sizes shall be small (--quick)."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="small sizes: figures do not count")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended
    results = run(options.quick)
    if options.json:
        record = {
            "bench": bench,
            "machine": machine(),
            "quick": options.quick,
            "results": [asdict(each) for each in results],
        }
        print(json.dumps(record, indent=2))
    else:
        _print(bench, results, quick=options.quick)
    return 0


def _print(bench: str, results: Sequence[Result], *, quick: bool) -> None:
    title = f"bench/{bench}.py" + (" (--quick: small sizes, the figures do not count)" * quick)
    table = Table(title=title)
    for column, side in (("name", "left"), ("value", "right"), ("unit", "left"), ("must", "left")):
        table.add_column(column, justify="right" if side == "right" else "left")
    table.add_column("holds")
    table.add_column("note", overflow="fold")
    for each in results:
        holds = {None: "", True: "yes", False: "NO"}[each.holds]
        table.add_row(each.name, f"{each.value:,.3f}", each.unit, each.must, holds, each.note)
    Console().print(table)
