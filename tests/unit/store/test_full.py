"""A full disk is known whoever says it, and nothing else is taken for one."""

import errno
import sqlite3

import duckdb
import pytest

from phlo.store import disk_full

FULL = [
    OSError(errno.ENOSPC, "No space left on device", "/lake/x"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    sqlite3.OperationalError("database or disk is full"),
    duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
]
OTHERS = [
    OSError(errno.EACCES, "Permission denied"),
    sqlite3.OperationalError("no such table: runs"),
    ValueError("the disk is full"),
]


def wrapped(error: Exception) -> Exception:
    try:
        raise RuntimeError("step failed") from error  # noqa: TRY301 - to wrap it
    except RuntimeError as outer:
        return outer


@pytest.mark.parametrize("error", FULL, ids=lambda one: type(one).__name__)
def test_a_full_disk_is_found_however_deep_it_is_wrapped(error: Exception) -> None:
    for one in (error, wrapped(error)):
        found = disk_full(one)

        assert found is not None
        assert found.problem.startswith("the disk is full")
        assert "make room" in found.fix


@pytest.mark.parametrize("error", OTHERS, ids=lambda one: type(one).__name__)
def test_other_failures_are_not_called_a_full_disk(error: Exception) -> None:
    assert disk_full(error) is None
    assert disk_full(wrapped(error)) is None
