"""What stands between the network and the routes."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from phlo_api.app import create_app
from phlo_api.serving import Serving
from tests.contract.phlo_api.conftest import KEY
from tests.contract.phlo_api.test_routes import is_problem
from tests.contract.phlo_api.world import World

BRANCH = {"name": "dev/evil", "at": "main"}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_a_foreign_host_gets_no_answer(client: TestClient, host: str) -> None:
    response = client.get("/api/iceberg/tables", headers={"host": host})

    assert response.status_code == 421
    assert is_problem(response)["code"] == "host-refused"


@pytest.mark.parametrize("host", ["localhost", "localhost:4000", "127.0.0.1:3001", "[::1]:3100"])
def test_the_names_of_the_loopback_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=lambda h: next(iter(h.values())),
)
@pytest.mark.parametrize("path", ["/api/nessie/refs", "/dagster/graphql"])
def test_another_site_changes_nothing(
    client: TestClient, world: World, path: str, headers: dict[str, str]
) -> None:
    response = client.post(path, json=BRANCH, headers=headers)

    assert response.status_code == 403
    assert is_problem(response)["code"] == "origin-refused"
    assert "dev/evil" not in {ref.name for ref in world.catalog.refs()}


def test_every_operation_that_changes_something_asks_for_the_origin(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    changing = [(method, path) for path, ops in paths.items() for method in ops if method != "get"]

    answers = {
        (method, path): client.request(
            method, path.replace("{", "").replace("}", ""), headers={"origin": "http://evil"}
        ).status_code
        for method, path in changing
    }

    assert len(changing) > 20
    assert set(answers.values()) == {403}


def test_the_own_page_may_change_things(client: TestClient) -> None:
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}

    response = client.put("/api/dagster/sensors/arrivals", json={"running": False}, headers=headers)

    assert response.status_code == 200


def test_another_site_opens_no_socket(client: TestClient) -> None:
    headers = {"origin": "http://evil.example", "host": "localhost"}

    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/dagster/graphql", ["graphql-ws"], headers=headers),
    ):
        pass


def test_no_answer_allows_another_origin(client: TestClient) -> None:
    response = client.get("/api/iceberg/tables", headers={"origin": "http://evil.example"})

    assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    response = client.post("/api/trino/query", content=b"x" * (1_048_576 + 1))

    assert response.status_code == 413
    assert is_problem(response)["code"] == "body-too-large"


def test_a_body_that_hides_its_length_is_refused_too(client: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    response = client.post("/api/trino/query", content=parts())

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 10_000 + b"]" * 10_000, 422, "too-deep"),
        (b'{"sql": ' * 200 + b"1" + b"}" * 200, 422, "too-deep"),
        (b'{"sql": "select 1"', 422, "invalid-request"),
        (b"\xff\xfe", 422, "invalid-request"),
        (b"null", 422, "invalid-request"),
        (b'"text"', 422, "invalid-request"),
        (b"", 422, "invalid-request"),
    ],
    ids=["lists", "objects", "torn", "not-utf-8", "null", "text", "empty"],
)
def test_a_body_that_cannot_be_read_is_a_problem_never_a_crash(
    client: TestClient, body: bytes, status: int, code: str
) -> None:
    headers = {"content-type": "application/json"}

    response = client.post("/api/trino/query", content=body, headers=headers)

    assert response.status_code == status
    assert is_problem(response)["code"] == code


def test_brackets_inside_text_are_not_depth(client: TestClient) -> None:
    sql = "select '" + "[" * 500 + "' as x"

    assert client.post("/api/trino/query", json={"sql": sql}).status_code == 200


def test_a_form_of_another_site_is_not_read(client: TestClient) -> None:
    response = client.post("/api/nessie/refs", data={"name": "dev/evil"})

    assert response.status_code == 415


def test_headers_that_are_too_large_are_refused(client: TestClient) -> None:
    response = client.get("/healthz", headers={"x-long": "x" * 40_000})

    assert response.status_code == 431


def test_the_page_runs_no_script_but_its_own(client: TestClient) -> None:
    first, second = (client.get("/").headers["content-security-policy"] for _ in range(2))

    assert "unsafe" not in first
    assert "default-src 'none'" in first
    assert first != second, "each page has a nonce of its own"


def test_an_answer_of_the_api_is_no_page(client: TestClient) -> None:
    headers = client.get("/api/iceberg/tables").headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "run_id", ["..%2f..%2fevil", "../../evil", "x", "%00", "6f1c6f0e8a3b4b199a430a4b8f1d2c3e"]
)
@pytest.mark.parametrize("what", ["", "/logs", "/steps", "/output"])
def test_a_run_id_is_never_a_path(client: TestClient, world: World, run_id: str, what: str) -> None:
    files = set(world.project.root.rglob("*"))

    response = client.get(f"/api/dagster/runs/{run_id}{what}")

    assert response.status_code in {404, 405}
    made = {p.name for p in set(world.project.root.rglob("*")) - files}
    assert not {name for name in made if "evil" in name or name.startswith("x")}


@pytest.mark.parametrize("name", ["../x", "raw.orders/../../x", "%2e%2e%2fx", '"; drop', "%00"])
def test_a_table_name_is_never_a_path_nor_sql(client: TestClient, name: str) -> None:
    response = client.get("/api/trino/row/raw.orders/" + name)

    assert response.status_code in {404, 405, 422}


def test_an_unexpected_failure_is_a_500_and_tells_nothing(world: World) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            if name == "store":
                return world.catalog.store
            raise RuntimeError("secret /path/of/something")

    app = create_app(world.project, catalog=Broken(), context=world.context, settings=Serving())
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)

    response = client.get("/api/iceberg/tables")

    assert response.status_code == 500
    assert is_problem(response)["code"] == "unexpected"
    assert "secret" not in response.text


def test_what_takes_too_long_is_cut_off(world: World) -> None:
    app = create_app(
        world.project,
        catalog=_Slow(world.catalog),
        context=world.context,
        settings=Serving(request_timeout_s=0.2),
    )
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)

    response = client.get("/api/iceberg/tables")

    assert response.status_code == 504
    assert is_problem(response)["code"] == "took-too-long"


class _Slow:
    def __init__(self, catalog: object) -> None:
        self._catalog = catalog

    def __getattr__(self, name: str) -> object:
        import time

        if name == "resolve":
            time.sleep(1)
        return getattr(self._catalog, name)


def test_secrets_of_the_project_are_masked(client: TestClient) -> None:
    for path in ("/api/config", "/api/settings"):
        text = client.get(path).text

        assert "hush-hush" not in text
        assert "***" in text


def test_a_proxy_may_serve_it_below_a_path(world: World) -> None:
    app = create_app(
        world.project,
        catalog=world.catalog,
        context=world.context,
        settings=Serving(base_path="/phlo"),
        static=world.static,
    )
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)

    assert client.get("/phlo/api/iceberg/tables").status_code == 200
    assert client.get("/api/iceberg/tables").status_code == 200
    assert '"/phlo/dagster"' in client.get("/phlo/dagster/").text
    assert 'href="/phlo/healthz"' in client.get("/phlo/").text


def test_the_dagster_page_needs_the_key_too(locked: TestClient) -> None:
    assert locked.get("/dagster/").status_code == 401
    assert locked.get("/dagster/", headers={"authorization": f"Bearer {KEY}"}).status_code == 200
    assert locked.get("/metrics").status_code == 401
    assert locked.get("/").status_code == 503, "the page holds no data; here it is not built"


def test_a_client_that_goes_away_leaves_no_task(world: World) -> None:
    async def ask() -> int:
        before = len(asyncio.all_tasks())
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/healthz",
            "raw_path": b"/healthz",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "scheme": "http",
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
            "http_version": "1.1",
            "root_path": "",
        }
        await world.app(scope, receive, send)
        assert json.loads(bytes(sent[1]["body"]))["status"]  # type: ignore[arg-type]
        return len(asyncio.all_tasks()) - before

    assert asyncio.run(ask()) == 0
