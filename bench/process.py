"""How soon phlo-api answers, and the memory of its processes when nothing happens."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from browsing import fill_lake
from harness import Result, main, result
from served import Client, Served, folder, make_project, serve

from phlo.config import Project
from phlo_api.processes import family_of
from phlo_api.starting import DAEMON, start_daemon, stop_all

# What a process that serves has loaded of others, and what loading just that takes.
LOADED = """
import sys
from pathlib import Path
from phlo_api.serve import build
build(Path({root!r}))
ours = ("phlo", "phlo_api", "phlo_defs", "__main__", "__mp_main__")
print("\\n".join(name for name in sys.modules if name.split(".")[0] not in ours))
"""
IMPORTS = """
import importlib, time
started = time.perf_counter()
for name in {names!r}:
    try:
        importlib.import_module(name)
    except ImportError:  # no file of its own: another module of the list makes it
        pass
print(time.perf_counter() - started)
"""
DECLARED = '''
import phlo


@phlo.ingestion(table="raw.wide", key=("column_00",), checks=[phlo.not_null("column_00")])
def wide():
    """Many columns."""
    yield {"column_00": 1}
'''
ROWS = 1_000
SETTLE_S = 15
MB = 1_000_000


def python(code: str, project: Project) -> str:
    """Run code in a fresh interpreter, in a project."""
    script = project.root / "script.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=project.root,
        env=os.environ | {"PHLO_PROJECT": str(project.root), "DAGSTER_HOME": str(project.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def starts(project: Project, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds to the first answer, and of the imports alone, in turn."""
    names = python(LOADED.format(root=str(project.root)), project).split()
    code = IMPORTS.format(names=names)
    ready, imports = [], []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        with serve(project):
            ready.append(time.perf_counter() - started)
        imports.append(float(python(code, project).split()[-1]))
    return ready[1:], imports[1:]


def resident_mb(pid: int) -> float:
    """Return all memory that a process holds, shared with others or not."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / MB
    raise SystemExit(f"process {pid} tells no memory")


def command_of(pid: int) -> str:
    """Return how a process was started."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def memory(project: Project) -> tuple[float, list[float], list[float]]:
    """Return the memory of phlo-api, its workers and the processes of the daemon, all idle."""
    try:
        daemon = start_daemon(project).process
        with serve(project) as served:
            use(served)
            time.sleep(SETTLE_S)
            children = [pid for pid in family_of(served.pid) if pid != served.pid]
            workers = [pid for pid in children if "worker_process" in command_of(pid)]
            if not workers or not daemon.is_alive:
                raise SystemExit("no worker, or no daemon, is there to be measured")
            return (
                resident_mb(served.pid),
                [resident_mb(pid) for pid in workers],
                [resident_mb(pid) for pid in family_of(daemon.pid)],
            )
    finally:
        stop_all(project, (DAEMON,))


def use(served: Served) -> None:
    """Ask for what a person opens first, so that all of it is loaded."""
    client = Client(served.address)
    for path in ("/", "/api/dagster/home", "/api/iceberg/tables", "/api/search?q=wide"):
        client.get(path)
    answer = client.post("/api/trino/query", {"sql": "select count(*) from raw.wide"})
    assert json.loads(answer)["rows"] == [[ROWS]], answer


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    with folder() as root:
        project = make_project(root / "project")
        (project.root / "defs" / "wide.py").write_text(DECLARED)
        fill_lake(project, ROWS)
        ready, imports = starts(project, 1 if quick else 5)
        api, workers, daemon = memory(project)
    start, floor = statistics.median(ready), statistics.median(imports)
    note = f"{start:.1f} s against {floor:.1f} s for the imports alone"
    return [
        result("start_over_imports", start / floor, "x", "<= 2.5", note),
        result("api_mb", api, "MB", "<= 450", "resident, idle after a look around"),
        result("worker_mb", statistics.median(workers), "MB", note=f"each of {len(workers)}"),
        result("daemon_mb", sum(daemon), "MB", note=f"{len(daemon)} processes together"),
    ]


if __name__ == "__main__":
    sys.exit(main("process", run))
