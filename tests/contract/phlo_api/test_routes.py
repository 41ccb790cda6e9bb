"""Every operation: what it answers to a good request, a bad one, something unknown, no key."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.contract.phlo_api.cases import CASES, ENDLESS, OPEN, Ask, Case
from tests.contract.phlo_api.conftest import KEY
from tests.contract.phlo_api.world import World

PROBLEM = {"type", "title", "status", "detail", "code", "fix", "instance"}
SLOTS = {"cancel_run", "get_query", "cancel_query", "get_backfill", "cancel_backfill"}


@pytest.fixture
def known(world: World, client: TestClient, request: pytest.FixtureRequest) -> Mapping[str, str]:
    """What stands for the names in braces; made only where a request needs it."""
    return _Known(world, client)


class _Known(dict[str, str]):
    def __init__(self, world: World, client: TestClient) -> None:
        main = world.catalog.resolve("main")
        super().__init__(
            run=world.runs["orders"],
            failed=world.runs["report"],
            commit=main.id,
            first=main.parents[0],
            correction=world.catalog.resolve("dev/x").id,
            fresh=f"dev/{uuid4().hex[:8]}-x",
        )
        self._client = client

    def __missing__(self, name: str) -> str:
        make = {
            "query": ("/api/trino/query", {"sql": "select 1"}, ("query", "id")),
            "saved": ("/api/trino/saved", {"name": "x", "sql": "select 1"}, ("id",)),
            "queued": ("/api/dagster/runs", {"assets": ["raw.untouched"]}, ("run_id",)),
            "backfill": (
                "/api/dagster/backfills",
                {"assets": ["marts.daily"], "partitions": ["2024-01-05"]},
                ("id",),
            ),
        }
        path, body, place = make[name]
        found: Any = self._client.post(path, json=body).json()
        for part in place:
            found = found[part]
        self[name] = str(found)
        return self[name]


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(known) if "{" in value else value
    if isinstance(value, dict):
        return {name: _filled(part, known) for name, part in value.items()}
    return value


def _ask(client: TestClient, case: Case, ask: Ask, known: Mapping[str, str], **more: Any) -> Any:
    return client.request(
        case.method, _filled(ask.path, known), json=_filled(ask.body, known), **more
    )


def is_problem(response: Any) -> Mapping[str, Any]:
    """Assert the shape that every failure has, and return it."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body.keys() >= PROBLEM
    assert body["status"] == response.status_code
    assert body["fix"].strip()
    assert body["detail"].strip()
    return body


def _operations(client: TestClient) -> dict[str, tuple[str, str]]:
    paths = client.get("/api/openapi.json").json()["paths"]
    return {
        operation["operationId"]: (method.upper(), path)
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def test_no_operation_is_missing_here(client: TestClient) -> None:
    assert set(_operations(client)) == set(CASES) | ENDLESS


@pytest.fixture(scope="session", autouse=True)
def _branches(world: World) -> None:
    for name in ("dev/back", "dev/doomed", "dev/a", "dev/b"):
        world.catalog.create_branch(name, at="main")
    world.catalog.create_branch("dev/undo", at="dev/x")


@pytest.mark.parametrize("name", CASES)
def test_a_good_request_is_answered(name: str, client: TestClient, known: Any) -> None:
    case = CASES[name]

    response = _ask(client, case, case.good, known)

    assert response.status_code == case.good.status, response.text
    if case.good.status >= 400:
        is_problem(response)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.bad])
def test_a_bad_request_is_refused_with_a_fix(name: str, client: TestClient, known: Any) -> None:
    case = CASES[name]
    assert case.bad

    response = _ask(client, case, case.bad, known)

    assert response.status_code == case.bad.status, response.text
    body = is_problem(response)
    assert case.bad.code in (None, body["code"])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.unknown])
def test_what_is_not_known_is_404(name: str, client: TestClient, known: Any) -> None:
    case = CASES[name]
    assert case.unknown

    response = _ask(client, case, case.unknown, known)

    assert response.status_code == 404, response.text
    body = is_problem(response)
    assert case.unknown.code in (None, body["code"])


@pytest.mark.parametrize("name", sorted((set(CASES) | ENDLESS) - OPEN))
def test_without_a_key_nothing_is_answered(
    name: str, client: TestClient, locked: TestClient
) -> None:
    method, path = _operations(client)[name]

    response = locked.request(method, path.replace("{", "").replace("}", ""), json={})

    assert response.status_code == 401
    assert is_problem(response)["code"] == "unauthorised"


def test_with_its_key_everything_is_answered(locked: TestClient) -> None:
    bearer = {"authorization": f"Bearer {KEY}"}

    assert locked.get("/api/iceberg/tables", headers=bearer).status_code == 200
    assert (
        locked.get("/api/iceberg/tables", headers={"authorization": "Bearer x"}).status_code == 401
    )


def test_a_browser_signs_in_with_a_cookie_that_is_not_the_key(locked: TestClient) -> None:
    signed = locked.post("/api/auth", json={"key": KEY})
    cookie = signed.headers["set-cookie"]

    assert signed.status_code == 200
    assert KEY not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    try:
        assert locked.get("/api/auth").json()["method"] == "session"
    finally:
        locked.cookies.clear()


def test_an_answer_that_a_commit_fixes_is_sent_once(client: TestClient) -> None:
    first = client.get("/api/iceberg/tables?limit=1")

    again = client.get(
        "/api/iceberg/tables?limit=1", headers={"if-none-match": first.headers["etag"]}
    )

    assert again.status_code == 304
    assert again.content == b""


def test_a_new_commit_ends_the_life_of_an_answer(client: TestClient, world: World) -> None:
    world.catalog.create_branch("dev/etag", at="main")
    first = client.get("/api/iceberg/tables?ref=dev/etag")
    with world.catalog.stage("dev/etag", message="a view") as stage:
        stage.put_view(("marts", "one"), "select 1 as one")

    again = client.get(
        "/api/iceberg/tables?ref=dev/etag", headers={"if-none-match": first.headers["etag"]}
    )

    assert again.status_code == 200
    assert again.json()["total"] == first.json()["total"] + 1


def test_the_header_names_the_ref_as_the_parameter_does(client: TestClient) -> None:
    by_header = client.get("/api/trino/metrics/raw.orders", headers={"x-phlo-ref": "dev/x"})
    by_parameter = client.get("/api/trino/metrics/raw.orders?ref=dev/x")

    assert by_header.json() == by_parameter.json()
    assert by_header.json()["rows"] == 101


def test_pages_of_a_list_hold_everything_once(client: TestClient) -> None:
    names: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/api/iceberg/tables?limit=1{cursor}").json()
        names += [item["table"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert names == ["marts.late_orders", "raw.orders", "raw.people"]


def test_a_profile_counts_what_sql_counts(client: TestClient) -> None:
    (column,) = client.get("/api/trino/profile/raw.orders?column=amount").json()["columns"]
    sql = "select count(*), min(amount), max(amount), avg(amount) from raw.orders"
    ((rows, low, high, mean),) = client.post("/api/trino/query", json={"sql": sql}).json()["rows"]

    assert (column["rows"], column["min"], column["max"]) == (rows, low, high)
    assert column["mean"] == pytest.approx(mean)
    assert sum(part["rows"] for part in column["histogram"]) == rows
    assert column["distinct"] == 100


def test_rows_are_compared_by_key_over_the_files_that_differ(client: TestClient) -> None:
    found = client.get("/api/diff/rows/raw.orders?left=main&right=dev/x").json()

    assert (found["added"], found["removed"], found["changed"]) == (1, 0, 1)
    changed = next(item for item in found["items"] if item["kind"] == "changed")
    assert changed["key"] == [1]
    assert set(changed["changed"]) == {"state", "amount", "placed_at"}


def test_a_query_says_which_bound_it_hit(client: TestClient) -> None:
    found = client.post("/api/trino/query", json={"sql": "from raw.orders", "limit": 3}).json()

    assert len(found["rows"]) == 3
    assert found["query"]["stopped_by"] == "rows"


def test_an_arrow_stream_holds_the_same_rows(client: TestClient) -> None:
    import pyarrow as pa

    sql = "select id from raw.orders order by id"

    response = client.post("/api/trino/query/arrow", json={"sql": sql})
    run = client.get(f"/api/trino/queries/{response.headers['x-phlo-query-id']}").json()

    with pa.ipc.open_stream(response.content) as reader:
        assert reader.read_all().column("id").to_pylist() == list(range(1, 101))
    assert (run["state"], run["rows"]) == ("done", 100)


def test_a_protected_branch_is_not_rolled_back_over_http(client: TestClient, world: World) -> None:
    first = world.catalog.resolve("main").parents[0]

    response = client.post("/api/iceberg/tables/raw.orders/rollback", json={"to": first})

    assert response.status_code == 403
    assert is_problem(response)["code"] in {"protected", "unchecked"}
