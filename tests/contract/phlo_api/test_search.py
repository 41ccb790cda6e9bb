"""Search sees what changes from one letter to the next."""

from typing import Any

import pyarrow as pa
from starlette.testclient import TestClient

from phlo.tables.create import create
from phlo_api import lake_tables
from tests.contract.phlo_api.world import World


def hits(client: TestClient, q: str, ref: str = "main") -> list[dict[str, Any]]:
    answer = client.get("/api/search", params={"q": q, "ref": ref})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_table_comes_before_its_columns(client: TestClient) -> None:
    kinds = [hit["kind"] for hit in hits(client, "orders")]

    assert kinds[0] == "table"


def test_a_column_is_found_with_its_table_and_type(client: TestClient) -> None:
    found = next(hit for hit in hits(client, "placed_at") if hit["kind"] == "column")

    assert (found["parent"], found["detail"]) == ("raw.orders", "raw.orders · timestamptz")


def test_a_new_table_and_its_columns_are_found_at_once_and_only_on_their_ref(
    client: TestClient, world: World
) -> None:
    assert hits(client, "zebra") == []
    world.catalog.create_branch("dev/search", at="main")
    try:
        schema = pa.schema([pa.field("zebra_stripes", pa.list_(pa.int64()))])
        with world.catalog.stage("dev/search", message="a zebra") as stage:
            create(stage.tables, ("raw", "zebra"), schema)

        there = hits(client, "zebra", "dev/search")
        assert [(hit["kind"], hit["title"]) for hit in there] == [
            ("table", "raw.zebra"),
            ("column", "zebra_stripes"),
        ]
        assert there[1]["detail"] == "raw.zebra · list<long>"
        assert hits(client, "zebra") == []
    finally:
        world.catalog.delete_ref("dev/search")
    assert hits(client, "dev/search") == []


def test_a_saved_query_is_found_by_its_new_name_only(client: TestClient) -> None:
    body = {"name": "giraffes", "sql": "select 1", "description": "", "tags": []}
    made = client.post("/api/trino/saved", json=body).json()
    try:
        assert [hit["id"] for hit in hits(client, "giraffes")] == [made["id"]]
        client.put(f"/api/trino/saved/{made['id']}", json={**body, "name": "elephants"})

        assert hits(client, "giraffes") == []
        assert [hit["id"] for hit in hits(client, "elephants")] == [made["id"]]
    finally:
        client.delete(f"/api/trino/saved/{made['id']}")
    assert hits(client, "elephants") == []


def test_the_columns_that_are_read_quickly_are_those_of_the_table(world: World) -> None:
    commit = world.catalog.resolve("main")

    for name in ("raw.orders", "raw.people"):
        found = lake_tables.find(world.app.api, commit, name)
        fields = lake_tables.load(world.app.api, found).schema().fields
        quick = lake_tables.column_types(world.app.api, found)

        assert quick == tuple((field.name, str(field.field_type)) for field in fields)
