"""What is refused, and how: found once by asking everything that the document allows."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.contract.phlo_api.test_routes import is_problem
from tests.contract.phlo_api.world import World


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/api/auth", "DELETE, GET, POST"),
        ("GET", "/api/trino/query", "POST"),
        ("DELETE", "/api/nessie/merge", "GET, POST"),
        ("POST", "/", "GET, HEAD"),
    ],
)
def test_another_method_is_told_all_that_the_path_takes(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)

    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert allowed in is_problem(response)["fix"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_no_route_has_is_404_whatever_the_method(
    client: TestClient, method: str
) -> None:
    response = client.request(method, "/api/nessie/rfes")

    assert response.status_code == 404
    assert "/api/nessie/refs" in is_problem(response)["fix"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/nessie/merge", {"source": "dev/x", "into": "dev/x", "delete_source": 0}),
        ("/api/nessie/protect", {"name": "dev/x", "protected": "no"}),
        ("/api/trino/query", {"sql": "select 1", "limit": "5"}),
    ],
)
def test_a_body_is_read_as_strictly_as_it_is_described(
    client: TestClient, path: str, body: Any
) -> None:
    response = client.post(path, json=body)

    assert response.status_code == 422
    assert is_problem(response)["code"] == "invalid-request"


@pytest.mark.parametrize("time", ["0.5", "1700000000", "soon", "0001-01-01T00:00:00%2B14:00"])
def test_a_time_is_a_time_as_it_is_written(client: TestClient, time: str) -> None:
    response = client.get(f"/api/loki/query?start={time}")

    assert response.status_code == 422
    assert is_problem(response)["fix"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/api/nessie/refs/main", None),
        (
            "POST",
            "/api/nessie/merge",
            {"source": "main", "into": "dev/away", "delete_source": True},
        ),
    ],
)
def test_the_main_branch_is_never_deleted(
    world: World, client: TestClient, method: str, path: str, body: Any
) -> None:
    """Not even after its protection was taken off: whoever names no ref reads it."""
    if "dev/away" not in {ref.name for ref in world.catalog.refs()}:
        world.catalog.create_branch("dev/away", at="main")
    world.catalog.protect("main", on=False)
    try:
        response = client.request(method, path, json=body)
    finally:
        world.catalog.protect("main", on=True)

    assert response.status_code == 403
    assert is_problem(response)["code"] == "protected"
    assert world.catalog.ref("main").protected


ODD = "select interval 1 day as i, union_value(a := 1) as u, [1, null] as l, 1 as n"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_export_has_text_for_what_its_format_cannot_hold(client: TestClient, kind: str) -> None:
    import io

    import polars as pl

    response = client.post(f"/api/trino/query/{kind}", json={"sql": ODD})
    read = pl.read_csv if kind == "csv" else pl.read_parquet
    row = read(io.BytesIO(response.content)).row(0, named=True)

    assert (row["i"], row["n"]) == ("P0M1DT0S", 1)
    assert str(row["u"]) == "1"


def test_an_export_that_fails_gives_its_worker_back(client: TestClient, world: World) -> None:
    """The world has one worker: were it still held, the next query would have none."""
    sql = "select case when i = 90000 then error('late') else i end as n from range(100000) t(i)"

    for kind in ("csv", "parquet", "arrow"):
        client.post(f"/api/trino/query/{kind}", json={"sql": sql})
        assert client.post("/api/trino/query", json={"sql": "select 1"}).status_code == 200
