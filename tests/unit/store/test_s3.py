"""S3 through the real client, against a server that misbehaves (R2, R3)."""

import pyarrow as pa
import pytest

from phlo.catalog import open_catalog
from phlo.errors import CommitStateUnknown, InvalidInput, StoreError, StoreUnsafe
from phlo.store import open_store
from tests.unit.store.s3_server import s3_server


@pytest.fixture
def server():
    with s3_server() as running:
        yield running


@pytest.fixture
def store(server):
    return open_store("s3://bucket/lake", options=server.options)


def test_r02_a_server_that_ignores_the_condition_is_refused(server):
    server.behaviour = ["ignore", "ignore"]

    with pytest.raises(StoreUnsafe):
        open_store("s3://bucket/lake", options=server.options)


def test_r03_a_conflict_is_unknown_not_a_loss(server, store):
    server.behaviour = ["conflict"] * 10

    with pytest.raises((CommitStateUnknown, StoreError)):
        store.create("catalog/log/1", b"x")
    assert store.head("catalog/log/1") is None


@pytest.mark.parametrize("behaviour", ["conflict", "drop"])
def test_r03_a_commit_lands_once_whatever_the_server_answers(server, behaviour):
    lake = open_catalog("s3://bucket/lake", options=server.options)

    server.behaviour = [behaviour]
    lake.create_branch("dev")

    assert lake.state.number == 2
    fresh = open_catalog("s3://bucket/lake", options=server.options)
    assert fresh.state == lake.state


def test_a_server_that_is_gone_is_a_store_error(server, store):
    options = {**server.options, "endpoint": "http://127.0.0.1:9"}

    with pytest.raises((StoreError, CommitStateUnknown)):
        open_store("s3://bucket/lake", options=options)


def test_an_address_without_a_bucket_is_refused():
    with pytest.raises(InvalidInput):
        open_store("s3:///lake")
    with pytest.raises(InvalidInput):
        open_store("ftp://somewhere")


def test_tables_live_in_the_bucket(server):
    lake = open_catalog("s3://bucket/lake", options=server.options)
    lake.create_branch("dev")
    face = lake.at("dev")
    face.create_namespace("raw")
    rows = pa.table({"id": [1, 2]})

    face.create_table("raw.t", rows.schema)

    assert any(key.endswith("gz.metadata.json") for key in server.objects)
    assert lake.files.io.properties["s3.endpoint"] == server.options["endpoint"]
