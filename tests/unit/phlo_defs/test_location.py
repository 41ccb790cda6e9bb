"""The code location: what Dagster sees of a project before anything ran."""

import json
import subprocess
import sys

import dagster as dg
import pytest

from phlo.errors import DeclarationError
from phlo_defs.instance import open_instance
from phlo_defs.known import known_assets
from phlo_defs.location import build_definitions

PROJECT = """
from datetime import timedelta

@phlo.ingestion(
    table="raw.flights", key=("id",),
    partition=phlo.daily("at", start="2024-01-01", tz="America/New_York"),
    checks=[phlo.not_null("id")], schedule="0 5 * * *", freshness="26h", group="flights",
    owners=["team:operations"], tags={"domain": "flights"}, kinds=["csv"], retries=4, pool="files",
    on_new_files="data/*.csv",
)
def flights(window):
    "Departures."
    return phlo.csv("data/*.csv")

@phlo.ingestion(table="raw.planes", depends="raw.flights", automation="eager")
def planes():
    return []

@phlo.quality("raw.planes", monitor=True)
def enough_planes(lake):
    return phlo.CheckResult(table="raw.planes", check="enough_planes", passed=True)
"""


@pytest.fixture
def location(house):
    house.declare(PROJECT)
    return build_definitions(house.project)


def test_the_location_is_what_was_declared(location) -> None:
    graph = location.get_repository_def().asset_graph
    node = graph.get(dg.AssetKey(["raw", "flights"]))

    assert {key.to_user_string() for key in graph.materializable_asset_keys} == {
        "raw/flights",
        "raw/planes",
    }
    assert (node.group_name, node.owners, node.pools) == ("flights", ["team:operations"], {"files"})
    assert node.description == "Departures."
    assert {"csv", "iceberg"} <= node.kinds
    assert node.tags["domain"] == "flights"
    assert node.partitions_def.timezone == "America/New_York"
    assert node.freshness_policy is not None
    assert [key.name for key in node.check_keys] == ["not_null_id"]
    assert graph.get(dg.AssetKey(["raw", "planes"])).automation_condition is not None
    assert dg.AssetKey(["raw", "flights"]) in graph.get(dg.AssetKey(["raw", "planes"])).parent_keys


def test_schedules_and_sensors_are_there_and_running(location) -> None:
    repository = location.get_repository_def()

    assert [one.name for one in repository.schedule_defs] == ["raw__flights_schedule"]
    assert {one.name for one in repository.sensor_defs} == {
        "raw__flights_new_files",
        "failed_run_cleanup",
        "cancelled_run_cleanup",
        "abandoned_branch_cleanup",
        "automation",
    }


def test_a_broken_file_is_named_with_its_fix_and_nothing_is_silently_missing(house) -> None:
    house.declare(PROJECT)
    house.declare("@phlo.ingestion(table='raw.x', ky='id')\ndef x():\n    return []\n", "broken")
    house.declare("import nowhere_to_be_found\n", "missing")

    with pytest.raises(DeclarationError) as caught:
        build_definitions(house.project)

    assert "broken.py:2" in str(caught.value)
    assert "missing.py:2" in str(caught.value)
    assert str(caught.value).count("fix: ") == 3


def test_a_check_of_a_table_that_nothing_makes_is_refused(house) -> None:
    house.declare(PROJECT.replace('phlo.quality("raw.planes"', 'phlo.quality("raw.plains"'))

    with pytest.raises(DeclarationError, match=r"raw\.plains.*which no declaration or model makes"):
        build_definitions(house.project)


def test_a_monitor_looks_at_what_is_published_and_never_holds_back(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t")
        def t():
            return [{"id": 1}]

        @phlo.quality("raw.t", monitor=True)
        def volume(lake):
            rows = lake.table("raw.t").count()
            return phlo.CheckResult(table="raw.t", check="volume", passed=False, measured=rows)
        """
    )

    result = house.load("raw.t")

    (found,) = result.get_asset_check_evaluations()
    assert (found.check_name, found.passed) == ("volume", False)
    assert found.metadata["phlo/commit"].value == house.catalog.resolve("main").id
    assert house.rows("raw.t") == [{"id": 1}]


def test_loading_imports_neither_dbt_nor_dlt(house) -> None:
    house.declare(PROJECT)
    code = (
        "import sys, json, phlo_defs.definitions\n"
        "print(json.dumps(sorted(n for n in ('dbt', 'dlt', 'dagster_dbt', 'pandera', 'polars') "
        "if n in sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=house.root,
        env={"PHLO_PROJECT": str(house.root), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_what_was_loaded_is_known_without_dagster(house, location) -> None:
    found = {asset.table: asset for asset in known_assets(house.project)}

    assert found["raw.flights"].freshness_s == 26 * 3600
    assert found["raw.flights"].checks == 1
    assert (house.root / ".phlo/cache/assets.json").is_file()


def test_the_history_lies_in_the_project_wherever_it_is_opened(
    house, monkeypatch, tmp_path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    with open_instance(house.project) as instance:
        instance.add_run(dg.DagsterRun(job_name="j"))

    assert (house.root / ".phlo/dagster/history/runs.db").is_file()
    assert not list(elsewhere.iterdir())
