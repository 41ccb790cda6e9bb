"""The demo's lake for tests: built once in a run, by what `make demo` does, and then copied."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("phlo.yaml", "dagster.yaml", "workspace.yaml", "dbt_project", "phlo_defs/defs", "tools")
STATE = ("PHLO_", "DAGSTER_", "DBT_")
QUIET = {
    "DISPLAY": "",  # opens no browser
    "WAYLAND_DISPLAY": "",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}
WAIT_S = 480


@dataclass(frozen=True)
class Told:
    """What the demo printed, what its page answered before it was stopped, and what it left.

    ``files`` are the size and the time of each file, by which a change shows.
    """

    printed: str
    page_status: int
    tables: list[str]
    stopped: str
    left: list[str]
    files: dict[str, list[int]]


@dataclass(frozen=True)
class Seed:
    """A demo as `make demo` left it. Nobody opens it: see `tests.copies`."""

    root: Path
    told: Told


def seed_in(folder: Path) -> Seed:
    """Return the demo of a folder that several processes share; the first one builds it.

    It is moved when it is done, so no path that it remembers leads anywhere: what a copy finds,
    it finds in the copy.
    """
    root, told = folder / "seed", folder / "told.json"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.is_file():
            for unfinished in (folder / "building", root):
                shutil.rmtree(unfinished, ignore_errors=True)
            told_by_it = _build(folder / "building")
            (folder / "building").rename(root)
            told.write_text(json.dumps(asdict(told_by_it)))
    return Seed(root, Told(**json.loads(told.read_text())))


def _build(root: Path) -> Told:
    lay_out(root)
    try:
        printed = make_demo(root)
        address = address_in(printed)
        status, tables = status_of(address), tables_of(address)
    finally:
        stopped = stop(root)
    return Told(printed, status, tables, stopped, processes_of(root), files_of(root))


def files_of(root: Path) -> dict[str, list[int]]:
    """Return the size and the time of each file below a folder."""
    stats = {path: path.stat() for path in sorted(root.rglob("*")) if path.is_file()}
    return {
        str(path.relative_to(root)): [stat.st_size, stat.st_mtime_ns]
        for path, stat in stats.items()
    }


def lay_out(root: Path) -> None:
    """Copy what makes this repository a project to a folder, without its state."""
    for part in PARTS:
        source, there = ROOT / part, root / part
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "target", "logs")
            shutil.copytree(source, there, ignore=ignore)
        else:
            shutil.copy(source, there)


def make_demo(root: Path) -> str:
    """Do what `make demo` does in a project; return what it printed."""
    done = _run([sys.executable, "tools/demo.py"], root)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def start(root: Path) -> str:
    """Start the services of a project; return what was printed."""
    return _services(root, "start")


def stop(root: Path) -> str:
    """Stop the services of a project; return what was printed."""
    return _services(root, "stop")


def _services(root: Path, word: str) -> str:
    command = [sys.executable, "-m", "phlo.cli", "services", word, "--project", str(root)]
    done = _run(command, root)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _run(command: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    others = {name: text for name, text in os.environ.items() if not name.startswith(STATE)}
    return subprocess.run(
        command,
        cwd=root,
        env={**others, **QUIET},
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )


def address_in(printed: str) -> str:
    """Return the address of the page that the demo printed."""
    found = re.search(r"http://localhost:\d+", printed)
    assert found is not None, printed
    return found[0]


def tables_of(address: str) -> list[str]:
    """Return the tables that a server names."""
    with urllib.request.urlopen(f"{address}/api/iceberg/tables?limit=500", timeout=60) as answer:
        return [str(item["table"]) for item in json.load(answer)["items"]]


def status_of(address: str) -> int:
    """Return how a server answers when it is asked for its page."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def processes_of(root: Path) -> list[str]:
    """Return the commands of the processes that name a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:  # it ended meanwhile
            continue
        if str(root) in command:
            found.append(command)
    return found
