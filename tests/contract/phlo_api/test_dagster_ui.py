"""Dagster's own page in the same process."""

from starlette.testclient import TestClient


def test_the_page_and_its_files_are_served_under_dagster(client: TestClient) -> None:
    bare = client.get("/dagster", follow_redirects=False)
    page = client.get("/dagster/")
    asset = page.text.split('src="/dagster/', 1)[1].split('"', 1)[0]

    assert bare.status_code in {301, 307, 308} or "pathPrefix" in bare.text
    assert '"/dagster"' in page.text
    assert client.get(f"/dagster/{asset}").status_code == 200


def test_its_graphql_knows_the_location_phlo(client: TestClient) -> None:
    query = "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"

    answer = client.post("/dagster/graphql", json={"query": query}).json()

    assert answer["data"]["workspaceOrError"]["locationEntries"] == [
        {"name": "phlo", "loadStatus": "LOADED"}
    ]


def test_its_websocket_answers(client: TestClient) -> None:
    host = {"host": "localhost"}
    with client.websocket_connect("/dagster/graphql", ["graphql-ws"], headers=host) as socket:
        socket.send_json({"type": "connection_init", "payload": {}})

        assert socket.receive_json()["type"] == "connection_ack"


def test_our_own_paths_stay_ours(client: TestClient) -> None:
    assert client.get("/dagsterly").headers["content-type"].startswith("text/html")
    assert client.get("/api/dagster/health").json()["location"] == "phlo"
