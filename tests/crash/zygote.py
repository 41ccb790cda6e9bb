"""A process that has everything imported and forks a child for each run: a start costs nothing.

It reads one JSON object a line: ``{"project", "tables", "crash_at", "kill_after_s", "run"}``, and
writes one for each: ``{"status", "seconds"}``, where -9 means that the child was killed.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

warnings.simplefilter("ignore")

import dagster  # noqa: E402
import dlt  # noqa: E402, F401
import pyarrow.parquet  # noqa: E402, F401
import pyiceberg.catalog  # noqa: E402, F401

import phlo_defs.cli.execution  # noqa: E402
import phlo_defs.ingest.assets  # noqa: E402
from phlo.config import load_project  # noqa: E402
from phlo.config.environment import export  # noqa: E402
from phlo.store import LocalStore, S3Store  # noqa: E402

Create = Callable[[Any, str, bytes], bool]


def arm(crash_at: str) -> None:
    """Let the process die at a named step, or around the n-th entry that it writes to the log."""
    where, _, rest = crash_at.partition(":")
    if where != "log":
        export("PHLO_CRASH_AT", crash_at)
        return
    when, _, number = rest.partition(":")
    left = [int(number)]

    def dying(usual: Create) -> Create:
        def create(store: Any, path: str, data: bytes) -> bool:
            if not path.startswith("catalog/log/"):
                return usual(store, path, data)
            left[0] -= 1
            if left[0] == 0 and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            done = usual(store, path, data)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return create

    for kind in (LocalStore, S3Store):
        kind.create = dying(kind.create)  # type: ignore[method-assign] # this child dies here


def child(order: dict[str, object]) -> int:
    if order.get("crash_at"):
        arm(str(order["crash_at"]))
    project = load_project(Path(str(order["project"])))
    runner = phlo_defs.cli.execution.Runner(project, tell=lambda _text: None)
    tables = cast("list[str]", order["tables"])
    done = runner.run(tuple(dagster.AssetKey(name.split(".")) for name in tables), None)
    if order.get("learn"):
        Path(str(order["learn"])).write_text(json.dumps(sorted(sys.modules)))
    return 0 if done.success else 1


def fork(order: dict[str, object]) -> dict[str, object]:
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = child(order)
        except BaseException as error:  # noqa: BLE001 - the parent must hear of it
            print(f"child: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    killer = None
    if order.get("kill_after_s") is not None:
        killer = threading.Timer(float(str(order["kill_after_s"])), _kill, (pid,))
        killer.start()
    _, found = os.waitpid(pid, 0)
    if killer is not None:
        killer.cancel()
        killer.join()
    return {"status": os.waitstatus_to_exitcode(found), "seconds": time.monotonic() - began}


def learn(file: Path) -> None:
    """Import what the first child had to import, so that no other has to."""
    for name in json.loads(file.read_text()):
        if name not in sys.modules and not name.startswith(("phlo_project_", "__")):
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        outcome = fork(order)
        if order.get("learn"):
            learn(Path(order["learn"]))
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
