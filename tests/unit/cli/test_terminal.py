"""The command line as a person meets it: at a terminal, with colour, progress and questions."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phlo.cli.main import run

CHECKED = """import phlo

@phlo.ingestion(table="raw.a", checks=[phlo.row_count(max=9)])
def a():
    return []
"""
FILL = """
import sys
import pyarrow as pa
from phlo.catalog import open_catalog

lake = open_catalog(sys.argv[1], author="tester")
tables = lake.at("dev")
tables.create_namespace("raw")
rows = pa.table({"id": [1]})
tables.create_table("raw.a", rows.schema).append(rows)
"""


def at_terminal(folder: Path, *arguments: str, keys: bytes = b"", **environment: str):
    """Run a command on a terminal of its own; keys are pressed once it asks something."""
    parent, child = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "phlo.cli", *arguments],
        stdin=child,
        stdout=child,
        stderr=child,
        cwd=folder,
        env={**kept, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
        start_new_session=True,
    )
    os.close(child)
    shown, waits_for_keys, deadline = b"", bool(keys), time.monotonic() + 30
    while time.monotonic() < deadline:
        if not select.select([parent], [], [], 1)[0]:
            continue
        try:
            shown += os.read(parent, 4096)
        except OSError:  # Linux says that the other side has gone
            break
        if waits_for_keys and b"[y/N]" in shown:
            os.write(parent, keys)
            waits_for_keys = False
    try:
        status = process.wait(30)
    finally:
        process.kill()
        os.close(parent)
    return status, shown.decode()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("terminal") / "lab"
    assert run(["init", str(root)]) == 0
    (root / "defs" / "example.py").write_text(CHECKED)
    subprocess.run([sys.executable, "-c", FILL, str(root / ".phlo/lake")], check=True)
    return root


def branches(lab: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "phlo.cli", "branch", "list", "--json"],
        cwd=lab,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(re.findall(r'"name": *"([^"]+)"', done.stdout))


def test_errors_are_coloured_unless_no_color_is_set(lab: Path) -> None:
    _, coloured = at_terminal(lab, "branch", "delete", "nope", "--yes")
    status, plain = at_terminal(lab, "branch", "delete", "nope", "--yes", NO_COLOR="1")
    _, dumb = at_terminal(lab, "branch", "delete", "nope", "--yes", TERM="dumb")

    assert "\x1b[31m" in coloured
    assert "error:" in plain
    assert "\x1b[" not in plain + dumb
    assert status == 3


@pytest.mark.parametrize(
    ("keys", "status", "stays"),
    [(b"n\n", 130, True), (b"\n", 130, True), (b"y\n", 0, False)],
    ids=["no", "enter", "yes"],
)
def test_what_deletes_asks_first(lab: Path, keys: bytes, status: int, stays: bool) -> None:
    run(["--project", str(lab), "branch", "create", "old"])

    found, shown = at_terminal(lab, "branch", "delete", "old", keys=keys)

    assert found == status, shown
    assert "old" in shown
    assert ("old" in branches(lab)) is stays


def test_a_terminal_sees_how_far_the_checks_are(lab: Path) -> None:
    status, shown = at_terminal(lab, "quality", "run", "--ref", "dev")

    assert status == 0, shown
    assert "checking" in shown
    assert "100%" in shown


def test_a_table_fits_a_narrow_terminal(lab: Path) -> None:
    _, shown = at_terminal(lab, "catalog", "history", "--ref", "dev", COLUMNS="50", NO_COLOR="1")

    assert "raw.a" in shown
    assert max(len(line) for line in shown.splitlines()) <= 50
