"""What answers say: measured or unknown, named as people call it, and never made up."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster._daemon.types import DaemonHeartbeat
from starlette.testclient import TestClient

from phlo.catalog import open_catalog
from phlo.config.processes import birth_of
from phlo_api.app import create_app
from phlo_api.processes import Process
from phlo_api.starting import DAEMON, pidfile
from tests.contract.phlo_api.world import World


def test_a_table_says_which_asset_writes_it(client: TestClient) -> None:
    """So that nobody has to ask for an asset that there is not."""
    written = client.get("/api/iceberg/tables/raw.orders").json()
    unwritten = client.get("/api/iceberg/tables/raw.people").json()

    assert (written["asset"], unwritten["asset"]) == ("raw.orders", None)


def test_a_namespace_of_views_alone_has_no_number_of_rows(client: TestClient) -> None:
    found = {n["name"]: n for n in client.get("/api/iceberg/namespaces").json()["items"]}

    assert (found["marts"]["rows"], found["marts"]["bytes"]) == (None, None)
    assert found["raw"]["rows"] == 101


def test_a_snapshot_names_the_commit_that_put_it_there(client: TestClient, world: World) -> None:
    page = client.get("/api/iceberg/tables/raw.orders/snapshots").json()
    log = [c.id for c in world.catalog.log("main", table=("raw", "orders"))]

    assert [item["commit"] for item in page["items"]] == log
    assert len(log) == 2


def test_a_file_is_named_within_the_project(client: TestClient) -> None:
    check = client.get("/api/quality/checks/raw.orders/no_late").json()

    assert (check["file"], check["source"]) == ("defs/orders.py", "function")


def test_a_run_says_where_it_writes(client: TestClient, world: World) -> None:
    runs = {r["run_id"]: r for r in client.get("/api/dagster/runs").json()["items"]}

    assert runs[world.runs["orders"]]["ref"] == "main"
    assert runs[world.runs["daily"]]["ref"] == "dev/x"


@pytest.mark.parametrize(("ref", "name"), [("main", "orders"), ("dev/x", "daily")])
def test_runs_are_found_by_where_they_write(
    client: TestClient, world: World, ref: str, name: str
) -> None:
    found = client.get(f"/api/dagster/runs?ref={ref}&limit=100").json()["items"]

    assert world.runs[name] in {run["run_id"] for run in found}
    assert {run["ref"] for run in found} == {ref}


def test_a_retry_has_nobody_s_name(client: TestClient, world: World) -> None:
    failed = world.runs["report"]
    again = client.post(f"/api/dagster/runs/{failed}/reexecute", json={"strategy": "all"}).json()

    run = client.get(f"/api/dagster/runs/{again['run_id']}").json()
    client.post(f"/api/dagster/runs/{again['run_id']}/cancel")

    assert (run["launched_by"], run["by_name"], run["parent_run_id"]) == ("retry", None, failed)


def test_services_count_as_people_do(client: TestClient, world: World) -> None:
    found = {s["name"]: s for s in client.get("/api/services").json()["items"]}
    refs = len(world.catalog.refs())

    assert found["catalog"]["detail"] == f"{refs} refs"
    assert found["query-engine"]["detail"].startswith("1 worker, 0 queries")
    assert found["dagster-daemon"]["version"].startswith("1.")


def test_a_setting_is_set_if_somebody_set_it(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = client.get("/api/settings").json()["items"]

    given = {item["name"] for item in items if item["set"]}

    assert given == {"name", "author", "settings", "query.workers", "query.memory_mb"}


def test_files_of_a_moved_lake_are_named_where_they_lie(world: World, tmp_path: Path) -> None:
    """Manifests name the files by where they were written; nobody is told of that place."""
    shutil.copytree(world.project.state_dir / "lake", tmp_path / "moved")
    open_catalog(str(tmp_path / "moved"), relocate=True)
    moved = open_catalog(str(tmp_path / "moved"), author="ada")
    app = create_app(world.project, catalog=moved, context=world.context, static=world.static)
    client = TestClient(app, base_url="http://localhost")

    files = client.get("/api/iceberg/tables/raw.orders/files").json()["items"]
    detail = client.get("/api/iceberg/tables/raw.orders").json()

    assert {file["path"].split("/")[0] for file in files} == {"data"}
    assert detail["location"].startswith(f"file://{tmp_path}/moved/")
    assert detail["metadata_location"].startswith(f"file://{tmp_path}/moved/")


def test_the_log_of_an_asset_is_of_its_step_and_of_its_checks(client: TestClient) -> None:
    lines = client.get("/api/loki/query?asset=raw.orders&limit=500").json()["items"]

    steps = {line["step"] for line in lines}
    assert {"raw__orders", "raw__orders_has_rows", "raw__orders_no_late"} <= steps
    assert "three orders came" in {line["message"] for line in lines}
    assert {line["asset"] for line in lines if line["step"] is None} <= {"raw.orders"}
    assert steps <= {None, "raw__orders", "raw__orders_has_rows", "raw__orders_no_late"}


@pytest.mark.parametrize(
    "sql",
    [
        "pivot raw.orders on state using sum(amount)",
        "explain pivot raw.orders on state using sum(amount)",
        "with p as (pivot raw.orders on state using count(*)) from p",
        "select * from raw.orders pivot (sum(amount) for state in ('late'))",
    ],
)
def test_a_pivot_has_a_plan_as_it_has_rows(client: TestClient, sql: str) -> None:
    rows = client.post("/api/trino/query", json={"sql": sql})
    plan = client.post("/api/trino/query/plan", json={"sql": sql})

    assert rows.status_code == plan.status_code == 200, plan.text
    assert "AGGREGATE" in plan.json()["plan"] or "GROUP_BY" in plan.json()["plan"]
    assert plan.json()["tables"] == ["raw.orders"]
    assert plan.json()["bytes"] > 0


def test_a_profile_that_is_kept_tells_how_long_its_scan_took(client: TestClient) -> None:
    scanned = client.get("/api/trino/profile/raw.orders").json()
    kept = client.get("/api/trino/profile/raw.orders").json()

    assert kept["elapsed_ms"] == scanned["elapsed_ms"] > 0


@pytest.mark.parametrize(
    ("age_s", "state", "fix"),
    [(1, "running", None), (3600, "failing", 'read .phlo/run/dagster-daemon.log, then "phlo')],
)
def test_a_daemon_that_was_just_started_runs_before_it_was_heard_of(
    client: TestClient, world: World, age_s: int, state: str, fix: str | None
) -> None:
    started = datetime.now(UTC) - timedelta(seconds=age_s)
    file = pidfile(world.project, DAEMON)
    file.write(Process(DAEMON, os.getpid(), birth_of(os.getpid()), (), started, str(file.log)))
    try:
        service = client.get("/api/services/dagster-daemon").json()
        home = client.get("/api/dagster/home").json()
    finally:
        file.remove()

    assert (service["state"], service["pid"]) == (state, os.getpid())
    assert str(service["fix"]).startswith(str(fix))
    assert home["daemon_running"] == (state == "running")
    assert ("daemon" in {item["kind"] for item in home["attention"]}) == (state != "running")
    assert client.get("/api/services/dagster-daemon").json()["state"] == "stopped"


@pytest.mark.parametrize(("age_s", "state"), [(20, "running"), (600, "stopped")])
def test_a_daemon_that_nobody_heard_of_for_minutes_does_not_run(
    client: TestClient, world: World, age_s: int, state: str
) -> None:
    then = time.time() - age_s
    for kind in world.instance.get_required_daemon_types():
        world.instance.add_daemon_heartbeat(DaemonHeartbeat(then, kind, "a-daemon", []))
    try:
        service = client.get("/api/services/dagster-daemon").json()
        health = client.get("/api/dagster/health").json()
    finally:
        world.instance.wipe_daemon_heartbeats()

    assert service["state"] == state
    assert health["daemon_running"] == (state == "running")
    assert all(part["last_heartbeat_at"] for part in health["daemons"] if part["required"])
