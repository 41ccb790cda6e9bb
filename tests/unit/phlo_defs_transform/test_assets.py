"""The dbt assets in Dagster: what a run publishes, and what it keeps from being published."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

import phlo
from phlo.config import Project
from phlo.declare import Declarations
from phlo.marts import published
from phlo.ports import Catalog
from phlo_defs.transform import build_assets, warm
from phlo_defs.transform.runner import stop_workers
from tests.unit.phlo_defs_transform.lakes import (
    FLIGHTS,
    demo,
    flight,
    new_project,
    put_raw,
    rows,
)

STAGED = dg.AssetSelection.assets(["staging", "stg_nycflights__flights"])


@dataclass
class Place:
    project: Project
    catalog: Catalog
    assets: list[dg.AssetsDefinition]
    instance: dg.DagsterInstance

    def run(
        self, selection: dg.AssetSelection | None = None, **tags: str
    ) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            self.assets,
            instance=self.instance,
            selection=selection,
            raise_on_error=False,
            tags={name.replace("__", "/"): value for name, value in tags.items()},
        )

    def failed(self, result: dg.ExecuteInProcessResult) -> set[str]:
        """Return the names of checks that the instance remembers as failed in a run."""
        logs = self.instance.all_logs(
            result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
        )
        found = [entry.get_dagster_event().asset_check_evaluation_data for entry in logs]
        return {check.check_name for check in found if not check.passed}

    def branches(self) -> list[str]:
        return [ref.name for ref in self.catalog.refs() if ref.name.startswith("wap/")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    project, catalog = demo(tmp_path_factory.mktemp("demo"))
    warm(project)
    whole = phlo.quality(
        "marts.carrier_delays",
        phlo.reconciles("marts.carrier_delays.flights", "raw.flights", name="all_counted"),
    )
    assets = build_assets(project, Declarations(checks=(whole,)))
    with dg.instance_for_test() as instance:
        yield Place(project, catalog, assets, instance)
    stop_workers()


@pytest.fixture(scope="module")
def first(place: Place) -> dg.ExecuteInProcessResult:
    result = place.run()
    assert result.success
    return result


def test_a_project_without_dbt_has_no_assets(tmp_path: Path) -> None:
    project, _ = new_project(tmp_path, tmp_path / "none")

    assert build_assets(project) == []


def test_each_test_is_in_the_log_of_the_run_as_soon_as_it_is_done(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    """Not when the build ends: a test of a staging model comes before the marts above it."""
    said = [entry.user_message for entry in place.instance.all_logs(first.run_id)]

    tests = [at for at, line in enumerate(said) if "stg_nycflights__flights unique" in line]
    mart = next(at for at, line in enumerate(said) if "dbt marts.carrier_delays:" in line)
    assert tests
    assert max(tests) < mart
    assert " passed (" in said[tests[0]]


def test_on_a_branch_the_log_shows_each_check_once(place: Place) -> None:
    """Dagster gets no events of them: they are not about main."""
    place.catalog.create_branch("dev/once")

    result = place.run(
        dg.AssetSelection.assets(["marts", "carrier_delays"]), phlo__branch="dev/once"
    )

    lines = [
        entry.user_message
        for entry in place.instance.all_logs(result.run_id)
        if entry.user_message.startswith("marts.carrier_delays")
        and " passed (" in entry.user_message
    ]
    names = [line.split()[1] for line in lines]
    assert result.success
    assert "all_counted" in names
    assert len(names) > 1
    assert len(names) == len(set(names))
    assert result.get_asset_check_evaluations() == []
    place.catalog.delete_ref("dev/once")


def test_checks_that_pass_say_what_they_measured_with_which_sql_at_which_commit(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    logs = place.instance.all_logs(first.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in logs]

    assert any(check.check_name == "all_counted" for check in found)
    assert any(check.check_name.startswith("unique") and check.passed for check in found)
    commits = [one.id for one in place.catalog.log("main") if one.run == first.run_id]
    for check in found:
        assert check.metadata["phlo/commit"].value in commits
        assert "select" in check.metadata["sql"].value.lower()
        assert "measured" in check.metadata


def test_assets_carry_keys_dependencies_kinds_groups_owners_and_columns(place: Place) -> None:
    specs = {tuple(spec.key.path): spec for spec in place.assets[0].specs}
    view = specs["staging", "stg_nycflights__flights"]
    table = specs["marts", "carrier_delays"]

    assert [dep.asset_key.path for dep in view.deps] == [["raw", "flights"]]
    assert {tuple(dep.asset_key.path) for dep in table.deps} == {
        ("intermediate", "int_flights_flagged"),
        ("staging", "stg_nycflights__airlines"),
    }
    assert (view.kinds, table.kinds) == ({"dbt", "duckdb", "view"}, {"dbt", "duckdb", "iceberg"})
    assert (view.group_name, table.group_name) == ("staging", "marts")
    assert table.owners == ["team:operations"]
    assert table.description == "Delays of one airline, by carrier_code."
    columns = table.metadata["dagster/column_schema"].columns
    assert (columns[0].name, columns[0].type) == ("carrier_code", "varchar")
    assert all(column.description for column in columns)


def test_each_dbt_test_is_a_check_and_warnings_do_not_block(place: Place) -> None:
    checks = {(tuple(c.asset_key.path), c.name): c for c in place.assets[0].check_specs}
    key = ("intermediate", "int_flights_flagged")

    assert checks[key, "unique_together"].blocking
    assert not checks[key, "relationships_tail_number"].blocking
    assert ("marts", "carrier_delays") in {asset for asset, _ in checks}
    assert (("marts", "carrier_delays"), "all_counted") in checks


def test_r20_one_merge_publishes_the_whole_selection(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    made = first.get_asset_materialization_events()
    numbers = {event.materialization.tags["phlo/log_number"] for event in made}  # type: ignore[union-attr]

    assert len(made) == 16
    assert len(numbers) == 1
    assert place.branches() == []
    assert rows(place.catalog, "select flights from marts.carrier_delays") == [(4,)]


def test_a_materialization_says_what_it_made(first: dg.ExecuteInProcessResult) -> None:
    (made,) = [
        m
        for m in first.asset_materializations_for_node("dbt_flights")
        if m.asset_key.path == ["marts", "carrier_delays"]
    ]
    found = {name: value.value for name, value in made.metadata.items()}

    assert found["dagster/row_count"] == 1
    assert found["phlo/bytes"] > 0
    assert "United Air Lines" in found["phlo/preview"]
    assert {"phlo/snapshot_id", "phlo/commit", "phlo/branch", "phlo/duration_s"} <= set(found)
    assert set(found["phlo/built_from"]) == {
        "intermediate.int_flights_flagged",
        "staging.stg_nycflights__airlines",
    }


def test_the_marts_file_is_of_the_entry_that_was_published(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    number = place.catalog.resolve("main").number

    marts = published(place.project.marts)

    assert len(marts) == 7
    assert {mart.log_number for mart in marts.values()} == {number}


def test_a_bad_dbt_test_leaves_main_unchanged_and_the_branch_kept(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    put_raw(place.catalog, flights=f"{FLIGHTS} union all {flight(1, 1)}")
    before = place.catalog.resolve("main")

    result = place.run(dg.AssetSelection.assets(["intermediate", "int_flights_flagged"]))

    assert not result.success
    assert result.get_asset_materialization_events() == []
    assert "unique_together" in place.failed(result)
    assert place.catalog.resolve("main") == before
    (branch,) = place.branches()
    assert rows(place.catalog, "select count(*) from intermediate.int_flights_flagged", branch) == [
        (5,)
    ]
    place.catalog.delete_ref(branch)
    put_raw(place.catalog, flights=FLIGHTS)


def test_a_declared_check_of_a_mart_gates_it_too(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    put_raw(place.catalog, flights=f"{FLIGHTS} union all {flight(3, 1)}")
    before = place.catalog.resolve("main")

    result = place.run(dg.AssetSelection.assets(["marts", "carrier_delays"]))

    assert not result.success
    assert place.failed(result) == {"all_counted"}
    assert place.catalog.resolve("main") == before
    place.catalog.delete_ref(place.branches()[0])
    put_raw(place.catalog, flights=FLIGHTS)


def test_a_selection_builds_and_tests_only_itself(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    result = place.run(STAGED)

    assert result.success
    tested = {tuple(c.asset_key.path) for c in result.get_asset_check_evaluations()}
    assert tested == {("staging", "stg_nycflights__flights")}


def test_checks_alone_run_on_what_is_published(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    before = place.catalog.resolve("main")
    key = dg.AssetCheckKey(dg.AssetKey(["marts", "carrier_delays"]), "all_counted")
    other = dg.AssetCheckKey(dg.AssetKey(["marts", "carrier_delays"]), "unique_carrier_code")

    result = place.run(dg.AssetSelection.checks(key, other))

    assert result.success
    found = {c.check_name: c.passed for c in result.get_asset_check_evaluations()}
    assert found == {"all_counted": True, "unique_carrier_code": True}
    assert place.catalog.resolve("main") == before


def test_a_run_on_a_branch_publishes_nothing(
    place: Place, first: dg.ExecuteInProcessResult
) -> None:
    place.catalog.create_branch("dev/x")
    before = place.catalog.resolve("main")
    stamp = place.project.marts.stat().st_mtime_ns

    result = place.run(dg.AssetSelection.assets(["marts", "hourly_delays"]), phlo__branch="dev/x")

    assert result.success
    assert place.catalog.resolve("main") == before
    assert place.catalog.resolve("dev/x") != before
    assert place.project.marts.stat().st_mtime_ns == stamp


def test_a_marts_file_that_a_crash_left_behind_is_mended_by_the_next_run(
    place: Place, first: dg.ExecuteInProcessResult, tmp_path: Path
) -> None:
    old = shutil.copy(place.project.marts, tmp_path / "old.duckdb")
    put_raw(place.catalog, flights=f"{FLIGHTS} union all {flight(4, 1)}")
    assert place.run().success
    newest = published(place.project.marts)
    shutil.copy(old, place.project.marts)

    result = place.run(STAGED)

    assert result.success
    assert published(place.project.marts).keys() == newest.keys()
    assert published(place.project.marts)["marts", "carrier_delays"].token == (
        newest["marts", "carrier_delays"].token
    )
