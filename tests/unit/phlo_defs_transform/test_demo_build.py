"""The demo's own models, built by dbt over a lake of a few rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from phlo.config import Project
from phlo.errors import SourceFailed, SqlError
from phlo.model import TableContent, ViewContent
from phlo.ports import Catalog
from phlo_defs.transform.build import Built, DbtProject, Target
from phlo_defs.transform.folder import find_dbt
from phlo_defs.transform.manifest import ensure_manifest
from phlo_defs.transform.models import read_models
from phlo_defs.transform.runner import shared_worker, stop_workers
from tests.unit.phlo_defs_transform.lakes import FLIGHTS, demo, flight, put_raw, rows

BRANCH = "work"


@dataclass
class Demo:
    project: Project
    catalog: Catalog
    builder: DbtProject
    first: Built

    def build(self, *names: str, full_refresh: bool = False) -> Built:
        """Build models of these names, or all, on the branch, after taking over main's tables."""
        self.catalog.merge("main", BRANCH)
        keys = [m.key for m in self.builder.models.models if not names or m.key[1] in names]
        return self.builder.build(Target(BRANCH, full_refresh=full_refresh), keys)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    project, catalog = demo(tmp_path_factory.mktemp("demo"))
    dbt = find_dbt(project)
    assert dbt is not None
    manifest = ensure_manifest(dbt)
    builder = DbtProject(project, manifest, read_models(manifest.read()))
    catalog.create_branch(BRANCH)
    first = builder.build(Target(BRANCH, run="run-1"), [m.key for m in builder.models.models])
    yield Demo(project, catalog, builder, first)
    stop_workers()


def test_one_build_is_one_commit_of_the_run(built: Demo) -> None:
    assert built.first.commit is not None
    commit = built.catalog.get_commit(built.first.commit)

    changed = {change.key for change in commit.changes if len(change.key) == 2}
    assert changed == {model.key for model in built.builder.models.models}
    assert (commit.run, commit.parents[0]) == ("run-1", built.first.base)


def test_views_are_views_of_the_catalog_and_the_rest_are_tables(built: Demo) -> None:
    contents = built.catalog.contents(built.first.commit or "")

    for model in built.builder.models.models:
        wanted = ViewContent if model.materialized == "view" else TableContent
        assert isinstance(contents[model.key], wanted), model.key


def test_every_column_is_described_with_the_type_it_has(built: Demo) -> None:
    for model in built.builder.models.models:
        described = {column.name: column.data_type for column in model.columns}
        kinds = dict(built.first.models[model.key].columns)
        names = {"timestamp with time zone": "timestamptz"}

        assert described == {n: names.get(kind, kind) for n, kind in kinds.items()}, model.key
        assert all(column.description for column in model.columns), model.key
        assert model.description, model.key


def test_what_the_marts_say_is_right(built: Demo) -> None:
    ref = built.first.commit or ""

    daily = rows(
        built.catalog,
        "select flights, late_flights, late_rate, diverted_flights from marts.daily_delays "
        "order by flight_date",
        ref,
    )
    ages = rows(built.catalog, "select age_band, flights from marts.aircraft_age_delays", ref)
    glucose = rows(built.catalog, "select readings, in_range_rate from marts.daily_glucose", ref)

    assert daily == [(2, 1, 0.5, 0), (2, 0, 0.0, 1)]
    assert set(ages) == {("5 to 9 years", 3), ("unknown", 1)}
    assert glucose == [(3, pytest.approx(1 / 3))]


def test_a_check_carries_count_sample_sql_and_rows(built: Demo) -> None:
    (check,) = [c for c in built.first.checks if c.check == "relationships_tail_number"]

    assert (check.passed, check.blocking, check.severity) == (False, False, "warn")
    assert (check.failing, check.rows) == (1, 4)
    assert [row["from_field"] for row in check.sample] == ["N9"]
    assert rows(built.catalog, check.sql or "", built.first.commit or "") == [("N9",)]


def test_all_other_checks_pass(built: Demo) -> None:
    failed = {c.check for c in built.first.checks if not c.passed}

    assert failed == {"relationships_tail_number"}
    assert len(built.first.checks) == sum(len(m.tests) for m in built.builder.models.models)


def test_only_days_whose_flights_changed_are_built_again(built: Demo) -> None:
    later = "2026-02-01 00:00:00+00"
    more = flight(2, 3, late="60", loaded=later)
    put_raw(built.catalog, flights=f"{FLIGHTS} union all {more} union all {flight(3, 1)}")

    done = built.build("stg_nycflights__flights", "int_flights_flagged", "daily_delays")

    commit = built.catalog.get_commit(done.commit or "")
    table = built.catalog.at(commit.id).load_table(("marts", "daily_delays"))
    summary = table.current_snapshot().summary  # type: ignore[union-attr]
    assert done.models["marts", "daily_delays"].message == "UPSERT"
    assert summary is not None
    assert rows(
        built.catalog, "select flights from marts.daily_delays order by flight_date", commit.id
    ) == [(2,), (3,), (1,)]


def test_a_full_refresh_builds_an_incremental_model_from_scratch(built: Demo) -> None:
    done = built.build("daily_delays", full_refresh=True)

    assert done.models["marts", "daily_delays"].message == "REPLACE"


def test_the_snapshot_keeps_the_name_that_was(built: Demo) -> None:
    put_raw(
        built.catalog,
        airlines="select 'UA' as carrier, 'United Airlines' as name, "
        "timestamptz '2026-02-01 00:00:00+00' as _phlo_ingested_at",
    )

    done = built.build("stg_nycflights__airlines", "airline_history")

    history = rows(
        built.catalog,
        "select carrier_name, dbt_valid_to is null from intermediate.airline_history "
        "order by dbt_valid_from",
        done.commit or "",
    )
    assert history == [("United Air Lines Inc.", False), ("United Airlines", True)]


def test_a_snapshot_without_news_is_left_alone(built: Demo) -> None:
    before = built.catalog.contents(BRANCH)["intermediate", "airline_history"]

    built.build("airline_history")

    assert built.catalog.contents(BRANCH)["intermediate", "airline_history"] == before


def test_tests_run_on_any_commit_without_building(built: Demo) -> None:
    before = built.catalog.resolve(BRANCH)

    found = built.builder.test(built.first.commit or "", [("marts", "route_delays")])

    assert {check.table for check in found} == {"marts.route_delays"}
    assert all(check.passed for check in found)
    assert built.catalog.resolve(BRANCH) == before


def test_a_failed_test_says_which_rows_and_the_build_is_kept(built: Demo) -> None:
    put_raw(built.catalog, flights=f"{FLIGHTS} union all {flight(1, 1)}")

    done = built.build("stg_nycflights__flights")

    (bad,) = [check for check in done.checks if not check.passed]
    assert (bad.check, bad.blocking, bad.failing) == ("unique_together", True, 1)
    assert bad.sample[0]["flight_number"] == 1
    assert bad.sample[0]["copies"] == 2
    put_raw(built.catalog, flights=FLIGHTS)


def test_an_empty_table_never_passes_by_accident(built: Demo) -> None:
    put_raw(built.catalog, glucose="select * from (" + _glucose() + ") where false")

    done = built.build("stg_nightscout__glucose")

    assert {check.passed for check in done.checks} == {False}
    assert "no rows" in done.checks[0].message
    put_raw(built.catalog, glucose=_glucose())


def test_a_model_that_cannot_be_built_names_its_file(built: Demo) -> None:
    put_raw(built.catalog, broken="select 1 as a")
    with built.catalog.stage("main", message="drop", override="test") as stage:
        stage.remove(("raw", "airports"))

    with pytest.raises(SqlError, match=r"staging\.stg_nycflights__airports") as caught:
        built.build("stg_nycflights__airports", "stg_nycflights__planes")

    assert "stg_nycflights__airports.sql" in caught.value.fix


def test_a_build_that_is_left_early_writes_nothing(built: Demo) -> None:
    before = built.catalog.resolve(BRANCH)
    worker = shared_worker(built.project)
    request = built.builder._request("build", BRANCH, [])

    events = worker.run(request)
    next(events)
    events.close()

    assert not worker.is_alive
    assert built.catalog.resolve(BRANCH) == before


def test_a_worker_that_dies_is_explained_and_replaced(built: Demo) -> None:
    worker = shared_worker(built.project)

    worker._process.kill()

    with pytest.raises(SourceFailed, match="nothing was written"):
        list(worker.run(built.builder._request("build", BRANCH, [])))
    assert shared_worker(built.project) is not worker


def test_a_mart_alone_is_built_over_the_views_of_another_process(built: Demo) -> None:
    assert built.first.commit is not None

    done = built.build("carrier_delays")

    assert set(done.models) == {("marts", "carrier_delays")}
    assert {check.table for check in done.checks} == {"marts.carrier_delays"}
    assert done.models["marts", "carrier_delays"].rows == 1


def _glucose() -> str:
    from tests.unit.phlo_defs_transform.lakes import RAW

    return RAW["glucose"]


def test_models_avoid_what_only_one_engine_understands() -> None:
    banned = ("::", "qualify", "group by all", "exclude (", "asof join", "pivot ")
    folder = Path(__file__).parents[3] / "dbt_project" / "models"

    for path in folder.rglob("*.sql"):
        text = path.read_text().lower()
        assert [word for word in banned if word in text] == [], path
