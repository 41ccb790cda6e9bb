"""Rules of merging beyond files: ids, delete files, identities, names, cursors, histories."""

from dataclasses import asdict

import pytest
from pyiceberg.manifest import ManifestEntryStatus
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField, StringType

from phlo.catalog.conflicts import MergeConflict
from phlo.errors import Conflict, Unchecked
from phlo.model import CursorContent, Evidence, Intent, TableContent, cursor_key
from tests.unit.catalog.lab import FLIGHTS, SCHEMA, Lab, row


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    lab.append("main", [row(1), row(2)])
    lab.branch("dev")
    return lab


def conflicts_of(lab: Lab, source: str, into: str = "main") -> dict[tuple[str, ...], str]:
    return {one.key: one.reason for one in lab.catalog.preview_merge(source, into).conflicts}


# R8


def test_r08_columns_added_on_both_sides_keep_their_own_values(lab: Lab) -> None:
    lab.add_column("dev", "late")
    lab.append("dev", [row(10, late=1)])
    lab.add_column("main", "early")
    lab.append("main", [row(20, early=2)])

    lab.merge("dev")

    found = {one["id"]: (one["late"], one["early"]) for one in lab.rows("main")}
    assert found == {1: (None, None), 2: (None, None), 10: (1, None), 20: (None, 2)}
    ids = [field.field_id for field in lab.table("main").schema().fields]
    assert len(ids) == len(set(ids))


def test_r08_a_merged_table_never_gives_out_an_id_of_either_side(lab: Lab) -> None:
    lab.add_column("dev", "late")
    lab.append("main", [row(20)])
    lab.merge("dev")
    lab.add_column("main", "early")

    fields = {field.name: field.field_id for field in lab.table("main").schema().fields}

    assert fields == {"id": 1, "day": 2, "value": 3, "late": 4, "early": 5}


def test_r08_one_name_with_two_ids_is_a_conflict(lab: Lab) -> None:
    lab.add_column("dev", "late")
    lab.add_column("main", "LATE")

    assert "with the ids 5 and 4" in conflicts_of(lab, "dev")[FLIGHTS]


def test_r08_a_new_required_column_is_a_conflict(lab: Lab) -> None:
    with lab.table("dev").update_schema(allow_incompatible_changes=True) as update:
        update.add_column("late", LongType(), required=True)
    lab.append("main", [row(3)])

    assert "'late' is required" in conflicts_of(lab, "dev")[FLIGHTS]


def test_r08_a_column_that_became_required_is_a_conflict(lab: Lab) -> None:
    with lab.table("main").update_schema(allow_incompatible_changes=True) as update:
        update.make_column_optional("id")
        update._set_column_requirement("value", required=True)
    lab.append("dev", [row(3)])

    assert "'value' is required" in conflicts_of(lab, "dev")[FLIGHTS]


def test_r08_schema_ids_are_matched_by_structure(lab: Lab) -> None:
    lab.add_column("dev", "late")
    lab.add_column("dev", "later")
    lab.append("main", [row(3)])

    lab.merge("dev")

    metadata = lab.table("main").metadata
    assert [schema.schema_id for schema in metadata.schemas] == [0, 1]
    assert [field.name for field in metadata.schema().fields][3:] == ["late", "later"]
    snapshot = metadata.current_snapshot()
    assert snapshot is not None
    assert snapshot.schema_id in (0, 1)


def test_r08_a_column_changed_on_one_side_takes_the_change() -> None:
    lab = Lab()
    main = lab.at("main")
    schema = Schema(
        NestedField(1, "id", LongType(), doc="old"), NestedField(2, "day", StringType())
    )
    main.create_table("raw.days", schema)
    lab.branch("dev")
    with lab.at("dev").load_table("raw.days").update_schema() as update:
        update.update_column("id", doc="new")
    with main.load_table("raw.days").update_schema() as update:
        update.update_column("day", doc="of the week")
        update.rename_column("day", "weekday")

    lab.merge("dev")

    fields = lab.at("main").load_table("raw.days").schema().fields
    assert [(field.name, field.doc) for field in fields] == [
        ("id", "new"),
        ("weekday", "of the week"),
    ]


# R9


def test_r09_delete_files_block_a_rebase_but_no_fast_forward(lab: Lab) -> None:
    add_delete_file(lab, "dev")
    assert lab.how("dev") == "fast-forward"

    lab.append("main", [row(3)])

    assert "compact it first" in conflicts_of(lab, "dev")[FLIGHTS]
    assert "compact it first" in conflicts_of(lab, "main", "dev")[FLIGHTS]


def add_delete_file(lab: Lab, ref: str) -> None:
    """Write a snapshot whose manifest list names a manifest of delete files."""
    from pyiceberg.manifest import ManifestContent
    from pyiceberg.table.update.snapshot import _FastAppendFiles

    class Deleting(_FastAppendFiles):
        def _manifests(self):  # type: ignore[no-untyped-def]
            listed = super()._manifests()
            listed[0]._data[3] = ManifestContent.DELETES
            return listed

    table = lab.table(ref)
    file = lab.tasks(table)[0].file
    with table.transaction() as transaction:
        properties = {"phlo.intent": '{"kind": "overwrite", "key": [], "scope": "x"}'}
        update = transaction.update_snapshot(snapshot_properties=properties)
        producer = update.fast_append()
        producer.__class__ = Deleting
        with producer as files:
            files.append_data_file(file)


# R10, R12, R13, R22


def test_r10_a_merge_of_a_branch_that_moved_since_it_was_checked_is_refused(lab: Lab) -> None:
    checked = lab.catalog.ref("dev").commit
    lab.append("dev", [row(3)])

    with pytest.raises(Conflict, match="has moved since"):
        lab.catalog.merge("dev", checked=checked)

    assert lab.ids("main") == [1, 2]


def test_r10_a_merge_that_loses_the_race_is_planned_again(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    asked = []

    def outbox(facts: object) -> dict[str, object]:
        asked.append(facts)
        if len(asked) == 1:
            other = Lab.over(lab.catalog.store)
            other.append("main", [row(9)])
        return {"try": len(asked)}

    commit = lab.catalog.merge("dev", outbox=outbox)

    assert lab.ids("main") == [1, 2, 3, 9]
    assert commit.changes[0].before != commit.changes[0].after
    assert len(asked) > 1


def test_r10_a_merge_names_both_parents(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    parents = lab.catalog.ref("main").commit, lab.catalog.ref("dev").commit

    commit = lab.merge("dev")

    assert commit.parents == parents


def test_a_protected_branch_takes_only_what_was_checked_as_it_will_be(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    lab.append("main", [row(9)])
    lab.catalog.protect("main")

    with pytest.raises(Conflict, match="never checked"):
        lab.merge("dev")
    lab.merge("main", "dev")
    with pytest.raises(Unchecked, match="no recorded checks"):
        lab.merge("dev")
    content = lab.catalog.contents("dev")[FLIGHTS]
    assert isinstance(content, TableContent)
    lab.catalog.record_evidence([Evidence(FLIGHTS, content.metadata_location, ("rows",))])
    lab.merge("dev")

    assert lab.ids("main") == [1, 2, 3, 9]


def test_r22_a_merge_records_what_was_read_and_stale_reads_do_not_stop_it(lab: Lab) -> None:
    lab.at("main").create_table("raw.planes", SCHEMA)
    seen = lab.catalog.contents("main")[("raw", "planes")]
    assert isinstance(seen, TableContent)
    lab.append("dev", [row(3)])
    lab.append("main", [row(50)], key=("raw", "planes"))

    commit = lab.catalog.merge("dev", reads={("raw", "planes"): seen.metadata_location})

    assert commit.changes[0].key == FLIGHTS
    assert lab.ids("main") == [1, 2, 3]


def test_r22_a_merge_that_expects_another_content_of_a_table_is_refused(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    expected = lab.catalog.contents("main")[FLIGHTS]
    lab.append("main", [row(9)])

    with pytest.raises(Conflict, match="has changed since"):
        lab.catalog.merge("dev", expect={FLIGHTS: expected})

    assert lab.ids("main") == [1, 2, 9]


# R24


def test_r24_both_sides_create_one_table_alike_and_both_files_are_kept(lab: Lab) -> None:
    for ref, number in (("main", 1), ("dev", 2)):
        lab.at(ref).create_table("raw.planes", SCHEMA)
        lab.append(ref, [row(number)], key=("raw", "planes"))

    lab.merge("dev")

    assert lab.ids("main", ("raw", "planes")) == [1, 2]


def test_r24_both_sides_create_one_table_with_other_columns_conflict(lab: Lab) -> None:
    lab.at("main").create_table("raw.planes", SCHEMA)
    lab.at("dev").create_table("raw.planes", Schema(NestedField(1, "tail", StringType())))

    assert "different columns" in conflicts_of(lab, "dev")["raw", "planes"]


def test_r24_both_sides_fill_a_table_that_each_means_to_be_whole_conflict(lab: Lab) -> None:
    for ref, number in (("main", 1), ("dev", 2)):
        lab.at(ref).create_table("raw.planes", SCHEMA)
        lab.append(ref, [row(0)], key=("raw", "planes"))
        lab.replace(ref, [row(number)], key=("raw", "planes"))

    assert "whole table" in conflicts_of(lab, "dev")["raw", "planes"]


def test_r24_a_table_dropped_and_made_again_never_rebases(lab: Lab) -> None:
    lab.at("dev").drop_table("raw.flights")
    lab.at("dev").create_table("raw.flights", SCHEMA)
    assert lab.how("dev") == "fast-forward"

    lab.append("main", [row(3)])

    assert "created another" in conflicts_of(lab, "dev")[FLIGHTS]


def test_r24_one_table_renamed_to_two_names_is_a_conflict(lab: Lab) -> None:
    lab.at("dev").rename_table("raw.flights", "raw.legs")
    lab.at("main").rename_table("raw.flights", "raw.trips")

    assert "and cannot be" in conflicts_of(lab, "dev")["raw", "legs"]


def test_r24_a_table_renamed_on_one_side_only_moves(lab: Lab) -> None:
    lab.at("dev").rename_table("raw.flights", "raw.legs")

    lab.merge("dev")

    assert [key for key in lab.catalog.contents("main") if len(key) == 2] == [("raw", "legs")]
    assert lab.ids("main", ("raw", "legs")) == [1, 2]


def test_r24_names_that_differ_only_in_case_are_a_conflict(lab: Lab) -> None:
    lab.at("dev").create_table("raw.planes", SCHEMA)
    lab.at("main").create_table("raw.Planes", SCHEMA)

    assert "differ only in case" in conflicts_of(lab, "dev")["raw", "planes"]


# other keys


def test_a_table_removed_on_one_side_and_changed_on_the_other_is_a_conflict(lab: Lab) -> None:
    lab.append("main", [row(3)])
    lab.at("dev").drop_table("raw.flights")

    assert "removed it" in conflicts_of(lab, "dev")[FLIGHTS]
    assert "removed it" in conflicts_of(lab, "main", "dev")[FLIGHTS]


def test_a_table_removed_on_one_side_alone_is_removed(lab: Lab) -> None:
    lab.at("dev").drop_table("raw.flights")

    assert lab.how("dev") == "remove"
    lab.merge("dev")

    assert FLIGHTS not in lab.catalog.contents("main")


def test_namespaces_merge_property_by_property(lab: Lab) -> None:
    lab.at("main").update_namespace_properties("raw", updates={"owner": "ann", "tier": "1"})
    lab.at("dev").update_namespace_properties("raw", updates={"note": "x"})

    assert lab.how("dev", key=("raw",)) == "rebase"
    lab.merge("dev")

    properties = lab.at("main").load_namespace_properties("raw")
    assert {"owner": "ann", "tier": "1", "note": "x"}.items() <= properties.items()


def test_a_namespace_dropped_here_and_filled_there_is_a_conflict(lab: Lab) -> None:
    lab.at("main").create_namespace("marts")
    lab.branch("other")
    lab.at("main").drop_namespace("marts")
    lab.at("other").create_table("marts.delays", SCHEMA)

    assert "namespace 'marts'" in conflicts_of(lab, "other")["marts", "delays"]


def test_a_namespace_filled_here_and_dropped_there_is_a_conflict(lab: Lab) -> None:
    lab.at("main").create_namespace("marts")
    lab.branch("other")
    lab.at("other").drop_namespace("marts")
    lab.at("main").create_table("marts.delays", SCHEMA)

    assert "is not empty" in conflicts_of(lab, "other")["marts",]


def put_cursor(lab: Lab, ref: str, value: int) -> None:
    with lab.catalog.stage(ref, message="cursor") as stage:
        stage.put_cursor("flights", value)


def test_r19_cursors_merge_three_way(lab: Lab) -> None:
    put_cursor(lab, "dev", 5)
    lab.merge("dev")
    assert lab.catalog.contents("main")[cursor_key("flights")] == CursorContent("5")
    put_cursor(lab, "dev", 6)
    put_cursor(lab, "main", 6)
    lab.merge("dev")

    put_cursor(lab, "dev", 7)
    put_cursor(lab, "main", 8)

    assert "cursor differently" in conflicts_of(lab, "dev")[cursor_key("flights")]


def test_views_merge_three_way(lab: Lab) -> None:
    def put_view(ref: str, sql: str) -> None:
        with lab.catalog.stage(ref, message="view") as stage:
            stage.put_view(("raw", "late"), sql)

    put_view("dev", "select 1 as one")
    assert lab.how("dev", key=("raw", "late")) == "create"
    put_view("main", "select 2 as two")

    assert "view differently" in conflicts_of(lab, "dev")["raw", "late"]


# histories


def test_a_file_that_both_sides_took_from_a_third_branch_is_added_once(lab: Lab) -> None:
    lab.branch("side")
    lab.append("side", [row(3)])
    lab.append("main", [row(4)])
    lab.append("dev", [row(5)])
    lab.merge("side", "main")
    lab.merge("side", "dev")

    lab.merge("dev")

    assert lab.ids("main") == [1, 2, 3, 4, 5]


def test_histories_merged_into_each_other_go_on_from_what_moved(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    lab.at("main").create_table("raw.planes", SCHEMA)
    main, dev = lab.catalog.ref("main").commit, lab.catalog.ref("dev").commit
    lab.catalog.merge(dev, "main")
    lab.catalog.merge(main, "dev")
    lab.append("dev", [row(4)])

    assert lab.how("dev") == "fast-forward"
    lab.merge("dev")

    assert lab.ids("main") == [1, 2, 3, 4]


def test_best_bases_that_disagree_about_a_table_are_a_conflict(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    lab.append("main", [row(4)])
    main, dev = lab.catalog.ref("main").commit, lab.catalog.ref("dev").commit
    lab.catalog.merge(dev, "main")
    lab.catalog.merge(main, "dev")

    assert "disagree" in conflicts_of(lab, "dev")[FLIGHTS]


def test_r25_a_rebased_snapshot_is_later_than_all_before_it_and_has_an_id_of_its_own(
    lab: Lab,
) -> None:
    lab.append("dev", [row(3)])
    lab.append("main", [row(4)])
    sides = {one.snapshot_id for ref in ("main", "dev") for one in lab.table(ref).snapshots()}

    lab.merge("dev")

    metadata = lab.table("main").metadata
    times = [one.timestamp_ms for one in metadata.snapshot_log]
    assert metadata.current_snapshot_id not in sides
    assert times == sorted(set(times))
    assert metadata.last_updated_ms >= times[-1]


def test_r05_a_rebased_table_keeps_what_forbids_others_to_delete(lab: Lab) -> None:
    lab.append("dev", [row(3)])
    lab.append("main", [row(4)])

    lab.merge("dev")

    properties = lab.table("main").metadata.properties
    assert properties["gc.enabled"] == "false"


def test_a_rebased_snapshot_carries_its_intent_on_and_counts_rows(lab: Lab) -> None:
    lab.upsert("dev", [row(1, value=5)])
    lab.append("main", [row(4)])

    commit = lab.merge("dev")

    snapshot = lab.table("main").current_snapshot()
    assert snapshot is not None
    assert snapshot.summary is not None
    summary = snapshot.summary.additional_properties
    assert commit.changes[0].intent == Intent("upsert", ("id",))
    assert '"upsert"' in summary["phlo.intent"]
    content = lab.catalog.contents("main")[FLIGHTS]
    assert asdict(content)["rows"] == 3 == len(lab.rows("main"))
    statuses = {
        entry.status
        for manifest in snapshot.manifests(lab.table("main").io)
        for entry in manifest.fetch_manifest_entry(lab.table("main").io, discard_deleted=False)
    }
    assert ManifestEntryStatus.DELETED in statuses


def test_a_conflict_tells_what_both_sides_did(lab: Lab) -> None:
    lab.append("dev", [row(3), row(4)])
    lab.replace("main", [row(9)])

    with pytest.raises(MergeConflict) as caught:
        lab.merge("dev")

    (conflict,) = caught.value.conflicts
    assert conflict.ours is not None
    assert conflict.theirs is not None
    assert conflict.theirs.ref == "dev"
    assert conflict.theirs.intents == (Intent("append"),)
    assert (conflict.theirs.files_added, conflict.theirs.rows_added) == (1, 2)
    assert conflict.ours.intents == (Intent("overwrite"),)
    assert conflict.ours.commits == (lab.catalog.ref("main").commit,)


def test_a_conflict_tells_what_the_side_that_kept_the_table_did_and_that_the_other_has_none(
    lab: Lab,
) -> None:
    lab.append("main", [row(3), row(4)])
    lab.at("dev").drop_table("raw.flights")

    (conflict,) = lab.catalog.preview_merge("dev").conflicts

    assert conflict.theirs is None
    assert conflict.ours is not None
    assert (conflict.ours.files_added, conflict.ours.files_removed) == (1, 0)
    assert conflict.ours.rows_added == 2


def test_a_conflict_says_of_a_cursor_that_nothing_was_counted(lab: Lab) -> None:
    key = cursor_key("source")
    for ref, value in (("main", 1), ("dev", 2)):
        with lab.catalog.stage(ref, message="x", override="a test") as stage:
            stage.put_cursor("source", value)

    (conflict,) = lab.catalog.preview_merge("dev").conflicts

    assert conflict.key == key
    for side in (conflict.ours, conflict.theirs):
        assert side is not None
        assert (side.files_added, side.files_removed, side.rows_added) == (None, None, None)
