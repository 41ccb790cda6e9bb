"""Statements of strangers at the API: refused with a fix, nothing told, nothing changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.contract.phlo_api.test_routes import is_problem
from tests.contract.phlo_api.world import World
from tests.statements import ATTACKS, READS

pytestmark = pytest.mark.slow  # the guard's own tests ask the same of the guard, and are quick

SECRET = "the-secret-of-this-machine"
ROUTES = ("/query", "/query/arrow", "/query/csv", "/query/parquet", "/query/plan")
JSON = {"content-type": "application/json"}
TELLING = ("root:x:", SECRET, "hush-hush")
"""What stands in the files and variables that the statements are after."""


def prints_of(folder: Path) -> Mapping[str, str]:
    """Return every file of a lake with a hash of what it holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def lake(world: World) -> Iterator[Path]:
    """The lake's folder, which is the same file for file when this module is done."""
    folder = world.project.state_dir / "lake"
    (world.project.root / "secret.csv").write_text(f"a\n{SECRET}\n")
    world.project.root.joinpath(".env").write_text(f"TOKEN={SECRET}\n")
    before, tables = prints_of(folder), world.catalog.contents("main")
    assert before
    yield folder
    assert prints_of(folder) == before
    assert world.catalog.contents("main") == tables


@pytest.mark.parametrize("sql", ATTACKS, ids=lambda sql: repr(sql[:60]))
def test_it_is_refused_over_http(
    client: TestClient, lake: Path, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    monkeypatch.chdir(lake.parent.parent)
    body = json.dumps({"sql": sql})

    for route in ROUTES:
        response = client.post(f"/api/trino{route}", content=body, headers=JSON)

        assert 400 <= response.status_code < 500, response.text[:300]
        assert is_problem(response)["code"] in {"unsafe-sql", "invalid-request", "body-too-large"}
        assert not [word for word in TELLING if word in response.text]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(ATTACKS)) >= 350


@pytest.mark.parametrize("sql", READS, ids=lambda sql: repr(sql[:60]))
def test_a_read_is_no_server_error(client: TestClient, lake: Path, sql: str) -> None:
    """They read tables that this lake does not have, so that some are 404; none is unsafe."""
    for route in ROUTES:
        response = client.post(f"/api/trino{route}", json={"sql": sql})

        assert response.status_code < 500, response.text[:300]
        if response.status_code != 200:
            assert is_problem(response)["code"] in {"table-not-found", "ref-not-found", "sql"}


NAMES = [
    "id' or 1=1 --",
    'id"; drop table raw.orders; --',
    "id) from read_text('/etc/passwd') --",
    '"id"',
    "id\x00",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "raw.orders; select 1",
    "raw.orders' union select content from read_text('/etc/passwd') --",
    "$(id)",
    "{{7*7}}",
    "\u202eid",
    "x" * 299,
]
PLACES = [
    "/api/trino/profile/raw.orders?column={}",
    "/api/trino/profile/{}",
    "/api/trino/preview/{}",
    "/api/trino/preview/raw.orders?ref={}",
    "/api/trino/row/raw.orders/{}",
    "/api/trino/row/{}/row-1",
    "/api/trino/metrics/{}",
    "/api/iceberg/tables/{}/files",
    "/api/iceberg/tables/raw.orders/schema?ref={}",
    "/api/diff/rows/raw.orders?left=main&right={}",
    "/api/diff/rows/{}?left=main&right=dev/x",
    "/api/quality/checks/raw.orders/{}/rows",
    "/api/quality/checks/{}/no_late/rows",
    "/api/dagster/runs/{}",
    "/api/dagster/runs/{}/output",
    "/api/dagster/assets/{}",
    "/api/nessie/commits/{}",
    "/api/nessie/refs/{}",
    "/api/loki/query?run={}",
    "/api/trino/saved/{}",
    "/api/trino/queries/{}",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_is_only_ever_a_name(client: TestClient, lake: Path, place: str, name: str) -> None:
    """Wherever a name goes into a statement or next to a file, an odd one is just not known."""
    from urllib.parse import quote

    response = client.get(place.format(quote(name, safe="")))

    assert 400 <= response.status_code < 500, response.text[:300]
    assert is_problem(response)["fix"]
    assert "root:x:" not in response.text


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_parameter_is_only_ever_a_value(client: TestClient, lake: Path, name: str) -> None:
    """Texts that are looked for match literally, and find nothing here."""
    found = client.get("/api/iceberg/tables", params={"q": name[:200]})
    logs = client.get("/api/loki/query", params={"q": name[:200]})

    assert (found.status_code, logs.status_code) == (200, 200)
    assert found.json()["items"] == []
