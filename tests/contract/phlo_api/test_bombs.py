"""Statements that never end or take all memory, at a real server: stopped within their bounds."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from phlo.catalog import open_catalog
from tests.contract.phlo_api.world import fill_lake, make_project
from tests.statements import BOMBS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
LIMIT_S, MEMORY_MB, WORKERS = 3.0, 800, 2
GROWTH_MB = 256
SETTINGS = f"[query]\nworkers = {WORKERS}\nmemory_mb = {MEMORY_MB}\ntimeout_s = {LIMIT_S}\n"


@dataclass
class Served:
    """A running server and the most memory that it and each of its workers ever had."""

    process: subprocess.Popen[bytes]
    address: str
    idle_mb: dict[int, float]
    peak_mb: dict[int, float]

    @property
    def grown_mb(self) -> float:
        """What the server itself took at most, on top of what it started with."""
        return self.peak_mb[self.process.pid] - self.idle_mb[self.process.pid]

    def ask(self, path: str, body: Any) -> tuple[int, dict[str, Any], float]:
        """Return the status, the answer and the seconds it took."""
        request = urllib.request.Request(
            f"{self.address}{path}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        started = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.load(answer), time.monotonic() - started
        except urllib.error.HTTPError as error:
            return error.code, json.load(error), time.monotonic() - started

    def watch(self, done: threading.Event) -> None:
        """Note the peak that the system keeps of each process, as long as there are any."""
        while not done.wait(0.02):
            for pid in _family(self.process.pid):
                peak = _peak_mb(pid)
                self.idle_mb.setdefault(pid, peak)
                self.peak_mb[pid] = max(self.peak_mb.get(pid, 0.0), peak)


def _family(pid: int) -> list[int]:
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return []


def _peak_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(ln.split()[1]) / 1024 for ln in lines if ln.startswith("VmHWM:")), 0.0)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    project = make_project(tmp_path_factory.mktemp("bombs") / "shop")
    (project.root / "lakehouse.toml").write_text(SETTINGS)
    fill_lake(open_catalog(project.lake, author="ada"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "phlo_api.serve", "--project", str(project.root)]
        process = subprocess.Popen(
            [*command, "--sockets", str(taken.fileno())],
            pass_fds=[taken.fileno()],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        made = Served(process, f"http://127.0.0.1:{taken.getsockname()[1]}", {}, {})
    done = threading.Event()
    watcher = threading.Thread(target=made.watch, args=(done,))
    try:
        assert made.ask("/api/trino/query", {"sql": "select 1 as a"})[0] == 200
        watcher.start()
        yield made
    finally:
        done.set()
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("sql", BOMBS, ids=lambda sql: repr(sql[:60]))
def test_a_bomb_is_stopped_with_a_reason(served: Served, sql: str) -> None:
    """In time, with the bound named; the next reader gets an answer, and no process outgrew it."""
    status, told, seconds = served.ask("/api/trino/query", {"sql": sql})
    after = served.ask("/api/trino/query", {"sql": "select count(*) as n from raw.orders"})

    assert (status, told["code"]) == (413, "query-limit"), told
    assert told["fix"]
    assert seconds < LIMIT_S + 1
    assert (after[0], after[1]["rows"]) == (200, [[100]])


def test_no_process_outgrew_its_bound(served: Served) -> None:
    """Last here, so after all bombs. A worker may take its bound on top of what it starts with."""
    workers = {pid: mb for pid, mb in served.peak_mb.items() if pid != served.process.pid}

    assert len(workers) >= WORKERS
    assert max(workers.values()) < MEMORY_MB + 200
    assert served.grown_mb < GROWTH_MB


@pytest.mark.parametrize(
    "sql",
    [
        "select repeat('x', 1000) as s from range(1000000)",
        "select i, i + 1, i + 2, i + 3, i + 4 from range(100000000) t(i)",
        "select range(1000) as l from range(1000000)",
        "select list_transform(range(1000), lambda x: true) as l from range(1000000)",
        "select {'a': [null, null], 'b': map {'k': null}} as s from range(1000000)",
    ],
)
def test_an_answer_as_json_is_cut_before_it_is_too_much(served: Served, sql: str) -> None:
    """The server itself holds what it answers as JSON, so that it is bounded in bytes."""
    status, told, _ = served.ask("/api/trino/query", {"sql": sql})

    assert status == 200, told
    assert told["rows"]
    assert told["query"]["stopped_by"] in {"bytes", "rows"}
    assert served.grown_mb < GROWTH_MB
