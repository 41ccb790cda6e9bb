"""The manifest: built when the sources change, and only then; and a project of unusual models."""

import json
import logging
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from phlo.cli.main import run
from phlo.config import Project, load_project
from phlo.errors import DeclarationError
from phlo.ports import Catalog
from phlo_defs.transform.build import DbtProject, Target
from phlo_defs.transform.folder import DbtFolder, find_dbt
from phlo_defs.transform.manifest import (
    Manifest,
    ensure_manifest,
    fresh_manifest,
    refuse_without_macros,
)
from phlo_defs.transform.models import read_models
from phlo_defs.transform.runner import stop_workers
from tests.unit.phlo_defs_transform.lakes import new_project, put_raw, rows, write_files

FILES = {
    "dbt_project.yml": "name: small\nmacro-paths: [\"{{ env_var('PHLO_DBT_MACROS') }}\"]\n"
    "models: {small: {+schema: staging, +materialized: table}}\n",
    "models/_sources.yml": "sources:\n  - name: raw\n    tables:\n      - name: t\n"
    "        columns:\n          - {name: id, data_tests: [unique]}\n",
    "models/inner_step.sql": "{{ config(materialized='ephemeral') }}\n"
    "select id, id % 2 as odd from {{ source('raw', 't') }}",
    "models/outer_step.sql": "select * from {{ ref('inner_step') }} where odd = 1",
    "models/in_python.py": "def model(dbt, session):\n"
    "    dbt.config(materialized='table')\n"
    "    return dbt.ref('outer_step').filter('id > 1')\n",
    "models/by_month.sql": "{{ config(**phlo_layout(partition_by=['month(day)'])) }}\n"
    "select cast(id as bigint) as id, {{ phlo_date('2026', 'id + 1', '1') }} as day "
    "from {{ source('raw', 't') }}",
}


@dataclass
class Place:
    project: Project
    catalog: Catalog
    dbt: DbtFolder
    manifest: Manifest


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("small")
    project, catalog = new_project(folder, folder / "dbt")
    write_files(project.dbt, FILES)
    put_raw(catalog, t="select range as id from range(4)")
    dbt = find_dbt(project)
    assert dbt is not None
    yield Place(project, catalog, dbt, ensure_manifest(dbt))
    stop_workers()


def test_a_fresh_manifest_is_read_without_dbt(place: Place, caplog) -> None:
    with caplog.at_level(logging.WARNING, "phlo.dbt"):
        found = ensure_manifest(place.dbt)

    assert found == place.manifest
    assert found.read()["metadata"]["project_name"] == "small"
    assert caplog.records == []
    assert "dbt.cli.main" not in sys.modules


def test_a_change_of_the_sources_makes_it_stale(place: Place) -> None:
    extra = place.dbt.root / "models" / "extra.sql"
    extra.write_text("select 1 as a")

    assert fresh_manifest(place.dbt) is None

    extra.unlink()
    assert fresh_manifest(place.dbt) == place.manifest


def test_a_project_that_was_moved_reads_its_own_seeds(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_files(first, {"phlo.yaml": "name: small\ndbt: dbt\n"})
    write_files(first / "dbt", {**FILES, "seeds/bands.csv": "id\n1\n"})
    assert _seeds(load_project(first)) == [str(first / "dbt")]

    shutil.copytree(first, second)

    assert _seeds(load_project(second)) == [str(second / "dbt")]


def _seeds(project: Project) -> list[str]:
    dbt = find_dbt(project)
    assert dbt is not None
    nodes = ensure_manifest(dbt).read()["nodes"].values()
    return [node["root_path"] for node in nodes if node["resource_type"] == "seed"]


def test_a_project_that_dbt_cannot_parse_is_told_in_its_words(
    place: Place, tmp_path: Path, caplog
) -> None:
    shutil.copytree(place.dbt.root, tmp_path / "phlo" / "dbt")
    project, _ = new_project(tmp_path / "phlo", tmp_path / "phlo" / "dbt")
    (project.dbt / "models" / "outer_step.sql").write_text("select * from {{ ref('gone') }}")
    dbt = find_dbt(project)
    assert dbt is not None

    with (
        caplog.at_level(logging.WARNING, "phlo.dbt"),
        pytest.raises(DeclarationError, match="node named 'gone'"),
    ):
        ensure_manifest(dbt)

    assert "stale" in caplog.text
    assert fresh_manifest(dbt) is None


def test_ephemeral_python_and_partitioned_models_build(place: Place) -> None:
    models = read_models(place.manifest.read())
    builder = DbtProject(place.project, place.manifest, models)
    place.catalog.create_branch("work")

    built = builder.build(Target("work"), [model.key for model in models.models])

    assert {key[1] for key in built.models} == {"outer_step", "in_python", "by_month"}
    assert rows(place.catalog, "select id from staging.in_python", "work") == [(3,)]
    table = place.catalog.at("work").load_table(("staging", "by_month"))
    assert [str(field.transform) for field in table.spec().fields] == ["month"]
    assert [check.check for check in built.checks] == ["unique_id"]


def test_a_project_that_does_not_find_the_macros_is_refused(place: Place) -> None:
    parsed = place.manifest.read()
    plain = {uid: macro for uid, macro in parsed["macros"].items() if "phlo" not in macro["name"]}

    refuse_without_macros(place.dbt, parsed)
    with pytest.raises(DeclarationError, match="macros") as caught:
        refuse_without_macros(place.dbt, {**parsed, "macros": plain})

    assert "macro-paths:" in caught.value.fix


def test_init_in_a_folder_with_models_parses_them_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path / "dbt_project", FILES)

    assert run(["init", str(tmp_path), "--json"]) == 0

    printed = capsys.readouterr()
    dbt = find_dbt(load_project(tmp_path))
    assert dbt is not None
    assert fresh_manifest(dbt) is not None
    assert "dbt parses the models of small" in printed.err
    assert json.loads(printed.out)["project"] == str(tmp_path)


def test_init_of_a_clone_that_has_its_manifest_does_not_parse_again(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "phlo.yaml").write_text(f"name: clone\ndbt: {place.dbt.root}\n")

    assert run(["init", str(tmp_path)]) == 0

    assert "dbt parses" not in capsys.readouterr().err


def test_init_says_which_model_cannot_be_parsed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path / "dbt_project", FILES)
    (tmp_path / "dbt_project/models/outer_step.sql").write_text("select {{ oops( }}")

    assert run(["init", str(tmp_path)]) != 0

    said = capsys.readouterr().err
    assert "outer_step" in said
    assert "fix:" in said
