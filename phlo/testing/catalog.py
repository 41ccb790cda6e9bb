"""What every catalog must do; subclass ``CatalogContract`` and give it an ``empty`` one."""

# over 300 lines: one class is one contract, and a plugin subclasses it whole

from datetime import timedelta

import pyarrow as pa
import pytest
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceNotEmptyError,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.table import Table

from phlo.errors import Conflict, InvalidInput, Protected, RefExists, RefNotFound, Unchecked
from phlo.model import Evidence, TableContent, cursor_key
from phlo.ports import Catalog
from phlo.testing.gaps import Contract, needs

KEY = ("raw", "birds")
ROWS = pa.table({"id": pa.array([1, 2, 3], pa.int64()), "name": ["tit", "jay", "kite"]})


def table(catalog: Catalog, ref: str = "dev", *, rows: int = 1) -> Table:
    """Make the table of the suite on a branch, with so many appends of three rows."""
    face = catalog.at(ref)
    face.create_namespace_if_not_exists("raw")
    made = face.create_table(KEY, ROWS.schema)
    for _ in range(rows):
        made.append(ROWS)
    return made


def count(catalog: Catalog, ref: str) -> int:
    """Count the rows of the suite's table on a ref."""
    return int(catalog.at(ref).load_table(KEY).scan().to_arrow().num_rows)


def evidence(catalog: Catalog, ref: str = "dev", *, failed: tuple[str, ...] = ()) -> list[Evidence]:
    """Return evidence for every table of a ref."""
    return [
        Evidence(key, content.metadata_location, ("counted",), failed)
        for key, content in catalog.contents(ref).items()
        if isinstance(content, TableContent)
    ]


class CatalogContract(Contract):
    """The port ``Catalog``: refs, content, history, merging, protection, the pyiceberg face."""

    @pytest.fixture
    def empty(self) -> Catalog:
        """Return a catalog that nobody has written to."""
        raise NotImplementedError

    @pytest.fixture
    def catalog(self, empty: Catalog) -> Catalog:
        empty.create_branch("dev")
        return empty

    # refs

    def test_a_new_lake_has_a_protected_main_and_nothing_else(self, empty: Catalog) -> None:
        assert [(ref.name, ref.protected) for ref in empty.refs()] == [("main", True)]
        assert dict(empty.contents("main")) == {}

    def test_a_branch_begins_where_it_was_made_and_moves_alone(self, catalog: Catalog) -> None:
        table(catalog)

        assert KEY in catalog.contents("dev")
        assert KEY not in catalog.contents("main")

    def test_a_name_is_taken_once(self, catalog: Catalog) -> None:
        with pytest.raises(RefExists):
            catalog.create_branch("dev")

    @pytest.mark.parametrize("name", ["", "a~b", "a b", "a@b", "/a", "a/", "a//b", "0123456789ab"])
    def test_names_that_could_mean_something_else_are_refused(
        self, catalog: Catalog, name: str
    ) -> None:
        with pytest.raises(InvalidInput):
            catalog.create_branch(name)

    def test_an_unknown_ref_names_the_nearest(self, catalog: Catalog) -> None:
        with pytest.raises(RefNotFound, match="dev"):
            catalog.resolve("dve")

    def test_a_deleted_branch_is_gone_and_its_commits_stay(self, catalog: Catalog) -> None:
        table(catalog)
        tip = catalog.resolve("dev").id

        catalog.delete_ref("dev")

        with pytest.raises(RefNotFound):
            catalog.ref("dev")
        assert KEY in catalog.contents(tip)

    def test_a_tag_does_not_move(self, catalog: Catalog) -> None:
        table(catalog)
        catalog.create_tag("v1", at="dev")
        catalog.at("dev").load_table(KEY).append(ROWS)

        assert (count(catalog, "v1"), count(catalog, "dev")) == (3, 6)
        with pytest.raises(InvalidInput):
            catalog.at("v1").load_table(KEY).append(ROWS)

    @needs("incarnations")
    def test_r10_a_branch_made_anew_is_another_branch(self, catalog: Catalog) -> None:
        old = table(catalog)
        catalog.delete_ref("dev")
        catalog.create_branch("dev", at="main")

        with pytest.raises((Conflict, CommitFailedException, NoSuchTableError)):
            old.append(ROWS)
        assert KEY not in catalog.contents("dev")

    def test_a_branch_can_be_assigned_and_remembers_what_it_was(self, catalog: Catalog) -> None:
        table(catalog, rows=2)
        moved_from = catalog.resolve("dev")
        earlier = list(catalog.log("dev"))[1]

        catalog.assign_ref("dev", to=earlier.id, reason="went wrong")

        assert catalog.resolve("dev").id == earlier.id
        at = moved_from.time + timedelta(microseconds=1)
        assert catalog.resolve(f"dev@{at.isoformat()}").id == moved_from.id

    # time travel

    def test_a_ref_is_a_name_an_id_a_prefix_or_a_moment(self, catalog: Catalog) -> None:
        table(catalog, rows=2)
        earlier = list(catalog.log("dev"))[1]

        for ref in (
            earlier.id,
            earlier.id[:8],
            f"dev@{earlier.id}",
            f"dev@{earlier.id[:8]}",
            f"dev@{earlier.time.isoformat()}",
        ):
            assert catalog.resolve(ref).id == earlier.id
            assert count(catalog, ref) == 3

    def test_a_commit_outside_the_history_of_a_name_is_not_found_there(
        self, catalog: Catalog
    ) -> None:
        table(catalog)

        with pytest.raises(RefNotFound):
            catalog.resolve(f"main@{catalog.resolve('dev').id}")

    def test_history_is_filtered_by_table_author_run_and_limit(self, catalog: Catalog) -> None:
        table(catalog)
        with catalog.stage("dev", message="cursor", run="r1") as stage:
            stage.put_cursor("birds", {"at": 1})

        assert [one.run for one in catalog.log("dev", run="r1")] == ["r1"]
        assert len(list(catalog.log("dev", table=KEY))) == 2
        assert len(list(catalog.log("dev", limit=1))) == 1
        author = catalog.resolve("dev").author
        assert len(list(catalog.log("dev", author=author))) >= 3
        assert list(catalog.log("dev", author=f"not {author}")) == []
        numbers = [one.number for one in catalog.log("dev")]
        assert numbers == sorted(numbers, reverse=True)

    def test_r25_times_of_commits_only_grow(self, catalog: Catalog) -> None:
        table(catalog, rows=4)

        times = [one.time for one in catalog.log("dev")]
        assert times == sorted(set(times), reverse=True)

    # the pyiceberg face

    def test_a_table_is_written_read_renamed_and_dropped(self, catalog: Catalog) -> None:
        table(catalog)
        face = catalog.at("dev")

        face.rename_table(KEY, ("raw", "fowl"))

        assert face.list_tables("raw") == [("raw", "fowl")]
        assert face.load_table(("raw", "fowl")).scan().to_arrow().num_rows == 3
        face.purge_table(("raw", "fowl"))
        assert face.list_tables("raw") == []
        with pytest.raises(NoSuchTableError):
            face.load_table(("raw", "fowl"))

    def test_listing_knows_sizes_without_opening_tables(self, catalog: Catalog) -> None:
        table(catalog, rows=2)

        content = catalog.contents("dev")[KEY]
        assert isinstance(content, TableContent)
        assert (content.rows, content.files) == (6, 2)
        assert content.bytes is not None
        assert content.bytes > 0

    def test_names_of_tables_are_unique_ignoring_case(self, catalog: Catalog) -> None:
        table(catalog)

        with pytest.raises(TableAlreadyExistsError):
            catalog.at("dev").create_table(("raw", "BIRDS"), ROWS.schema)

    def test_namespaces_are_made_listed_described_and_dropped(self, catalog: Catalog) -> None:
        face = catalog.at("dev")
        face.create_namespace("a", {"owner": "me"})
        face.create_namespace(("a", "b"))

        assert face.list_namespaces() == [("a",)]
        assert face.list_namespaces("a") == [("a", "b")]
        face.update_namespace_properties("a", {"owner"}, {"x": "1"})
        assert face.load_namespace_properties("a") == {"x": "1"}
        with pytest.raises(NamespaceNotEmptyError):
            face.drop_namespace("a")
        face.drop_namespace(("a", "b"))
        face.drop_namespace("a")
        assert face.list_namespaces() == []

    def test_a_table_needs_its_namespace(self, catalog: Catalog) -> None:
        with pytest.raises(NoSuchNamespaceError):
            catalog.at("dev").create_table(("nowhere", "t"), ROWS.schema)

    def test_two_writers_of_one_table_both_land(self, catalog: Catalog) -> None:
        table(catalog)
        one, other = (catalog.at("dev").load_table(KEY) for _ in range(2))

        one.append(ROWS)
        other.append(ROWS)

        assert count(catalog, "dev") == 9

    def test_a_schema_change_on_an_old_table_object_is_refused(self, catalog: Catalog) -> None:
        from pyiceberg.types import LongType

        table(catalog)
        one, other = (catalog.at("dev").load_table(KEY) for _ in range(2))
        with one.update_schema() as update:
            update.add_column("wings", LongType())

        with pytest.raises(CommitFailedException), other.update_schema() as update:
            update.add_column("legs", LongType())

    @needs("ids-across-refs")
    def test_r08_two_branches_never_give_out_one_field_id(self, catalog: Catalog) -> None:
        from pyiceberg.types import LongType

        table(catalog)
        catalog.create_branch("other", at="dev")
        ids = []
        for ref, name in (("dev", "wings"), ("other", "legs")):
            loaded = catalog.at(ref).load_table(KEY)
            with loaded.update_schema() as update:
                update.add_column(name, LongType())
            ids.append(loaded.schema().find_field(name).field_id)

        assert len(set(ids)) == 2

    # stages

    @needs("stage")
    def test_a_stage_commits_all_or_nothing(self, catalog: Catalog) -> None:
        before = catalog.resolve("dev").id
        with pytest.raises(RuntimeError), catalog.stage("dev", message="two") as stage:  # noqa: PT012 - the block is the point
            stage.tables.create_namespace("raw")
            stage.tables.create_table(KEY, ROWS.schema).append(ROWS)
            assert stage.tables.load_table(KEY).scan().to_arrow().num_rows == 3
            raise RuntimeError
        assert catalog.resolve("dev").id == before

        with catalog.stage("dev", message="two", run="r") as stage:
            stage.tables.create_namespace("raw")
            stage.tables.create_table(KEY, ROWS.schema).append(ROWS)
            stage.put_cursor("birds", {"at": 5}, partition="p")
            stage.put_view(("raw", "v"), "select 1")

        assert stage.commit is not None
        assert stage.commit.parents == (before,)
        assert {*catalog.contents("dev")} == {
            ("raw",),
            KEY,
            ("raw", "v"),
            cursor_key("birds", "p"),
        }

    @needs("stage")
    def test_a_stage_without_changes_commits_nothing(self, catalog: Catalog) -> None:
        with catalog.stage("dev", message="nothing") as stage:
            pass

        assert stage.commit is None

    @needs("stage")
    def test_a_stage_conflicts_when_its_table_moved(self, catalog: Catalog) -> None:
        table(catalog)

        with pytest.raises(Conflict), catalog.stage("dev", message="late") as stage:  # noqa: PT012 - as above
            stage.tables.load_table(KEY).append(ROWS)
            catalog.at("dev").load_table(KEY).append(ROWS)
        assert count(catalog, "dev") == 6

    # protection and merging

    @needs("protection")
    def test_main_refuses_every_direct_write(self, catalog: Catalog) -> None:
        with pytest.raises(Protected):
            catalog.at("main").create_namespace("raw")
        with pytest.raises(Protected), catalog.stage("main", message="x") as stage:
            stage.put_cursor("birds", 1)
        with pytest.raises(Protected):
            catalog.delete_ref("main")

    @needs("protection")
    def test_main_is_never_deleted_also_when_nothing_protects_it(self, catalog: Catalog) -> None:
        catalog.protect("main", on=False)
        table(catalog, "main")
        before = catalog.refs()

        with pytest.raises(Protected, match="'main' is not deleted"):
            catalog.delete_ref("main")
        with pytest.raises(Protected, match="'main' is not deleted"):
            catalog.delete_ref("main", incarnation=catalog.ref("main").incarnation)
        with pytest.raises(Protected, match="'main' is not deleted"):
            catalog.merge("main", "dev", delete_source=True)
        assert catalog.refs() == before

    @needs("protection")
    def test_an_override_names_its_reason_in_the_commit(self, catalog: Catalog) -> None:
        with catalog.stage("main", message="x", override="repair of 3 May") as stage:
            stage.put_cursor("birds", 1)

        assert catalog.resolve("main").override == "repair of 3 May"

    @needs("evidence")
    def test_a_merge_into_main_needs_checks_of_exactly_its_tables(self, catalog: Catalog) -> None:
        table(catalog)
        stale = evidence(catalog)
        catalog.at("dev").load_table(KEY).append(ROWS)

        with pytest.raises(Unchecked):
            catalog.merge("dev", evidence=stale)
        with pytest.raises(Unchecked, match="counted_twice"):
            catalog.merge("dev", evidence=evidence(catalog, failed=("counted_twice",)))
        assert dict(catalog.contents("main")) == {}

        catalog.record_evidence(
            [Evidence(one.key, one.location, ("counted_twice",)) for one in evidence(catalog)]
        )
        merged = catalog.merge("dev")
        assert catalog.resolve("main").id == merged.id
        assert count(catalog, "main") == 6

    def test_a_merge_is_one_commit_of_two_parents(self, catalog: Catalog) -> None:
        table(catalog)
        ends = catalog.resolve("main").id, catalog.resolve("dev").id

        merged = catalog.merge("dev", evidence=evidence(catalog), run="r9", message="publish")

        assert (merged.parents, merged.run, merged.message) == (ends, "r9", "publish")
        assert catalog.merge("dev").id == merged.id

    def test_a_merge_names_the_commit_that_was_checked(self, catalog: Catalog) -> None:
        table(catalog)
        checked = catalog.resolve("dev").id
        catalog.at("dev").load_table(KEY).append(ROWS)

        with pytest.raises(Conflict):
            catalog.merge("dev", checked=checked, evidence=evidence(catalog))

    def test_a_merge_can_delete_its_source(self, catalog: Catalog) -> None:
        table(catalog)

        catalog.merge("dev", evidence=evidence(catalog), delete_source=True)

        assert [ref.name for ref in catalog.refs()] == ["main"]

    @needs("same-table-merge")
    def test_appends_of_two_branches_merge(self, catalog: Catalog) -> None:
        table(catalog)
        catalog.create_branch("other", at="dev")
        for ref in ("dev", "other"):
            catalog.at(ref).load_table(KEY).append(ROWS)

        assert catalog.preview_merge("other", "dev").how[KEY] == "rebase"
        catalog.merge("other", "dev")

        assert count(catalog, "dev") == 9

    def test_two_overwrites_of_one_table_conflict(self, catalog: Catalog) -> None:
        table(catalog)
        catalog.create_branch("other", at="dev")
        for ref in ("dev", "other"):
            catalog.at(ref).load_table(KEY).overwrite(ROWS)

        assert [one.key for one in catalog.preview_merge("other", "dev").conflicts] == [KEY]
        with pytest.raises(Conflict):
            catalog.merge("other", "dev")

    @needs("revert")
    def test_a_revert_takes_a_commit_back(self, catalog: Catalog) -> None:
        table(catalog, rows=2)

        catalog.revert(catalog.resolve("dev").id, on="dev")

        assert count(catalog, "dev") == 3

    @needs("diff")
    def test_a_diff_tells_rows_and_tables(self, catalog: Catalog) -> None:
        table(catalog)

        found = {one.key: one for one in catalog.diff("main", "dev").tables}
        assert (found[KEY].kind, found[KEY].rows_added) == ("added", 3)

    # outbox

    @needs("outbox")
    def test_r20_a_merge_is_the_outbox_of_its_event(self, catalog: Catalog) -> None:
        table(catalog)
        merged = catalog.merge(
            "dev",
            evidence=evidence(catalog),
            outbox=lambda facts: {"assets": ["raw/birds"], "number": facts["number"]},
        )
        again = catalog.merge("dev", outbox={"assets": ["raw/bees"]})

        found = catalog.publications(assets=["raw/birds"])
        assert [(one.commit, one.number) for one in found] == [(merged.id, merged.number)]
        assert found[0].payload["number"] == merged.number
        assert [one.commit for one in catalog.publications(after=merged.number)] == [again.id]
