"""The OpenAPI document is kept: schemathesis asks all that it allows, and what it does not."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Step
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from starlette.testclient import TestClient

from phlo.model import key_text
from phlo_api.app import Application
from phlo_api.openapi import FILE
from tests.contract.phlo_api.demo_app import application
from tests.copies import BRANCH, TAG, add_branch, copy_of
from tests.demo import Seed

RUNS = tuple(f"00000000-0000-4000-8000-00000000000{i}" for i in range(4))
SAVED, BACKFILL, COMMIT, FLIGHT = "the-saved-one", "the-backfill", "the-first-commit", "a-flight"
"""Stand-ins for ids that only a demo knows; `_with_real_ids` puts those in their place."""

NAMES = {
    "tables": [
        "raw.flights",
        "raw.glucose",
        "marts.carrier_delays",
        "staging.stg_nycflights__weather",
        "raw.flihgts",
    ],
    "assets": [
        "raw.flights",
        "raw.glucose",
        "marts.carrier_delays",
        "intermediate.int_flights_flagged",
        "raw.flihgts",
    ],
    "checks": ["aircraft_is_registered", "relationships_tail_number", "unique_carrier_code", "no"],
    "refs": ["main", BRANCH, TAG, "dev/gone", "main@2020-01-01T00:00:00Z"],
    "branches": [BRANCH, "dev/fuzz", "main"],
    "runs": RUNS,
    "commits": [COMMIT, "main", BRANCH, "0" * 32],
    "queries": ["no-such-query", *(f"a-query-{i:03d}" for i in range(3))],
    "saved": [SAVED, "no-such-query"],
    "backfills": [BACKFILL, "nothing"],
    "automation": ["raw__flights_schedule", "raw__airlines_new_files", "automation"],
    "services": ["catalog", "phlo-api", "dagster-daemon", "daemon"],
    "statements": [
        "select * from marts.carrier_delays",
        "select count(*), origin from raw.flights group by all",
        "select 1 as a, 2 as a",
        "select 'nan'::double, 1e400::double, x'00ff'::blob, interval 1 day, [1, null], {'a': 1}",
        "describe raw.flights",
        "explain select 1",
        "select * from raw.flihgts",
        "select nothing from raw.flights",
        "select 1 / 0, error('x')",
        "drop table raw.flights",
    ],
    "columns": ["carrier", "dep_delay", "late_flights", "measured_at", "nothing"],
    "partitions": ["2025-03-05", "2025-03-09"],
    "partitioned": ["raw.glucose"],
    "new tags": ["made", "made-too"],
    "rows": [FLIGHT, "row-7"],
}
"""What the demo has, and what is next to it: random names alone would only ever be unknown."""

PLACES = {
    "path.table": "tables",
    "query.table": "tables",
    "path.asset": "assets",
    "query.asset": "assets",
    "query.source": "branches",
    "query.into": "branches",
    "query.target": "assets",
    "path.check": "checks",
    "query.ref": "refs",
    "query.left": "refs",
    "query.right": "refs",
    "path.run_id": "runs",
    "query.run": "runs",
    "path.commit": "commits",
    "path.backfill_id": "backfills",
    "body.id": "queries",
    "path.name": "refs",
    "path.row_id": "rows",
    "query.column": "columns",
    "body.sql": "statements",
    "body.ref": "refs",
    "body.assets[*]": "assets",
    "body.partitions[*]": "partitions",
    "body.source": "branches",
    "body.into": "branches",
    "body.on": "branches",
    "body.commit": "commits",
    "body.to": "commits",
    "body.at": "refs",
}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
KNOWN = 0.6


def _operation(pattern: str, names: str, place: str = "path.name") -> dict[str, Any]:
    return {
        "include-path-regex": pattern,
        "parameters": {place: {"dictionary": names, "probability": KNOWN}},
    }


CONFIG = schemathesis.Config.from_dict(
    {
        "dictionaries": {name: {"values": values} for name, values in NAMES.items()},
        "parameters": {
            place: {"dictionary": name, "probability": KNOWN} for place, name in PLACES.items()
        },
        "operations": [
            _operation("^/api/dagster/(schedules|sensors)/", "automation"),
            _operation("^/api/services/", "services"),
            _operation("^/api/graph/path", "assets", "query.source"),
            _operation("^/api/trino/queries/", "queries", "path.query_id"),
            _operation("^/api/trino/saved/", "saved", "path.query_id"),
            _operation("^/api/dagster/backfills$", "partitioned", "body.assets[*]"),
            _operation("^/api/nessie/tags$", "new tags", "body.name"),
            _operation("^/api/iceberg/tables/.*/rollback$", "branches", "query.ref"),
        ],
        "generation": {"deterministic": True, "with-security-parameters": False},
        # Too large or of another kind is refused as well, with 413 or 415.
        "checks": {"negative_data_rejection": {"expected-statuses": ["4XX"]}},
    }
)
DOCUMENT = schemathesis.openapi.from_path(FILE, config=CONFIG)
STREAMS = [
    operation["operationId"]
    for path in DOCUMENT.raw_schema["paths"].values()
    for operation in path.values()
    if "text/event-stream" in operation["responses"].get("200", {}).get("content", {})
]
"""Left out: they send events until the reader goes, and test_live reads them."""
SCHEMA = DOCUMENT.exclude(operation_id=STREAMS)
BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Step.explicit, Step.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def asked(demo_seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """A demo of this module's own: what is asked here changes it."""
    project = copy_of(demo_seed, tmp_path_factory.mktemp("document") / "demo")
    catalog = add_branch(project)
    catalog.create_branch("dev/fuzz", at="main")
    with application(project, catalog) as app:
        yield app


@pytest.fixture(scope="module")
def ids(asked: Application) -> Mapping[str, str]:
    """What the stand-ins stand for."""
    client = TestClient(asked, base_url="http://localhost")
    runs = client.get("/api/dagster/runs?limit=50").json()["items"]
    queued = client.post("/api/dagster/runs", json={"assets": ["raw.airlines"]}).json()["run_id"]
    days = {"assets": ["raw.glucose"], "partitions": ["2025-03-05"]}
    saved = client.post("/api/trino/saved", json={"name": "x", "sql": "select 1"}).json()
    row = {"sql": "select _phlo_row_id from raw.flights limit 1"}
    ((flight,),) = client.post("/api/trino/query", json=row).json()["rows"]
    return {
        **dict(zip(RUNS, [runs[0]["run_id"], runs[-1]["run_id"], queued], strict=False)),
        COMMIT: asked.api.catalog.resolve("main").parents[0],
        SAVED: saved["id"],
        BACKFILL: client.post("/api/dagster/backfills", json=days).json()["id"],
        FLIGHT: flight,
    }


@pytest.fixture(scope="module")
def served(asked: Application) -> Any:
    """The application without the start and end of a server: the fixture ends it."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise RuntimeError("no lifespan here")
        await asked(scope, receive, send)

    return app


def _with_real_ids(case: schemathesis.Case, ids: Mapping[str, str]) -> None:
    for values in (case.path_parameters, case.query, case.body):
        for name, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, str) and value in ids:
                values[name] = ids[value]


@pytest.mark.slow
@SCHEMA.parametrize()
@BOUNDED
def test_the_document_is_kept(case: schemathesis.Case, ids: Mapping[str, str], served: Any) -> None:
    """No server error, no answer beside the document, nothing accepted that it refuses."""
    _with_real_ids(case, ids)
    random.seed()  # hypothesis seeds it alike each time, and Dagster makes ids of backfills from it

    response = case.call(base_url="http://localhost", app=served)

    case.validate_response(response, checks=CHECKS)


@pytest.mark.slow
def test_what_is_asked_for_is_in_the_demo_but_for_near_misses(asked: Application) -> None:
    reads = asked.api.dagster
    there = {
        "tables": {key_text(key) for key in asked.api.catalog.contents("main")},
        "assets": set(reads.assets),
        "checks": {name for node in reads.assets.values() for name in node.checks},
        "automation": {one.name for one in reads.instigators("schedule", "sensor")},
    }

    missed = {name: set(NAMES[name]) - known for name, known in there.items()}

    assert missed == {
        "tables": {"raw.flihgts"},
        "assets": {"raw.flihgts"},
        "checks": {"no"},
        "automation": set(),
    }
