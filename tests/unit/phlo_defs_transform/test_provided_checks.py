"""The dbt tests of a model hold back a merge by hand too."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from phlo.catalog import open_catalog
from phlo.cli.main import run
from phlo.config import Project
from phlo.discovery import find_plugins
from phlo.ports import Catalog
from phlo_defs.transform.checks import provide
from phlo_defs.transform.runner import stop_workers
from tests.unit.phlo_defs_transform.lakes import new_project, put, write_files

MODELS = {
    "dbt_project.yml": "name: small\nmacro-paths: [\"{{ env_var('PHLO_DBT_MACROS') }}\"]\n"
    "models: {small: {+schema: marts, +materialized: table}}\n",
    "models/people.sql": "select * from {{ source('raw', 'people') }}",
    "models/people.yml": """
sources:
  - name: raw
    tables: [{name: people}]
models:
  - name: people
    columns:
      - name: id
        data_tests:
          - unique
          - relationships: {to: "source('raw', 'people')", field: id}
      - name: name
        data_tests: [{not_null: {config: {severity: warn}}}]
""",
}
GOOD = "select * from (values (1, 'ann'), (2, null)) t(id, name)"
TWICE = "select * from (values (1, 'ann'), (1, 'bob')) t(id, name)"
KEY = ("marts", "people")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Catalog]]:
    root = tmp_path_factory.mktemp("by_hand")
    write_files(root / "dbt_project", MODELS)
    project, catalog = new_project(root, root / "dbt_project")
    (root / "defs").mkdir()
    put(catalog, {("raw", "people"): GOOD})
    for branch, select in (("good", GOOD), ("bad", TWICE)):
        catalog.create_branch(branch)
        put(catalog, {KEY: select}, ref=branch)
    yield project, catalog
    stop_workers()


def test_the_tests_of_dbt_are_a_plugin_of_the_gate() -> None:
    assert "phlo_defs.transform.checks:provide" in {
        one.value for one in find_plugins("phlo.checks")
    }


def test_required_and_read_are_those_of_the_blocking_tests(lake: tuple[Project, Catalog]) -> None:
    checks = provide(*lake)

    assert set(checks.required(KEY)) == {"unique_id", "relationships_id"}
    assert checks.reads(KEY) == {("raw", "people")}
    assert checks.required(("raw", "people")) == []
    assert checks.run("main", ("raw", "people")) == ()


def test_a_project_without_dbt_provides_nothing(tmp_path: Path) -> None:
    checks = provide(*new_project(tmp_path, tmp_path / "none"))

    assert (checks.required(KEY), checks.reads(KEY), checks.run("main", KEY)) == ([], set(), ())


def test_a_merge_by_hand_runs_the_tests_of_dbt(
    lake: tuple[Project, Catalog], capsys: pytest.CaptureFixture[str]
) -> None:
    project, catalog = lake
    before = catalog.resolve("main").id

    assert run(["--project", str(project.root), "branch", "merge", "bad"]) == 6
    assert "unique_id" in capsys.readouterr().err
    assert open_catalog(project.lake).resolve("main").id == before

    assert run(["--project", str(project.root), "branch", "merge", "good", "--json"]) == 0
    merged = json.loads(capsys.readouterr().out)
    assert {"table": "marts.people", "check": "unique_id", "passed": True} in merged["checks"]
    assert KEY in open_catalog(project.lake).contents("main")


def test_the_tests_of_dbt_are_listed_run_and_shown_with_their_rows(
    lake: tuple[Project, Catalog], capsys: pytest.CaptureFixture[str]
) -> None:
    project, _ = lake

    def shell(*arguments: str) -> tuple[int, list[dict[str, object]]]:
        capsys.readouterr()
        status = run(["--project", str(project.root), "quality", *arguments, "--json"])
        return status, json.loads(capsys.readouterr().out)

    status, failing = shell("failing", "marts.people", "--ref", "bad")
    _, listed = shell("status", "--ref", "bad")
    ran, one = shell("run", "--check", "relationships_id", "--ref", "bad")

    (found,) = [item for item in failing if item["check"] == "unique_id"]
    assert (status, found["state"], found["failing"]) == (0, "failed", 1)
    assert found["sample"]
    assert {item["check"]: item["state"] for item in listed} == {
        "unique_id": "failed",
        "relationships_id": "passed",
    }
    assert (ran, [item["check"] for item in one]) == (0, ["relationships_id"])
