"""Many writers at once: every commit that was acknowledged is present."""
# over 300 lines: the steps of a stopped neighbour are told from one set of parts

import multiprocessing
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.catalog.entries import encode_entry, entry_path
from phlo.catalog.neighbours import Neighbours
from phlo.catalog.settings import LogSettings
from phlo.errors import Conflict
from phlo.model import Change, Commit, Intent
from phlo.store import LocalStore
from tests.unit.catalog.faulty import content

PROCESSES = 8
COMMITS = 100


def _bump(lake, name: str, writer: int, at: int) -> str:
    """Replace one table, again and again until it works; return what was acknowledged."""
    key = ("raw", name)
    while True:
        before = lake.contents("dev").get(key)
        version = 0 if before is None else before.snapshot_id + 1
        after = content(name, version)
        try:
            change = Change(key, before, after, Intent("append"))
            return lake.commit("dev", [change], message=f"{writer}/{at}").id
        except Conflict:
            continue


def _write(folder: str, writer: int, shared: bool, start, acknowledged) -> None:
    lake = open_catalog(folder)
    start.wait()
    names = [_bump(lake, "one" if shared else f"t{writer}", writer, at) for at in range(COMMITS)]
    acknowledged.put(names)


@pytest.mark.parametrize("shared", [True, False], ids=["one table", "many tables"])
def test_every_acknowledged_commit_of_eight_processes_is_present(tmp_path: Path, shared: bool):
    context = multiprocessing.get_context("spawn")
    lake = open_catalog(tmp_path)
    lake.create_branch("dev")
    start, acknowledged = context.Barrier(PROCESSES), context.Queue()
    workers = [
        context.Process(target=_write, args=(str(tmp_path), n, shared, start, acknowledged))
        for n in range(PROCESSES)
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
    versions = [one.snapshot_id for key, one in lake.contents("dev").items() if key[0] == "raw"]
    assert sum(one + 1 for one in versions) == PROCESSES * COMMITS
    assert open_catalog(tmp_path).refresh() == lake.state


def test_threads_share_entries(tmp_path: Path):
    lake = open_catalog(tmp_path)
    lake.create_branch("dev")
    before = lake.state.number
    start = threading.Barrier(12)

    def write(writer: int) -> None:
        start.wait()
        for at in range(10):
            _bump(lake, f"t{writer}", writer, at)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(list(lake.log("dev"))) == 121
    assert lake.state.number - before < 120
    assert open_catalog(tmp_path).refresh() == lake.state


def test_first_appends_to_one_empty_table_all_land(tmp_path: Path):
    lake = open_catalog(tmp_path)
    lake.create_branch("dev")
    lake.at("dev").create_namespace("raw")
    rows = pa.table({"id": [1]})
    lake.at("dev").create_table("raw.t", rows.schema)
    start = threading.Barrier(4)

    def append() -> None:
        table = open_catalog(tmp_path).at("dev").load_table("raw.t")
        start.wait()
        table.append(rows)

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert lake.at("dev").load_table("raw.t").scan().to_arrow().num_rows == 4


def test_a_stopped_holder_of_the_lock_only_delays(tmp_path: Path):
    lake = _impatient(LocalStore(tmp_path))
    assert Neighbours(lake.store).take_turn()

    lake.create_branch("dev")

    assert "dev" in open_catalog(tmp_path).refresh().refs
    assert not _offers(lake.store)


def _offers(store: LocalStore) -> list[str]:
    """Return the offers of every process that writes to this lake."""
    return Neighbours(store).open_offers()


class Scripted(LocalStore):
    """A store on which, once somebody has offered groups, a holder of the lock takes its steps."""

    script: "Callable[[Scripted], None] | None" = None

    def get(self, path: str) -> bytes:
        script = self.script
        if script is not None and _offers(self):
            self.script = None
            script(self)
        return super().get(path)


class Holder:
    """A neighbour that reads offers, judges them, and is then stopped before it puts its entry."""

    def __init__(self, folder: Path) -> None:
        self._store = LocalStore(folder)
        self._neighbours = Neighbours(self._store)
        assert self._neighbours.take_turn()

    def read(self) -> None:
        self._base = open_catalog(self._store).refresh()
        [(_, self.groups)] = self._neighbours.offered()

    def put(self) -> bool:
        data, _ = encode_entry(self._base.number + 1, self._base.digest, 1, self.groups)
        return self._store.create(entry_path(self._base.number + 1), data)


def _impatient(store: LocalStore) -> LogCatalog:
    lake = LogCatalog(store, author="tester", settings=LogSettings(patience_s=0.05))
    lake.start()
    return lake


def _swap(lake: LogCatalog, before: int, after: int) -> Commit:
    old = content("t", before) if before >= 0 else None
    change = Change(("raw", "t"), old, content("t", after), Intent("append"))
    return lake.commit("dev", [change], message="swap")


def test_a_writer_whose_offer_lies_with_a_stopped_process_is_certain_of_its_success(
    tmp_path: Path,
):
    open_catalog(tmp_path).create_branch("dev")
    store = Scripted(tmp_path)
    lake, holder = _impatient(store), Holder(tmp_path)
    store.script = lambda _: holder.read()

    made = _swap(lake, -1, 0)

    assert not holder.put()
    assert [one.id for one in open_catalog(tmp_path).log("dev")].count(made.id) == 1


def test_a_writer_that_is_refused_while_a_stopped_process_has_its_offer_is_told_a_conflict(
    tmp_path: Path,
):
    open_catalog(tmp_path).create_branch("dev")
    store = Scripted(tmp_path)
    lake, holder = _impatient(store), Holder(tmp_path)

    def overtake(_: Scripted) -> None:
        holder.read()
        _swap(_impatient(LocalStore(tmp_path)), -1, 7)

    store.script = overtake
    with pytest.raises(Conflict):
        _swap(lake, -1, 0)

    assert not holder.put()
    assert open_catalog(tmp_path).contents("dev")[("raw", "t")] == content("t", 7)


def test_a_writer_whose_offer_was_put_is_acknowledged_once(tmp_path: Path):
    open_catalog(tmp_path).create_branch("dev")
    store = Scripted(tmp_path)
    lake, holder = _impatient(store), Holder(tmp_path)

    def put(_: Scripted) -> None:
        holder.read()
        assert holder.put()

    store.script = put
    made = _swap(lake, -1, 0)

    assert made.number == lake.state.number
    assert [one.id for one in open_catalog(tmp_path).log("dev")].count(made.id) == 1


def test_r06_a_writer_whose_offer_was_put_but_not_synced_syncs_before_it_is_acknowledged(
    tmp_path: Path,
):
    open_catalog(tmp_path).create_branch("dev")
    synced: list[str] = []

    def record(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))

    class Linked(LocalStore):
        """Its power goes between the link of an entry and the sync of its folder."""

        def _sync_folder_of(self, target: str) -> None:
            assert "/log/" in target

    store = Scripted(tmp_path, sync=record)
    lake, holder = _impatient(store), Holder(tmp_path)
    holder._store.__class__ = Linked

    def put(_: Scripted) -> None:
        holder.read()
        synced.clear()
        assert holder.put()

    store.script = put
    made = _swap(lake, -1, 0)

    assert made.number == lake.state.number
    assert str(tmp_path / "catalog" / "log") in synced


@pytest.mark.parametrize("lands", [True, False])
def test_a_late_put_by_a_stopped_process_is_decided_before_the_writer_is_told(
    tmp_path: Path, lands: bool
):
    """It puts its entry just as the writer's patience ends: both orders are certain."""
    open_catalog(tmp_path).create_branch("dev")
    store = Scripted(tmp_path)
    lake, holder = _impatient(store), Holder(tmp_path)
    create = LocalStore.create

    class Late(Scripted):
        def create(self, path: str, data: bytes) -> bool:
            if lands:
                holder.put()
            made = create(self, path, data)
            assert lands or not holder.put()
            return made

    store.__class__ = Late
    store.script = lambda _: holder.read()
    made = _swap(lake, -1, 0)

    assert open_catalog(tmp_path).contents("dev")[("raw", "t")] == content("t", 0)
    assert [one.id for one in open_catalog(tmp_path).log("dev")].count(made.id) == 1


def test_what_a_dead_process_offered_is_not_done_later(tmp_path: Path):
    lake = open_catalog(tmp_path)
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=_offer_and_die, args=(str(tmp_path),))
    child.start()
    child.join()
    assert _offers(lake.store)

    lake.create_branch("dev")

    assert "ghost" not in lake.refresh().refs
    assert not _offers(lake.store)


def _offer_and_die(folder: str) -> None:
    from phlo.catalog.entries import Group

    lake = open_catalog(folder)
    op = {"do": "create_ref", "name": "ghost", "kind": "branch", "incarnation": "i"}
    op["commit"] = lake.resolve("main").id
    Neighbours(lake.store).offer([Group("g", "ghost", [op])])


def test_an_interrupted_writer_does_not_stop_the_others(tmp_path: Path):
    lake = open_catalog(tmp_path)

    def interrupt(state):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lake._submit(interrupt)
    lake.create_branch("dev")

    assert "dev" in lake.refresh().refs
