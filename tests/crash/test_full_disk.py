"""A disk that is really full, at each stage of a load: told, main whole, mended by making room."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.crash, pytest.mark.slow]

FREE = ("0", "200000", "1000000", "3000000")
"""Bytes that are left: nothing, the run history's, a part of what dlt or the table needs."""
OWN_MOUNTS = ("unshare", "--map-root-user", "--mount")


def why_not() -> str:
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    tried = subprocess.run(
        [*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return "" if tried.returncode == 0 else "this machine does not allow mounts of one's own"


def test_a_full_disk_is_told_leaves_main_alone_and_costs_no_more_than_a_second_try(
    tmp_path: Path,
) -> None:
    if reason := why_not():
        pytest.skip(f"no small file system: {reason}")

    done = subprocess.run(
        [*OWN_MOUNTS, sys.executable, "-m", "tests.crash.small_disk", tmp_path, *FREE],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=500,
        check=True,
    )

    first, *others = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["status"], first["rows"]) == (0, first["wanted"])
    before = first
    for full, again in zip(others[::2], others[1::2], strict=True):
        assert full["status"] == 1, full["at"]
        assert "the disk is full" in full["said"]
        assert "fix: make room" in full["said"]
        assert "Traceback" not in full["said"]
        assert (full["rows"], full["merges"]) == (before["rows"], before["merges"])
        assert again["status"] == 0, again["said"]
        assert (again["rows"], again["once"]) == (again["wanted"], True)
        assert again["events"] == again["merges"]
        assert again["branches"] == []
        before = again
