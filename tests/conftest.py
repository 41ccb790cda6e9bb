"""What every test of the repository shares: where it is, and that nothing leaks between tests."""

import os
from pathlib import Path

import pytest

from tests.demo import Seed, seed_in

ROOT = Path(__file__).resolve().parent.parent
OURS = ("PHLO_", "DAGSTER_", "DBT_", "AWS_")


LONG = ("slow", "crash", "engines")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help=f"the long tests too: {', '.join(LONG)}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to ``--all`` or to a ``-m`` that names their mark."""
    asked = config.getoption("markexpr", "")
    left = {mark for mark in LONG if mark not in asked}
    if config.getoption("--all") or not left:
        return
    long = [item for item in items if left & {mark.name for mark in item.iter_markers()}]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test never reads the settings of whoever runs it, and telemetry stays off."""
    for name in [n for n in os.environ if n.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")


@pytest.fixture(scope="session")
def demo_seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """The demo as `make demo` leaves it, built once for all processes of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    return seed_in(shared / "demo")
