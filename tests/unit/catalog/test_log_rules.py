"""Rules R1 to R4, R13, R24 and R25 of the log, each with the scenario that breaks it."""

import json
import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.catalog.entries import entry_path
from phlo.catalog.repair import repair_tail
from phlo.catalog.settings import LogSettings
from phlo.errors import (
    CommitStateUnknown,
    Conflict,
    LakeDamaged,
    LakeMoved,
    NotFound,
    Protected,
    StoreError,
    StoreUnsafe,
    UnknownVersion,
)
from phlo.model import Change
from phlo.store import LocalStore, MemoryStore, probe
from tests.unit.catalog.faulty import FaultyStore, content, create, lost


@pytest.fixture
def store():
    return FaultyStore()


@pytest.fixture
def lake(store: FaultyStore):
    catalog = open_catalog(store, author="tester")
    catalog.create_branch("dev")
    return catalog


def test_r01_a_changed_entry_stops_with_both_numbers_named(store, lake):
    lake.commit("dev", [create("a")], message="a")
    data = json.loads(store.get(entry_path(2)))
    data["t"] += 1
    store.put(entry_path(2), json.dumps(data).encode())

    with pytest.raises(LakeDamaged, match="entry 3 of the log does not follow entry 2"):
        open_catalog(store)


def test_r01_a_hole_stops_with_both_numbers_named(store, lake):
    lake.commit("dev", [create("a")], message="a")
    lake.commit("dev", [create("b")], message="b")
    store.delete([entry_path(3)])

    with pytest.raises(LakeDamaged, match="entry 3 of the log is missing, but entry 4 exists"):
        open_catalog(store)


def test_r01_an_entry_of_another_number_is_refused(store, lake):
    store.put(entry_path(3), store.get(entry_path(2)))

    with pytest.raises(LakeDamaged, match="entry 3 of the log says that it is number 2"):
        lake.refresh()


@pytest.mark.parametrize("torn", [b"", b"{", b'{"v":1,"n":3', b"[]", b'{"v":1,"n":3}'])
def test_a_torn_tail_is_named_and_can_be_repaired_by_command(store, lake, torn):
    store.put(entry_path(3), torn)
    with pytest.raises(LakeDamaged, match="entry 3"):
        open_catalog(store)

    assert repair_tail(store, author="me") == 3

    assert open_catalog(store).state.number == 3
    assert repair_tail(store, author="me") == 0


def test_only_the_newest_entry_is_ever_repaired(store, lake):
    lake.commit("dev", [create("a")], message="a")
    store.put(entry_path(2), b"{")

    with pytest.raises(LakeDamaged):
        repair_tail(store, author="me")


def test_an_unknown_version_or_operation_is_refused_never_skipped(store, lake):
    document = json.loads(store.get(entry_path(2)))
    known = json.dumps(document)
    for changed in (document | {"v": 2}, json.loads(known.replace("create_ref", "teleport"))):
        store.put(entry_path(2), json.dumps(changed).encode())
        with pytest.raises(UnknownVersion):
            open_catalog(store)


class _Overwriting(MemoryStore):
    """A server that ignores ``If-None-Match``."""

    def create(self, path: str, data: bytes) -> bool:
        self.put(path, data)
        return True


def test_r02_a_store_that_replaces_objects_is_refused():
    with pytest.raises(StoreUnsafe):
        probe(_Overwriting())


def test_r02_a_file_system_that_cannot_claim_a_name_is_refused(tmp_path):
    class Careless(LocalStore):
        def _probe(self, ways):
            return super()._probe([lambda written, target: True])

    with pytest.raises(StoreUnsafe):
        Careless(tmp_path)


def test_r02_renaming_without_replacing_serves_where_links_do_not(tmp_path):
    class Linkless(LocalStore):
        def _probe(self, ways):
            def refuse(written, target):
                raise PermissionError(1, "no links here", target)

            return super()._probe([refuse, *list(ways)[1:]])

    store = Linkless(tmp_path)
    assert store.create("x", b"1")
    assert not store.create("x", b"2")


def test_r03_an_entry_that_landed_without_an_answer_is_a_success(store, lake):
    def fault(path, data):
        store.fault = None
        store.land(path, data)
        raise lost(path)

    store.fault = fault
    commit = lake.commit("dev", [create("a")], message="a")

    assert commit.number == lake.state.number == 3


def test_r03_our_own_retried_put_is_a_success(store, lake):
    def fault(path, data):
        store.fault = None
        store.land(path, data)
        return False

    store.fault = fault
    commit = lake.commit("dev", [create("a")], message="a")

    assert commit.number == lake.state.number == 3


def test_r03_a_put_that_never_landed_is_put_again_with_the_same_bytes(store, lake):
    tried = []

    def fault(path, data):
        tried.append((path, data))
        if len(tried) < 3:
            raise lost(path)
        return

    store.fault = fault
    commit = lake.commit("dev", [create("a")], message="a")

    assert commit.number == 3
    assert len(set(tried)) == 1


def test_r03_anothers_entry_at_our_number_is_folded_and_ours_goes_on(store, lake):
    other = open_catalog(store, author="other")

    def fault(path, data):
        store.fault = None
        other.commit("dev", [create("b")], message="b")
        raise lost(path)

    store.fault = fault
    commit = lake.commit("dev", [create("a")], message="a")

    assert commit.number == 4
    assert {("raw", "a"), ("raw", "b")} <= set(lake.contents("dev"))


def test_r03_what_cannot_be_settled_is_unknown_and_deletes_nothing(store, lake):
    lake = LogCatalog(store, author="tester", settings=LogSettings(settle_tries=2))
    lake.start()

    def fault(path, data):
        store.silent = True
        raise lost(path)

    store.fault = fault
    with pytest.raises(CommitStateUnknown):
        lake.commit("dev", [create("a")], message="a")


def test_r03_the_fold_ignores_an_operation_it_has_seen(store, lake):
    lake.commit("dev", [create("a")], message="a")
    again = json.loads(store.get(entry_path(3)))
    again |= {"n": 4, "prev": lake.state.digest}
    store.create(entry_path(4), json.dumps(again).encode())

    state = lake.refresh()

    assert state.number == 4
    assert len(state.commits) == 2


def test_r04_a_refusal_lands_nothing(store, lake):
    lake.commit("dev", [create("a")], message="a")

    with pytest.raises(Conflict):
        lake.commit("dev", [create("a")], message="again")

    assert store.head(entry_path(4)) is None


def test_r04_a_lost_race_is_judged_against_what_won(store, lake):
    other = open_catalog(store, author="other")

    def fault(path, data):
        store.fault = None
        other.commit("dev", [create("a")], message="first")
        return

    store.fault = fault
    with pytest.raises(Conflict, match=r"raw\.a"):
        lake.commit("dev", [create("a")], message="second")


def test_r13_an_operation_that_fails_is_a_no_op_for_everybody(store, lake):
    lake.commit("dev", [create("a")], message="a")
    forged = json.loads(store.get(entry_path(3)))
    forged |= {"n": 4, "prev": lake.state.digest}
    forged["groups"][0]["id"] = "forged"
    forged["groups"][0]["ops"][0] |= {
        "ref": "main",
        "incarnation": lake.ref("main").incarnation,
        "id": "f" * 32,
    }
    store.create(entry_path(4), json.dumps(forged).encode())

    states = lake.refresh(), open_catalog(store).state

    for state in states:
        assert state.number == 4
        assert not state.tree(state.ref("main").commit)
        assert isinstance(state.outcomes["forged"], Protected)


def test_r13_a_group_holds_whole_or_not_at_all(store, lake):
    good = {"do": "create_ref", "name": "x", "kind": "branch", "incarnation": "i"}
    good["commit"] = lake.resolve("main").id
    bad = good | {"name": "dev"}

    with pytest.raises(Exception, match="dev"):
        lake._submit(lambda _: [good, bad])

    assert "x" not in lake.refresh().refs


def test_r24_one_uuid_has_one_key_on_a_ref(lake):
    lake.commit("dev", [create("a")], message="a")

    twin = Change(("raw", "b"), None, content("b", uuid="a"))
    with pytest.raises(Conflict, match=r"raw\.a"):
        lake.commit("dev", [twin], message="twin")


def test_r24_keys_are_unique_ignoring_case(lake):
    lake.commit("dev", [create("a")], message="a")

    with pytest.raises(Conflict, match="case"):
        lake.commit("dev", [create("A")], message="A")


def test_r24_a_renamed_table_keeps_its_uuid(lake):
    lake.commit("dev", [create("a")], message="a")
    moved = [
        Change(("raw", "a"), content("a"), None),
        Change(("raw", "b"), None, content("a")),
    ]

    lake.commit("dev", moved, message="rename")

    assert set(lake.contents("dev")) == {("raw", "b")}


def test_r25_a_clock_that_runs_back_does_not_turn_time_back(store, lake):
    first = lake.commit("dev", [create("a")], message="a")
    late = LogCatalog(store, author="late", settings=LogSettings(clock=lambda: 10**18))

    second = late.commit("dev", [create("b")], message="b")

    assert second.time == first.time + timedelta(microseconds=1)


def test_r25_a_writer_with_a_wrong_clock_refuses_to_write(store):
    store.skew = timedelta(seconds=45)

    with pytest.raises(StoreError, match="45 s off"):
        open_catalog(store)


def test_a_moved_lake_is_refused_until_it_is_relocated(tmp_path: Path):
    import pyarrow as pa

    lake = open_catalog(tmp_path / "here")
    lake.create_branch("dev")
    face = lake.at("dev")
    face.create_namespace("raw")
    rows = pa.table({"id": [1, 2]})
    face.create_table("raw.t", rows.schema).append(rows)
    (tmp_path / "here").rename(tmp_path / "there")

    with pytest.raises(LakeMoved, match="here"):
        open_catalog(tmp_path / "there")

    moved = open_catalog(tmp_path / "there", relocate=True)
    table = moved.at("dev").load_table("raw.t")
    table.append(rows)
    assert table.scan().to_arrow().num_rows == 4
    assert (tmp_path / "here").exists() is False
    again = open_catalog(tmp_path / "there").at("dev").load_table("raw.t")
    assert again.scan().to_arrow().num_rows == 4


def test_no_lake_is_made_where_none_was_asked_for(tmp_path):
    with pytest.raises(NotFound, match="no lake"):
        open_catalog(tmp_path, create=False)


def _use(catalog, answers):
    try:
        catalog.refresh()
    except StoreError as refused:
        answers.put(refused.problem)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_catalog_does_not_cross_a_fork(tmp_path):
    context = multiprocessing.get_context("fork")
    lake, answers = open_catalog(tmp_path), context.Queue()

    child = context.Process(target=_use, args=(lake, answers))
    child.start()

    assert "forked" in answers.get(timeout=30)
    child.join()
