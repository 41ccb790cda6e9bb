from pathlib import Path

import pytest

from phlo.config.environment import load_environment
from phlo.config.given import given_settings


def test_only_what_somebody_gave_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phlo.yaml").write_text("name: shop\nretention:\n  runs_days: 90\n")
    (tmp_path / "lakehouse.toml").write_text("[query]\nworkers = 2\n")
    monkeypatch.setenv("PHLO_API_PORT", "4001")
    (tmp_path / ".env").write_text("PHLO_LAKE=elsewhere\n")

    given = given_settings(tmp_path, load_environment(tmp_path))

    assert given["phlo.yaml"] == {"name", "lake", "retention.runs_days"}
    assert given["lakehouse.toml"] == {"query.workers", "api.port"}


def test_without_a_file_nothing_of_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "phlo.yaml").write_text("name: shop\n")

    given = given_settings(tmp_path, load_environment(tmp_path))

    assert given["lakehouse.toml"] == frozenset()
