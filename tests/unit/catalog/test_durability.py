"""Rule R6: what a commit names is durable before it is named, shown by system calls."""

import errno
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from phlo.catalog import open_catalog
from phlo.errors import CommitStateUnknown, StoreError
from phlo.store import LocalStore, sync_files
from phlo.store.sync import full_sync

_APPEND = """
import sys
import pyarrow as pa
from phlo.catalog import open_catalog

lake = open_catalog(sys.argv[1])
table = lake.at("dev").load_table("raw.t")
print("BEGIN", flush=True)
table.append(pa.table({"id": [1]}))
print("END", flush=True)
"""
_CALLS = "fsync,fdatasync,openat,open,link,linkat,rename,renameat2,write"


def _why_not() -> str:
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this machine does not allow ptrace"


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    """Return the lake, and every (call, path) of one append in order."""
    if reason := _why_not():
        pytest.skip(f"no system-call trace: {reason}")
    folder = tmp_path_factory.mktemp("traced") / "lake"
    lake = open_catalog(folder)
    lake.create_branch("dev")
    lake.at("dev").create_namespace("raw")
    lake.at("dev").create_table("raw.t", pa.schema([("id", pa.int64())]))
    out = folder.parent / "trace"
    command = ["strace", "-f", "-y", "-s", "200", "-e", f"trace={_CALLS}", "-o", str(out)]
    script = [sys.executable, "-c", _APPEND, str(folder)]
    subprocess.run(command + script, check=True, capture_output=True, timeout=120)
    text = out.read_text()
    text = text[text.index('"BEGIN') : text.index('"END')]
    return Path(lake.store.folder), list(_calls(text))


def _calls(text: str):
    for line in text.splitlines():
        if (found := re.search(r"(fsync|fdatasync)\(\d+<([^>]+)>", line)) is not None:
            yield "sync", found.group(2)
        elif (found := re.search(r'link(?:at)?\(.*"([^"]+)"(?:, 0)?\)\s+= 0', line)) is not None:
            yield "link", found.group(1)


def test_r06_every_named_file_is_synced_before_its_entry_is_linked(trace):
    folder, calls = trace
    linked = next(at for at, (call, path) in enumerate(calls) if call == "link" and "/log/" in path)
    before = {path for call, path in calls[:linked] if call == "sync"}

    made = [str(path) for path in (folder / "tables").rglob("*") if path.is_file()]
    named = [path for path in made if "00000-" not in path or "/data/" in path]
    assert len(named) >= 4
    assert set(named) <= before


def test_r06_new_folders_up_to_the_lake_are_synced_too(trace):
    folder, calls = trace
    synced = {path for call, path in calls if call == "sync"}
    table = next((folder / "tables").iterdir())

    assert {str(table / "data"), str(table / "metadata"), str(table)} <= synced
    assert {str(folder / "tables"), str(folder)} <= synced


def test_r06_the_entry_is_synced_before_its_link_and_its_folder_after(trace):
    folder, calls = trace
    linked = next(at for at, (call, path) in enumerate(calls) if call == "link" and "/log/" in path)

    assert calls[linked - 1][0] == "sync"
    assert calls[linked - 1][1].startswith(str(folder / "catalog" / "tmp"))
    assert ("sync", str(folder / "catalog" / "log")) in calls[linked + 1 :]


def _failing(part: str):
    """Return a sync that fails for the files whose path holds this part."""

    def sync(handle: int) -> None:
        if part in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(errno.EIO, "Input/output error")
        full_sync(handle)

    return sync


def test_r06_a_data_file_that_cannot_be_synced_fails_the_commit(tmp_path):
    lake = open_catalog(LocalStore(tmp_path, sync=_failing(".parquet")))
    lake.create_branch("dev")
    lake.at("dev").create_namespace("raw")
    table = lake.at("dev").create_table("raw.t", pa.schema([("id", pa.int64())]))
    number = lake.state.number

    with pytest.raises(StoreError, match="parquet"):
        table.append(pa.table({"id": [1]}))

    assert lake.refresh().number == number


def test_r06_after_a_failed_sync_of_the_log_the_process_stops_writing(tmp_path):
    open_catalog(tmp_path)
    lake = open_catalog(LocalStore(tmp_path, sync=_failing("catalog/log")))

    with pytest.raises(CommitStateUnknown):
        lake.create_branch("dev")
    with pytest.raises(StoreError, match="stopped writing"):
        lake.create_branch("other")

    assert "dev" in open_catalog(tmp_path).refresh().refs


def test_r06_an_entry_that_cannot_be_synced_is_not_there(tmp_path):
    store = LocalStore(tmp_path, sync=_failing("catalog/tmp/"))

    with pytest.raises(StoreError):
        store.create("catalog/log/1", b"entry")

    assert store.head("catalog/log/1") is None
    assert not list((tmp_path / "catalog" / "tmp").iterdir())


def test_files_written_by_others_are_synced_with_their_new_folders(tmp_path):
    synced = []
    (tmp_path / "catalog" / "log").mkdir(parents=True)
    file = tmp_path / "tables" / "u" / "data" / "day=1" / "x.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")

    sync_files(
        [f"file://{file}", "s3://bucket/elsewhere"],
        sync=lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink()),
    )

    parents = [file, *file.parents]
    assert sorted(synced) == sorted(parents[: parents.index(tmp_path) + 1])
