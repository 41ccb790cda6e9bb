"""The store and the catalog keep their promises on a real S3 server."""

import multiprocessing

import pytest

from phlo.catalog import open_catalog
from phlo.engine.session import Session
from phlo.errors import Conflict, StoreError
from phlo.model import Change, Intent
from phlo.store import open_store
from phlo.testing.catalog import CatalogContract, table
from phlo.testing.store import ObjectStoreContract
from tests.servers.conftest import BUCKET, serving
from tests.unit.catalog.faulty import content

PROCESSES, COMMITS = 8, 20


class TestStore(ObjectStoreContract):
    @pytest.fixture
    def store(self, url, options):
        return open_store(url, options=options)


class TestCatalog(CatalogContract):
    @pytest.fixture
    def empty(self, url, options):
        return open_catalog(url, author="tester", options=options)


@pytest.mark.parametrize(
    ("change", "told", "fix"),
    [
        ({"secret_access_key": "not-the-secret"}, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ({"region": "eu-west-1"}, "AuthorizationHeaderMalformed", "AWS_REGION"),
        ({"endpoint": "http://127.0.0.1:9"}, "cannot be opened", "AWS_ENDPOINT_URL"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(url, options, change, told, fix) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        open_store(url, options=options | change)

    assert fix in caught.value.fix
    assert "\n" not in caught.value.problem
    assert len(caught.value.problem) < 300


def test_a_bucket_that_is_not_there_is_no_empty_lake(options) -> None:
    with pytest.raises(StoreError, match="NoSuchBucket") as caught:
        open_store(f"s3://not-{BUCKET}/lake", options=options)

    assert "create the bucket" in caught.value.fix


def test_a_lake_that_may_only_be_read_is_read(url, options, objects) -> None:
    lake = open_catalog(url, options=options)
    lake.create_branch("dev")
    table(lake, rows=2)

    with serving(objects, "--readonly") as address:
        readers = open_catalog(url, options=options | {"endpoint": address})
        rows = Session(readers, "dev").sql("select count(*) from raw.birds").fetchall()
        with pytest.raises(StoreError, match="AccessDenied"):
            readers.create_branch("mine")

    assert rows == [(6,)]


def _commit(lake, name: str) -> str:
    key = ("raw", name)
    while True:
        before = lake.contents("dev").get(key)
        after = content(name, 0 if before is None else before.snapshot_id + 1)
        try:
            return lake.commit(
                "dev", [Change(key, before, after, Intent("append"))], message="x"
            ).id
        except Conflict:
            continue


def _write(url: str, options: dict[str, str], name: str, acknowledged) -> None:
    lake = open_catalog(url, options=options)
    acknowledged.put([_commit(lake, name) for _ in range(COMMITS)])


@pytest.mark.parametrize("shared", [True, False], ids=["one table", "many tables"])
def test_every_acknowledged_commit_of_several_processes_is_present(url, options, shared) -> None:
    context = multiprocessing.get_context("spawn")
    lake = open_catalog(url, options=options)
    lake.create_branch("dev")
    acknowledged = context.Queue()
    names = ["one" if shared else f"t{n}" for n in range(PROCESSES)]
    workers = [
        context.Process(target=_write, args=(url, options, name, acknowledged)) for name in names
    ]

    for worker in workers:
        worker.start()
    told = [one for _ in workers for one in acknowledged.get(timeout=240)]
    for worker in workers:
        worker.join()

    present = {commit.id for commit in lake.log("dev")}
    assert len(set(told)) == PROCESSES * COMMITS
    assert set(told) <= present
    assert len(present) == PROCESSES * COMMITS + 1
    assert open_catalog(url, options=options).refresh() == lake.state
