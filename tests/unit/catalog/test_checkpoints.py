"""Rule R11: a checkpoint is raw entries, and is believed only where it agrees with the log."""

import shutil
import subprocess
import sys
import time

import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.catalog.checkpoint import Checkpoints, segment_path
from phlo.catalog.entries import entry_path
from phlo.catalog.log import Log
from phlo.catalog.settings import LogSettings
from phlo.catalog.state import State
from phlo.store import MemoryStore

TENS = LogSettings(segment=10)


class CountingStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []

    def get(self, path: str) -> bytes:
        self.reads.append(path)
        return super().get(path)


@pytest.fixture
def store():
    store = CountingStore()
    catalog = LogCatalog(store, author="tester", settings=TENS)
    catalog.start()
    for number in range(24):
        catalog.create_branch(f"b{number}")
    _wait_for(store, segment_path(20))
    return store


def _wait_for(store: MemoryStore, path: str) -> None:
    deadline = time.monotonic() + 30
    while store.head(path) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert store.head(path) is not None


def _replayed(store: MemoryStore) -> State:
    log = Log(store, TENS)
    log._checkpoints.load = lambda state: state
    return log.refresh()


def test_r11_segments_are_written_in_the_background_and_read_at_a_cold_start(store):
    store.reads.clear()

    state = Log(store, TENS).refresh()

    assert state == _replayed(store)
    assert state.number == 25
    logs = [path for path in store.reads[:12] if path.startswith("catalog/log/")]
    assert logs[:2] == [entry_path(10), entry_path(20)]


@pytest.mark.parametrize("broken", [b"", b"PAR1 no parquet", None])
def test_r11_a_corrupt_segment_is_ignored(store, broken):
    body = broken if broken is not None else store.get(segment_path(10))
    store.put(segment_path(20 if broken is None else 10), body)

    assert Log(store, TENS).refresh() == _replayed(store)


def test_r11_a_segment_that_disagrees_with_its_entry_is_ignored(store):
    segment = store.get(segment_path(10))
    other = CountingStore()
    catalog = open_catalog(other)
    for number in range(11):
        catalog.create_branch(f"c{number}")
    other.put(segment_path(10), segment)

    assert Log(other, TENS).refresh() == _replayed(other)
    assert "c3" in Log(other, TENS).refresh().refs


def test_r11_others_write_a_segment_that_is_missing_later(store):
    store.delete([segment_path(20)])
    catalog = open_catalog(store)
    assert catalog.state.number == 25
    Checkpoints(store, TENS.segment).written(25)

    _wait_for(store, segment_path(20))
    assert Log(store, TENS).refresh() == _replayed(store)


def test_r11_a_broken_segment_is_written_again(store):
    store.put(segment_path(10), b"broken")

    assert Checkpoints(store, TENS.segment).write(10)
    assert not Checkpoints(store, TENS.segment).write(10)


OUTLIVING = """
import concurrent.futures.thread, sys, threading, time
from phlo.catalog import LogCatalog
from phlo.catalog.settings import LogSettings
from phlo.store.local import LocalStore

class Late(LocalStore):
    def wait(self, call):
        if call == sys.argv[2] and threading.current_thread().name.startswith("phlo-checkpoint"):
            while not concurrent.futures.thread._shutdown:
                time.sleep(0.01)
            print("outlives", flush=True)
            sys.stdin.read()

    def get(self, path):
        self.wait("get")
        return super().get(path)

    def create(self, path, data):
        self.wait("create")
        return super().create(path, data)

catalog = LogCatalog(Late(sys.argv[1]), author="tester", settings=LogSettings(segment=10))
catalog.start()
for number in range(9):
    catalog.create_branch(f"b{number}")
"""


@pytest.mark.parametrize("call", ["get", "create"])
@pytest.mark.parametrize("is_gone", [False, True], ids=["there", "gone"])
def test_r11_a_checkpoint_that_outlives_the_interpreter_is_written_without_a_word(
    tmp_path, call, is_gone
):
    """Also where its folder is gone by then: the log is the truth, and nothing comes back."""
    lake = tmp_path / "lake"
    with subprocess.Popen(
        [sys.executable, "-c", OUTLIVING, str(lake), call],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as ending:
        assert ending.stdout.readline() == "outlives\n"
        if is_gone:
            shutil.rmtree(lake)

        _, said = ending.communicate("", timeout=60)

    assert said == ""
    assert ending.returncode == 0
    assert lake.exists() == (not is_gone)
    assert (lake / segment_path(10)).is_file() == (not is_gone)
