"""Many writers at once: every commit that was acknowledged is present."""

import multiprocessing
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.catalog.neighbours import Neighbours
from phlo.catalog.settings import LogSettings
from phlo.errors import Conflict
from phlo.model import Change, Intent
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
    store = LocalStore(tmp_path)
    lake = LogCatalog(store, author="tester", settings=LogSettings(patience_s=0.05))
    lake.start()
    holder = Neighbours(lake.store)
    assert holder.take_turn()

    lake.create_branch("dev")

    assert "dev" in open_catalog(tmp_path).refresh().refs
    assert not list((tmp_path / "catalog" / "tmp").glob("*.offer"))


def test_what_a_dead_process_offered_is_not_done_later(tmp_path: Path):
    lake = open_catalog(tmp_path)
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=_offer_and_die, args=(str(tmp_path),))
    child.start()
    child.join()
    assert list((tmp_path / "catalog" / "tmp").glob("*.offer"))

    lake.create_branch("dev")

    assert "ghost" not in lake.refresh().refs
    assert not list((tmp_path / "catalog" / "tmp").glob("*.offer"))


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
