"""What every test of the repository shares: where it is, and that nothing leaks between tests."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("PHLO_", "DAGSTER_", "DBT_")


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
