from pathlib import Path

import pytest

from phlo.config import Project, load_project
from phlo.config.run_history import instance_overrides, is_sqlite, storage_folder
from phlo.errors import ConfigError


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "phlo.yaml").write_text("name: shop\n")
    return load_project(tmp_path)


def test_without_a_file_the_history_lies_in_the_project(project: Project) -> None:
    found = instance_overrides(project)

    assert storage_folder(project) == project.root / ".phlo" / "dagster"
    assert found["storage"]["sqlite"]["base_dir"] == str(storage_folder(project))
    assert found["compute_logs"]["config"]["base_dir"].startswith(str(project.root))
    assert found["telemetry"] == {"enabled": False}


@pytest.mark.parametrize(
    "text", ["storage:\n", "storage:\n  sqlite:\n", "storage:\n  sqlite: {}\n"]
)
def test_a_storage_that_says_nothing_is_the_project_s_own(project: Project, text: str) -> None:
    (project.root / "dagster.yaml").write_text(text)

    assert is_sqlite(project)
    assert storage_folder(project) == project.root / ".phlo" / "dagster"


def test_relative_folders_are_below_the_project(project: Project) -> None:
    text = "storage:\n  sqlite:\n    base_dir: history\ntelemetry:\n  enabled: true\n"
    (project.root / "dagster.yaml").write_text(text)

    found = instance_overrides(project)

    assert found["storage"]["sqlite"]["base_dir"] == str(project.root / "history")
    assert "telemetry" not in found


def test_another_storage_is_left_alone(project: Project) -> None:
    (project.root / "dagster.yaml").write_text("storage:\n  postgres:\n    postgres_url: x\n")

    assert not is_sqlite(project)
    assert "storage" not in instance_overrides(project)


def test_what_is_no_yaml_is_said_with_its_file(project: Project) -> None:
    (project.root / "dagster.yaml").write_text("a: [\n")

    with pytest.raises(ConfigError, match=r"dagster\.yaml"):
        instance_overrides(project)
