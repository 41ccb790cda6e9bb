import shutil
from pathlib import Path

import pytest
import yaml

from phlo.errors import ConfigError
from phlo_defs.transform.folder import DbtFolder, find_dbt
from tests.unit.phlo_defs_transform.lakes import new_project, write_files

FILES = {
    "dbt_project.yml": "name: small\nversion: '1.0'\n",
    "models/one.sql": "select 1 as a",
}


@pytest.fixture
def dbt(tmp_path: Path) -> DbtFolder:
    project, _ = new_project(tmp_path, tmp_path / "dbt")
    write_files(project.dbt, FILES)
    found = find_dbt(project)
    assert found is not None
    return found


def test_a_folder_without_a_project_file_is_no_dbt_project(tmp_path: Path) -> None:
    project, _ = new_project(tmp_path, tmp_path / "dbt")

    assert find_dbt(project) is None


@pytest.mark.parametrize(("text", "said"), [("a: [", "not YAML"), ("a: 1", "no name")])
def test_a_project_file_that_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    project, _ = new_project(tmp_path, tmp_path / "dbt")
    write_files(project.dbt, {"dbt_project.yml": text})

    with pytest.raises(ConfigError, match=said):
        find_dbt(project)


def test_the_fingerprint_follows_the_sources(dbt: DbtFolder) -> None:
    before = dbt.fingerprint()

    (dbt.root / "models" / "one.sql").write_text("select 2 as a")

    assert dbt.fingerprint() != before


def test_the_fingerprint_ignores_what_dbt_makes(dbt: DbtFolder) -> None:
    before = dbt.fingerprint()

    write_files(dbt.root, {"target/manifest.json": "{}", "logs/dbt.log": "", ".user.yml": "id: 1"})

    assert dbt.fingerprint() == before


def test_a_moved_folder_has_another_fingerprint(dbt: DbtFolder, tmp_path: Path) -> None:
    shutil.copytree(dbt.root, tmp_path / "moved")
    moved = DbtFolder(dbt.name, tmp_path / "moved", dbt.project_root, dbt.profile)

    assert moved.fingerprint() != dbt.fingerprint()


def test_a_project_without_a_profile_is_given_one(dbt: DbtFolder, tmp_path: Path) -> None:
    folder = dbt.profiles_dir(tmp_path / "scratch")

    profile = yaml.safe_load((folder / "profiles.yml").read_text())["small"]
    assert profile["outputs"]["duckdb"]["plugins"][0]["alias"] == "phlo"


def test_the_profile_of_the_project_wins(dbt: DbtFolder, tmp_path: Path) -> None:
    write_files(dbt.root, {"profiles.yml": "small: {}"})

    assert dbt.profiles_dir(tmp_path / "scratch") == dbt.root


def test_a_folder_crosses_to_another_process_as_text(dbt: DbtFolder) -> None:
    assert DbtFolder.from_text(dbt.to_text()) == dbt
