"""`phlo services`: starts in the background, says where, and really stops."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from phlo_api.processes import Pidfile, family_of

ROOT = Path(__file__).resolve().parents[3]


def phlo(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "phlo.cli", "services", *words, "--project", str(project)],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "defs").mkdir()
    (tmp_path / "phlo.yaml").write_text("name: shop\n")
    return tmp_path


@pytest.mark.slow
def test_it_starts_moves_aside_and_stops_with_all_its_children(project: Path) -> None:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", 4000))
        taken.listen()
    except OSError:
        pass  # somebody has it already, which does as well
    try:
        started = phlo(project, "start")
        assert started.returncode == 0, started.stdout + started.stderr
        (api, daemon) = json.loads(phlo(project, "status", "--json").stdout)
        address = api["addresses"][0]
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"
        again = phlo(project, "start")
        family = [*family_of(api["pid"]), *family_of(daemon["pid"])]
    finally:
        stopped = phlo(project, "stop")
        taken.close()

    assert "4000" not in address
    assert "is taken" in started.stdout + started.stderr
    assert "runs already" in again.stdout
    assert len(family) > 2
    assert stopped.returncode == 0
    assert not [pid for pid in family if Path(f"/proc/{pid}/cmdline").exists() and _lives(pid)]
    assert "nothing was running" in phlo(project, "stop").stdout


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_pid_file_of_a_process_that_is_gone_is_no_process(tmp_path: Path) -> None:
    file = Pidfile(tmp_path, "phlo-api")
    tmp_path.joinpath("phlo-api.json").write_text("{torn")

    assert file.read() is None
    assert file.living() is None


@pytest.mark.slow
def test_a_port_that_was_asked_for_does_not_move(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        failed = phlo(project, "start", "--port", str(port))

    assert failed.returncode == 4
    assert f"port {port}" in failed.stderr


def test_beyond_loopback_it_starts_with_a_key_or_not_at_all(project: Path) -> None:
    (project / "lakehouse.toml").write_text('[api]\nhost = "0.0.0.0"\n')

    refused = phlo(project, "start")

    assert refused.returncode == 2
    assert "api.key" in refused.stderr
