"""What the first page needs, from phlo-api and by Dagster's GraphQL, an event before each."""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import dagster as dg
import history
from harness import Result, main, result
from served import Client, folder, free_port, make_project, percentile, serve

from phlo.config import Project
from phlo_api.location import open_instance

ASSETS = """
query Assets($keys: [AssetKeyInput!]!) {
  assetNodes(assetKeys: $keys, loadMaterializations: true) {
    assetKey { path }
    groupName kinds description isPartitioned isExecutable
    owners { ... on TeamAssetOwner { team } ... on UserAssetOwner { email } }
    dependencyKeys { path }
    dependedByKeys { path }
    internalFreshnessPolicy { __typename }
    freshnessStatusInfo { freshnessStatus }
    assetMaterializations(limit: 1) {
      runId timestamp partition stepKey
      metadataEntries {
        label ... on IntMetadataEntry { intValue } ... on TextMetadataEntry { text }
      }
    }
    assetChecksOrError {
      ... on AssetChecks {
        checks {
          name blocking
          executionForLatestMaterialization {
            runId status timestamp evaluation { severity success description }
          }
        }
      }
    }
  }
}"""
LATEST = """
query Latest($keys: [AssetKeyInput!]!) {
  assetsLatestInfo(assetKeys: $keys) {
    assetKey { path }
    latestRun { id status }
    unstartedRunIds
    inProgressRunIds
  }
}"""
RUNS = """
query Runs($since: Float!) {
  recent: runsOrError(limit: 30) {
    ... on Runs {
      results { runId jobName status creationTime startTime endTime tags { key value }
                assetSelection { path } }
    }
  }
  queued: runsOrError(filter: {statuses: [QUEUED, NOT_STARTED, MANAGED]}) {
    ... on Runs { count }
  }
  moving: runsOrError(filter: {statuses: [STARTING, STARTED, CANCELING]}) { ... on Runs { count } }
  failed: runsOrError(filter: {statuses: [FAILURE], updatedAfter: $since}) {
    ... on Runs { count }
  }
  succeeded: runsOrError(filter: {statuses: [SUCCESS], updatedAfter: $since}) {
    ... on Runs { count }
  }
}"""
AUTOMATION = """
query Automation {
  instance {
    daemonHealth { allDaemonStatuses { daemonType required healthy lastHeartbeatTime } }
  }
  repositoryOrError(
    repositorySelector: {repositoryLocationName: "phlo", repositoryName: "__repository__"}
  ) {
    ... on Repository {
      schedules { name scheduleState { status ticks(limit: 1) { id status timestamp } } }
      sensors { name sensorState { status ticks(limit: 1) { id status timestamp } } }
    }
  }
}"""


@contextmanager
def webserver(project: Project) -> Iterator[str]:
    """Start Dagster's own web server on the same project, and end it with all it started."""
    port = free_port()
    command = [sys.executable, "-m", "dagster_webserver", "-w", "workspace.yaml", "-p", str(port)]
    with (project.root / "webserver.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-h", "127.0.0.1"],
            cwd=project.root,
            env=os.environ | {"DAGSTER_HOME": str(project.root)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        client = Client(f"http://127.0.0.1:{port}")
        try:
            client.get("/server_info")
        except OSError:
            time.sleep(0.2)
        else:
            return
        finally:
            client.close()
    raise SystemExit("dagster-webserver did not answer")


class Sides:
    """The same facts, asked for twice, with a new event before each."""

    def __init__(self, instance: dg.DagsterInstance, ours: Client, theirs: Client) -> None:
        self.instance, self.ours, self.theirs = instance, ours, theirs
        self._events = count()
        names = [each["asset"] for each in ours.json("/api/dagster/home")["assets"]]
        self.keys = [{"path": name.split(".")} for name in sorted(names)]

    def event(self) -> tuple[str, int]:
        """Write one asset, as a run would; return its name and its rows."""
        number = next(self._events)
        path = self.keys[number % len(self.keys)]["path"]
        written = dg.AssetMaterialization(path, metadata={"dagster/row_count": number})
        self.instance.report_runless_asset_event(written)
        return ".".join(path), number

    def home(self) -> Any:
        """Ask for the first page."""
        return self.ours.get("/api/dagster/home")

    def graphql(self) -> list[Any]:
        """Ask for the same facts by documents, as a page made of Dagster's API would."""
        keys = {"keys": self.keys}
        since = {"since": time.time() - 86_400}
        asked = ((ASSETS, keys), (LATEST, keys), (RUNS, since), (AUTOMATION, {}))
        return [
            self.theirs.post("/graphql", {"query": query, "variables": variables})
            for query, variables in asked
        ]

    def compare(self) -> None:
        """See that both sides tell the same, the newest event included."""
        name, rows = self.event()
        home = json.loads(self.home())
        assets, _, runs, _ = (json.loads(each) for each in self.graphql())
        for answer in (assets, runs):
            assert "errors" not in answer, answer
        nodes = {".".join(n["assetKey"]["path"]): n for n in assets["data"]["assetNodes"]}
        shown = {each["asset"]: each for each in home["assets"]}
        assert nodes.keys() == shown.keys()
        last = nodes[name]["assetMaterializations"][0]["metadataEntries"]
        assert shown[name]["last"]["rows"] == rows
        assert [each["intValue"] for each in last if "intValue" in each] == [rows]
        assert home["runs"]["succeeded_24h"] == runs["data"]["succeeded"]["count"]

    def measure(self, rounds: int) -> tuple[list[float], list[float]]:
        """Return milliseconds of both sides; ours is asked five times as often, between theirs."""
        ours, theirs = [], []
        for turn in range(rounds):
            self.event()
            ours.append(_timed(self.home))
            if turn % 5 == 0:
                self.event()
                theirs.append(_timed(self.graphql))
        return ours, theirs


def _timed(ask: Any) -> float:
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    runs, rounds = (200, 20) if quick else (2_000, 200)
    with folder() as root:
        project = make_project(root / "project", history.definitions(60))
        history.fill(project, runs)
        with (
            open_instance(project) as instance,
            serve(project) as served,
            webserver(project) as rival,
        ):
            sides = Sides(instance, Client(served.address), Client(rival))
            sides.compare()
            sides.measure(10)
            ours, theirs = sides.measure(rounds)
    p50, other = statistics.median(ours), statistics.median(theirs)
    note = f"{p50:.0f} against {other:.0f} ms, medians of {len(ours)} and {len(theirs)}"
    return [
        result("graphql_over_home", other / p50, "x", ">= 5", note),
        result("home_p50_ms", p50, "ms", "<= 100"),
        result("home_p99_ms", percentile(ours, 0.99), "ms"),
    ]


if __name__ == "__main__":
    sys.exit(main("api_home", run))
