"""`phlo dev`: starts again when a file changes, also while a page follows a stream."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
READY = "Application startup complete"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def eventually(holds: Callable[[], bool], seconds: float = 90) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


@pytest.mark.slow
def test_a_page_that_follows_a_stream_does_not_hold_back_a_new_start(tmp_path: Path) -> None:
    (tmp_path / "defs").mkdir()
    (tmp_path / "phlo.yaml").write_text("name: shop\n")
    log, port = tmp_path / "dev.log", free_port()
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "phlo.cli", "dev", "--port", str(port)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PHLO_PROJECT": str(tmp_path)},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        assert eventually(lambda: READY in log.read_text()), log.read_text()
        stream = urllib.request.urlopen(f"http://127.0.0.1:{port}/api/live/refs", timeout=60)
        assert stream.readline().startswith(b"retry")
        (tmp_path / "defs" / "more.py").write_text("")
        with pytest.raises(IncompleteRead), stream:
            stream.read()
        again = eventually(lambda: log.read_text().count(READY) == 2)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    assert again, log.read_text()
