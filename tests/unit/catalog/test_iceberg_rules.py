"""Rules R4, R5, R8 and R18 as pyiceberg sees them."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.exceptions import (
    CommitFailedException,
    CommitStateUnknownException,
    NoSuchViewError,
    ValidationError,
    ValidationException,
)
from pyiceberg.schema import Schema
from pyiceberg.table.refs import SnapshotRef
from pyiceberg.table.snapshots import SnapshotLogEntry
from pyiceberg.table.update import AssertRefSnapshotId, SetPropertiesUpdate
from pyiceberg.transforms import BucketTransform
from pyiceberg.types import LongType, NestedField
from pyiceberg.view.metadata import ViewVersion

from phlo.catalog import LogCatalog, files, open_catalog
from phlo.catalog.settings import LogSettings
from phlo.model import TableContent
from tests.unit.catalog.faulty import FaultyStore, lost

MAIN = SnapshotRef(snapshot_id=129, snapshot_ref_type="branch")
ROWS = pa.table({"id": pa.array([1], pa.int64())})


@pytest.fixture
def lake(tmp_path: Path):
    catalog = open_catalog(tmp_path / "lake")
    catalog.create_branch("dev")
    catalog.at("dev").create_namespace("raw")
    return catalog


def made(lake, ref="dev", name="t", **options):
    return lake.at(ref).create_table(("raw", name), ROWS.schema, **options)


def on_disk(lake) -> list[Path]:
    return [one for one in (Path(lake.store.folder) / "tables").rglob("*") if one.is_file()]


def test_r04_an_unknown_outcome_keeps_every_file():
    store = FaultyStore()
    lake = LogCatalog(store, author="tester", settings=LogSettings(settle_tries=1))
    lake.start()
    lake.create_branch("dev")
    lake.at("dev").create_namespace("raw")
    table = made(lake)

    def fault(path, data):
        store.fault = None
        store.land(path, data)
        store.silent = True
        raise lost(path)

    store.fault = fault
    with pytest.raises(CommitStateUnknownException):
        table.append(ROWS)
    store.silent = False

    assert lake.at("dev").load_table("raw.t").scan().to_arrow().num_rows == 1


def test_r04_a_failed_commit_certainly_did_not_land(lake):
    one, other = made(lake), lake.at("dev").load_table("raw.t")
    one.append(ROWS)
    number = lake.state.number
    requirement = AssertRefSnapshotId(ref="main", snapshot_id=None)

    with pytest.raises(CommitFailedException):
        lake.at("dev").commit_table(
            other, (requirement,), (SetPropertiesUpdate(updates={"a": "b"}),)
        )

    assert lake.refresh().number == number


def test_r05_no_client_can_make_a_table_delete_files(lake):
    asked = {"gc.enabled": "true", "write.metadata.delete-after-commit.enabled": "true"}
    table = made(lake, properties={**asked, "write.metadata.previous-versions-max": "1"})
    with table.transaction() as transaction:
        transaction.set_properties(**asked)
    first = set(on_disk(lake))
    for _ in range(6):
        table.append(ROWS)

    assert {name: table.properties[name] for name in asked} == dict.fromkeys(asked, "false")
    assert first <= set(on_disk(lake))


def test_r05_dropping_and_purging_remove_the_key_only(lake):
    made(lake).append(ROWS)
    lake.create_tag("kept", at="dev")
    before = set(on_disk(lake))

    lake.at("dev").purge_table("raw.t")

    assert set(on_disk(lake)) == before
    assert lake.at("kept").load_table("raw.t").scan().to_arrow().num_rows == 1


def test_r05_a_failed_transaction_deletes_nothing_either(lake):
    one, other = made(lake), lake.at("dev").load_table("raw.t")
    one.append(ROWS)
    before = set(on_disk(lake))
    io = other.io

    io.delete(next(str(path) for path in before))

    assert set(on_disk(lake)) == before


def test_r05_tables_lie_below_the_lake(lake):
    with pytest.raises(ValidationError, match="below"):
        made(lake, location="file:///tmp/elsewhere")
    table = made(lake)
    assert table.location() == f"{lake.root}/tables/{table.metadata.table_uuid}"


def test_r08_loaded_metadata_shows_the_ids_of_all_refs(lake):
    made(lake)
    lake.create_branch("other", at="dev")
    table = lake.at("dev").load_table("raw.t")
    with table.update_schema() as update:
        update.add_column("wings", LongType())

    assert lake.at("other").load_table("raw.t").metadata.last_column_id == 2


def test_r08_an_id_that_another_ref_gave_out_meanwhile_is_refused(lake):
    made(lake)
    lake.create_branch("other", at="dev")
    late = lake.at("other").load_table("raw.t")
    update = late.update_schema()
    update.add_column("legs", LongType())
    table = lake.at("dev").load_table("raw.t")
    with table.update_schema() as first:
        first.add_column("wings", LongType())

    with pytest.raises(CommitFailedException):
        update.commit()


def test_r08_partition_field_ids_are_shared_too(lake):
    made(lake)
    lake.create_branch("other", at="dev")
    ids = []
    for ref, buckets in (("dev", 4), ("other", 8)):
        table = lake.at(ref).load_table("raw.t")
        with table.update_spec() as spec:
            spec.add_field("id", BucketTransform(buckets), f"b{buckets}")
        ids.append(table.spec().fields[-1].field_id)

    assert len(set(ids)) == 2


def test_r18_metadata_is_zipped_and_remembers_ten_files(lake):
    table = made(lake)
    for _ in range(15):
        table.append(ROWS)

    path = Path(table.metadata_location.removeprefix("file://"))
    document = json.loads(gzip.decompress(path.read_bytes()))
    assert path.name.startswith("00015-")
    assert path.name.endswith(".gz.metadata.json")
    assert len(document["metadata-log"]) == 10
    assert lake.at("dev").load_table("raw.t").scan().to_arrow().num_rows == 15


def _with_snapshots(lake, *, apart_ms: int):
    """Return metadata of 130 snapshots, and the time of the last."""
    table = made(lake)
    table.append(ROWS)
    one = table.metadata.snapshots[0]
    times = [one.timestamp_ms + n * apart_ms for n in range(130)]
    changes = [
        {"snapshot_id": n, "sequence_number": n, "timestamp_ms": at} for n, at in enumerate(times)
    ]
    log = [SnapshotLogEntry(snapshot_id=n, timestamp_ms=at) for n, at in enumerate(times)]
    current = {"current_snapshot_id": 129, "refs": {"main": MAIN}}
    update = {"snapshots": [one.model_copy(update=change) for change in changes]}
    return table.metadata.model_copy(update=update | {"snapshot_log": log} | current), times[-1]


@pytest.mark.parametrize(("apart_ms", "kept"), [(60_000, 20), (24 * 3600 * 1000, 100), (10, 100)])
def test_r18_snapshots_are_few_where_they_come_often_and_never_many(lake, apart_ms, kept):
    metadata, now_ms = _with_snapshots(lake, apart_ms=apart_ms)

    bounded = files.bounded(metadata, now_ms=now_ms)

    ids = [one.snapshot_id for one in bounded.snapshots]
    assert ids == list(range(130 - kept, 130))
    assert [one.snapshot_id for one in bounded.snapshot_log] == ids


def test_format_version_three_is_refused_with_its_fix(lake):
    with pytest.raises(ValidationError, match="format-version 2"):
        made(lake, properties={"format-version": "3"})


def test_a_table_is_created_with_its_first_rows_in_one_commit(lake):
    before = lake.state.number
    with lake.at("dev").create_table_transaction("raw.t", ROWS.schema) as transaction:
        transaction.append(ROWS)

    content = lake.contents("dev")[("raw", "t")]
    assert isinstance(content, TableContent)
    assert content.rows == 1
    assert lake.state.number == before + 1


def test_a_table_is_registered_under_a_second_ref_but_not_a_second_name(lake):
    table = made(lake)
    lake.create_branch("other", at="main")
    lake.at("other").create_namespace("raw")

    lake.at("other").register_table("raw.t", table.metadata_location)

    assert lake.at("other").table_exists("raw.t")
    with pytest.raises(CommitFailedException):
        lake.at("dev").register_table("raw.u", table.metadata_location)


def test_views_are_made_listed_loaded_and_dropped(lake):
    face = lake.at("dev")
    version = ViewVersion.model_validate(
        {
            "version-id": 1,
            "schema-id": 0,
            "representations": [{"type": "sql", "sql": "select 1 as id", "dialect": "duckdb"}],
            "default-namespace": ["raw"],
        }
    )
    schema = Schema(NestedField(1, "id", LongType()))

    face.create_view("raw.v", schema, version)

    assert face.list_views("raw") == [("raw", "v")]
    loaded = face.load_view("raw.v")
    assert loaded.sql_for("duckdb").sql == "select 1 as id"
    assert loaded.schema().find_field("id").field_type == LongType()
    face.drop_view("raw.v")
    with pytest.raises(NoSuchViewError):
        face.load_view("raw.v")


def test_an_intent_in_the_summary_reaches_the_commit(lake):
    table = made(lake)
    intent = json.dumps({"kind": "upsert", "key": ["id"], "scope": ""})
    table.append(ROWS, snapshot_properties={"phlo.intent": intent})
    table.append(ROWS)
    table.overwrite(ROWS)

    kinds = [one.changes[0].intent.kind for one in lake.log("dev", table=("raw", "t"))]
    assert kinds == ["overwrite", "append", "upsert", "schema"]


def test_a_commit_that_names_a_condemned_file_is_refused(lake):
    made(lake).append(ROWS)
    content = lake.contents("dev")[("raw", "t")]
    path = content.metadata_location.removeprefix(lake.root + "/")
    lake._submit(lambda state: [{"do": "condemn", "at": state.number + 1, "paths": [path]}])

    with pytest.raises(ValidationException):
        lake.at("dev").rename_table("raw.t", "raw.u")
