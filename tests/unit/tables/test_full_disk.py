import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from phlo.catalog import open_catalog
from phlo.errors import StoreError
from phlo.tables.plan import scan_sql
from phlo.tables.write import append, create, upsert


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of three megabytes."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let root mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_store_error_and_leaves_the_table_as_it_was(con, small_disk) -> None:
    catalog = open_catalog(small_disk / "lake", author="test")
    if "dev" not in {ref.name for ref in catalog.refs()}:
        catalog.create_branch("dev")
    tables = catalog.at("dev")
    table = create(tables, ("raw", "t"), pa.schema([("id", pa.int64()), ("x", pa.float64())]))
    append(con, table, "select i as id, 0.5 as x from range(10) t(i)")
    before = catalog.resolve("dev").id

    big = "select i as id, random() as x from range(1000000) t(i)"
    with pytest.raises(StoreError, match=r"raw\.t") as caught:
        append(con, table, big)
    with pytest.raises(StoreError):
        upsert(con, table, big, ["id"])

    assert "free space" in caught.value.fix
    fresh = open_catalog(small_disk / "lake", author="test")
    assert fresh.resolve("dev").id == before
    same = fresh.at("dev").load_table(("raw", "t"))
    assert con.execute(f"select count(*) from ({scan_sql(con, same)})").fetchone() == (10,)


def test_a_load_works_again_once_there_is_space(con, small_disk) -> None:
    catalog = open_catalog(small_disk / "lake", author="test")
    if "dev" not in {ref.name for ref in catalog.refs()}:
        catalog.create_branch("dev")
    table = create(catalog.at("dev"), ("raw", "t"), pa.schema([("id", pa.int64())]))
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    ballast.write_bytes(b"\0" * free)

    with pytest.raises(StoreError):
        append(con, table, "select 1 as id")
    ballast.unlink()
    written = append(con, table, "select 1 as id")

    assert written.rows_added == 1
