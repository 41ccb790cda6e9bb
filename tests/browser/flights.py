"""A small lake of flights: marts of an earlier and a later day, and days that none has yet."""

import subprocess
import sys
from pathlib import Path

from phlo.config import Project
from phlo.ports import Catalog
from tests.unit.phlo_defs_transform.lakes import FLIGHTS, demo, flight, put_raw

MART = "marts.carrier_delays"
UPSTREAM = ("staging.stg_nycflights__flights", "intermediate.int_flights_flagged")
AIRLINES = (
    "select carrier, name, timestamptz '2026-01-01 00:00:00+00' as _phlo_ingested_at from (values "
    "('UA', 'United'), ('AA', 'American'), ('DL', 'Delta'), ('B6', 'JetBlue')) t(carrier, name)"
)
WAIT_S = 300
_CHECKS = """
import phlo

on_time = phlo.quality(
    "marts.carrier_delays",
    phlo.sql(
        "select carrier_code, flights, late_flights from {table} where late_flights > 0",
        name="nobody_is_late",
        severity="warn",
        description="No airline is late.",
    ),
    severity="warn",
)
"""


def _of(carrier: str, day: int, number: int, late: int) -> str:
    return flight(day, number, late=str(late)).replace("'UA' as carrier", f"'{carrier}' as carrier")


SECOND_DAY = f"{FLIGHTS} union all {_of('AA', 3, 7, 40)} union all {_of('AA', 3, 8, 1)}"


def make_flights(root: Path) -> tuple[Project, Catalog]:
    """Make the project; its mart was published twice."""
    project, catalog = demo(root)
    put_raw(catalog, airlines=AIRLINES)
    (root / "defs").mkdir()
    (root / "defs" / "checks.py").write_text(_CHECKS)
    materialize(project)
    put_raw(catalog, flights=SECOND_DAY)
    materialize(project, *UPSTREAM, MART)
    return project, catalog


def new_day(project: Project, catalog: Catalog, day: int, carrier: str) -> None:
    """Load the flights of a day that the mart does not have yet, all of them late."""
    late = [_of(carrier, day, day * 10, 99), _of(carrier, day, day * 10 + 1, 17)]
    late += [_of("AA", day, number, 33) for number in range(day)]
    put_raw(catalog, flights=" union all ".join([SECOND_DAY, *late]))
    materialize(project, *UPSTREAM)


def materialize(project: Project, *assets: str) -> None:
    """Run assets as the shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "phlo.cli", "materialize", *assets, "--project", str(project.root)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
