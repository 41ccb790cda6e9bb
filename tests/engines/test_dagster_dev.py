"""`dagster dev` as a user starts it: the page knows the graph, and a run from it is green."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BIN = Path(sys.executable).parent
GRAPH = "{ assetNodes { assetKey { path } groupName hasAssetChecks description } }"
LAUNCH = """
mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
STATUS = "query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
Ask = Callable[..., Any]

pytestmark = [pytest.mark.slow, pytest.mark.engines]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def eventually(found: Callable[[], Any], *, seconds: float) -> Any:
    """Ask again until there is an answer; the last refusal is the failure."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = found()
        except (urllib.error.URLError, ConnectionError):
            answer = None
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.25)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "stations"
    subprocess.run([BIN / "phlo", "init", str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def ask(project: Path) -> Iterator[Ask]:
    """The GraphQL of a running `dagster dev` without DAGSTER_HOME."""
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DAGSTER_", "PHLO_"))}
    log = (project / "dev.log").open("w")
    server = subprocess.Popen(
        [BIN / "dagster", "dev", "--port", str(port)],
        cwd=project,
        env=kept | {"PATH": f"{BIN}{os.pathsep}{kept['PATH']}"},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )

    def post(query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    try:
        ready = eventually(lambda: post("{ version }"), seconds=180)
        assert ready, (project / "dev.log").read_text()
        yield post
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(30)
        finally:
            log.close()
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)


def test_the_page_shows_the_tables_of_a_new_project(ask: Ask) -> None:
    nodes = eventually(lambda: ask(GRAPH)["assetNodes"], seconds=60)

    (node,) = nodes
    assert node["assetKey"]["path"] == ["raw", "readings"]
    assert node["hasAssetChecks"]
    assert "made up" in node["description"]


def test_a_run_from_the_page_is_green_and_its_rows_are_on_main(ask: Ask, project: Path) -> None:
    selector = {
        "repositoryLocationName": "phlo",
        "repositoryName": "__repository__",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [{"path": ["raw", "readings"]}],
    }

    launched = ask(LAUNCH, params={"selector": selector, "mode": "default"})["launchRun"]
    run = launched["run"]["runId"]
    ended = {"SUCCESS", "FAILURE", "CANCELED"}
    status = eventually(
        lambda: (s := ask(STATUS, run=run)["runOrError"]["status"]) in ended and s, seconds=180
    )

    assert status == "SUCCESS", (project / "dev.log").read_text()[-4000:]
    count = [BIN / "phlo", "query", "--csv", "select count(*) as n from raw.readings"]
    answer = subprocess.run(count, cwd=project, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["n", "2232"]


def test_history_stays_after_the_page_is_closed(project: Path) -> None:
    runs = project / ".phlo" / "dagster" / "history"

    assert runs.is_dir()
    assert not list(project.glob(".tmp_dagster_home_*/history"))
