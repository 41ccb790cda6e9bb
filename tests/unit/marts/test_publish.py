import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from phlo.catalog import open_catalog
from phlo.errors import InvalidInput, RefNotFound, StoreError
from phlo.marts import publish, published
from phlo.ports import Catalog
from phlo.store import LocalStore
from tests.unit.marts.lakes import ROWS, TABLES, open_lake, put_view, versions, write_version

PATIENCE_S = 60


@pytest.fixture
def lake(tmp_path: Path) -> Catalog:
    return open_lake(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "marts.duckdb"


def _child(folder: Path, program: str = "lakes") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.unit.marts.{program}", str(folder)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_every_table_of_marts_is_published_with_the_log_number(lake: Catalog, path: Path) -> None:
    number = write_version(lake, 1)

    outcome = publish(lake, path)

    assert (outcome.done, outcome.log_number, outcome.rows) == ("published", number, 2 * ROWS)
    assert versions(path) == {(1, ROWS, ROWS)}
    assert {key: mart.log_number for key, mart in published(path).items()} == dict.fromkeys(
        TABLES, number
    )


def test_r06_the_log_is_synced_before_a_file_of_what_another_process_wrote_is_shown(
    tmp_path: Path, path: Path
) -> None:
    """A mart must not outlive the entry it was built from."""
    write_version(open_lake(tmp_path), 1)
    seen: list[tuple[str, bool]] = []

    def record(handle: int) -> None:
        seen.append((Path(f"/proc/self/fd/{handle}").readlink().name, path.exists()))

    other = open_catalog(LocalStore(tmp_path / "lake", sync=record), author="another")
    publish(other, path)
    publish(other, path)

    assert path.exists()
    assert seen.count(("log", False)) == 1
    assert ("log", True) not in seen


def test_publishing_twice_leaves_the_file_alone(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    publish(lake, path)
    before = path.stat()

    outcome = publish(lake, path)

    assert outcome.done == "current"
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_only_what_changed_is_read_from_the_lake(lake: Catalog, path: Path) -> None:
    first = write_version(lake, 1)
    publish(lake, path)
    put_view(lake, "three", "select 3 as n")

    outcome = publish(lake, path)

    assert outcome.built == (("marts", "three"),)
    assert published(path)["marts", "left"].log_number == first
    assert versions(path) == {(1, ROWS, ROWS)}


def test_a_view_becomes_a_table_with_its_rows(lake: Catalog, path: Path) -> None:
    write_version(lake, 4)
    put_view(lake, "seen", "select distinct version from marts.left")

    publish(lake, path)

    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("select * from marts.seen").fetchall() == [(4,)]
        assert con.execute(
            "select table_type from information_schema.tables where table_name = 'seen'"
        ).fetchall() == [("BASE TABLE",)]


def test_a_table_that_is_gone_from_the_lake_goes_from_the_file(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    publish(lake, path)
    with lake.stage("main", message="drop", override="test") as stage:
        stage.remove(TABLES[1])

    publish(lake, path)

    assert set(published(path)) == {TABLES[0]}


def test_only_a_branch_can_be_published(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    lake.create_tag("old")

    with pytest.raises(InvalidInput, match="not a branch"):
        publish(lake, path, ref="old")
    with pytest.raises(RefNotFound):
        publish(lake, path, ref="nowhere")


def test_a_branch_that_was_moved_back_is_followed(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    old = lake.resolve("main").id
    write_version(lake, 2)
    publish(lake, path)

    lake.assign_ref("main", to=old, reason="test")
    publish(lake, path)

    assert versions(path) == {(1, ROWS, ROWS)}


def test_r22_a_superseded_publish_never_wins(tmp_path: Path, path: Path) -> None:
    ahead = open_lake(tmp_path)
    write_version(ahead, 1)
    behind = _Behind(ahead)
    write_version(ahead, 2)
    publish(ahead, path)

    outcome = publish(behind, path)  # type: ignore[arg-type]  # the calls it needs are there

    assert outcome.done == "superseded"
    assert versions(path) == {(2, ROWS, ROWS)}


class _Behind:
    """A catalog that has not seen the newest entries, as one on a lagging mount."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._tip = catalog.resolve("main")
        self.ref, self.contents, self.at = catalog.ref, catalog.contents, catalog.at

    def resolve(self, _ref: str) -> object:
        return self._tip

    def get_commit(self, commit: str) -> object:
        if commit != self._tip.id:
            raise RefNotFound.named(commit)
        return self._tip


def test_publishing_repeats_until_the_newest_state_is_published(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    moving = _Moving(lake, times=2)

    outcome = publish(moving, path)  # type: ignore[arg-type]  # the calls it needs are there

    assert outcome.log_number == lake.resolve("main").number
    assert versions(path) == {(102, ROWS, ROWS)}


class _Moving:
    """A lake that somebody commits to right after each look at its tip."""

    def __init__(self, catalog: Catalog, times: int) -> None:
        self._catalog, self._times, self._count = catalog, times, 100
        self.ref, self.contents, self.at = catalog.ref, catalog.contents, catalog.at
        self.get_commit, self.sync, self.access = catalog.get_commit, catalog.sync, catalog.access

    def resolve(self, ref: str) -> object:
        tip = self._catalog.resolve(ref)
        if ref == "main" and self._count < 100 + self._times:
            self._count += 1
            write_version(self._catalog, self._count)
        return tip


def test_a_file_that_is_not_ours_is_refused_and_kept(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    with duckdb.connect(str(path)) as con:
        con.execute("create table mine as select 1 as a")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="not a marts file of phlo"):
        publish(lake, path)
    assert path.read_bytes() == before

    path.write_text("no database at all")
    with pytest.raises(StoreError, match="not a marts file of phlo"):
        publish(lake, path)


def test_a_folder_that_cannot_be_written_is_explained(lake: Catalog, tmp_path: Path) -> None:
    write_version(lake, 1)
    (tmp_path / "taken").write_text("")

    with pytest.raises(StoreError, match="could not be written"):
        publish(lake, tmp_path / "taken" / "marts.duckdb")


def test_a_reader_in_a_loop_never_sees_an_empty_or_half_table(
    lake: Catalog, path: Path, tmp_path: Path
) -> None:
    write_version(lake, 0)
    publish(lake, path)
    reader = _child(tmp_path, "reader")
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"

    for version in range(1, 16):
        write_version(lake, version)
        publish(lake, path)
    (tmp_path / "stop").touch()
    said, _ = reader.communicate(timeout=PATIENCE_S)

    lines = said.splitlines()
    assert reader.returncode == 0
    assert lines[-1].startswith("reads ")
    assert int(lines[-1].split()[1]) >= 15
    assert lines[:-1] == [], "the reader saw something else than one whole version"


def test_an_open_reader_of_this_process_keeps_what_it_has(lake: Catalog, path: Path) -> None:
    write_version(lake, 1)
    publish(lake, path)
    with duckdb.connect(str(path), read_only=True) as con:
        write_version(lake, 2)

        publish(lake, path)

        assert con.execute("select distinct version from marts.left").fetchall() == [(1,)]
    assert versions(path) == {(2, ROWS, ROWS)}


def test_a_kill_before_the_swap_is_mended_by_the_next_publish(
    lake: Catalog, path: Path, tmp_path: Path
) -> None:
    write_version(lake, 1)
    publish(lake, path)
    write_version(lake, 2)
    put_view(lake, "slow", "select count(*) as n from range(1000000) a, range(1000000) b")
    child = _child(tmp_path)
    _wait_for(lambda: any(tmp_path.glob(".marts.duckdb.*.tmp")))

    os.kill(child.pid, signal.SIGKILL)
    child.communicate()

    assert versions(path) == {(1, ROWS, ROWS)}
    put_view(lake, "slow", "select 1 as n")
    assert publish(lake, path).done == "published"
    assert versions(path) == {(2, ROWS, ROWS)}
    assert list(tmp_path.glob(".marts.duckdb.*.tmp*")) == []


def test_two_processes_that_publish_at_once_end_with_the_newest(
    lake: Catalog, path: Path, tmp_path: Path
) -> None:
    write_version(lake, 1)
    first = _child(tmp_path)
    number = write_version(lake, 2)
    second = _child(tmp_path)

    assert [first.wait(PATIENCE_S), second.wait(PATIENCE_S)] == [0, 0]
    for process in (first, second):
        process.communicate()

    assert versions(path) == {(2, ROWS, ROWS)}
    assert {mart.log_number for mart in published(path).values()} == {number}


def test_no_file_means_nothing_is_published(path: Path) -> None:
    assert published(path) == {}


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
