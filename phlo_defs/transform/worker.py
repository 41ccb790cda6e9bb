"""The process that runs dbt: it stays warm between runs, and its memory is its own.

`python -m phlo_defs.transform.worker <folder> <scratch>`; requests come in on standard input,
events go out on what was standard output, and what dbt prints goes to standard error. It ends with
its parent, and takes its scratch folder along.
"""

import importlib
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import duckdb

from phlo.engine.scratch import remove_scratch
from phlo.errors import PhloError, SqlError
from phlo.model import Key
from phlo_defs.transform.folder import DbtFolder
from phlo_defs.transform.lake import LakeRun, portable
from phlo_defs.transform.manifest import dbt_options
from phlo_defs.transform.protocol import (
    Finished,
    NodeDone,
    Request,
    Status,
    decode_request,
    encode_event,
)

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode
    from dbt_common.events.base_types import EventMsg

_WARM = ("dbt.cli.main", "dbt.adapters.duckdb", "phlo.catalog", "phlo_defs.transform.plugin")
_SAMPLE = 20
_PREVIEW = 10
_ENDED = 3
_STATUS: dict[str, Status] = {
    "runtime error": "error",
    "no-op": "skipped",
    "partial success": "error",
}
Send = Callable[[NodeDone | Finished | PhloError], None]


class Worker:
    """dbt, imported once, and the manifests it has loaded."""

    def __init__(self, dbt: DbtFolder, scratch: Path, send: Send) -> None:
        self._dbt = dbt
        self._scratch = scratch
        self._send = send
        self._loaded: tuple[str, Manifest] | None = None

    def manifest(self, path: str) -> "Manifest":
        """Return the manifest of a path; the last one is kept."""
        from dbt.contracts.graph.manifest import Manifest

        if self._loaded is None or self._loaded[0] != path:
            packed = (Path(path) / "partial_parse.msgpack").read_bytes()
            manifest = Manifest.from_msgpack(packed)
            manifest.build_flat_graph()  # type: ignore[no-untyped-call]  # dbt's own
            self._loaded = (path, manifest)
        return self._loaded[1]

    def serve(self, request: Request) -> None:
        """Run one command and commit what it wrote, whether or not its tests passed."""
        from phlo.catalog import open_catalog
        from phlo.config import load_project

        project = load_project(self._dbt.project_root)
        catalog = open_catalog(replace(project, lake=request.lake), author=request.author or None)
        base = catalog.resolve(request.ref)
        if request.command == "test":
            run = LakeRun(catalog, None, base, request.names)
            problem = self._invoke(request, run)
            commit = None
        else:
            with catalog.stage(request.ref, message=request.message, run=request.run) as stage:
                run = LakeRun(catalog, stage, base, request.names)
                problem = self._invoke(request, run)
            commit = stage.commit.id if stage.commit else None
        self._send(Finished(not problem, base.id, commit, problem))

    def _invoke(self, request: Request, run: LakeRun) -> str:
        """Run dbt over a lake and return what went wrong, or nothing."""
        from dbt.cli.main import dbtRunner

        from phlo_defs.transform.plugin import use

        manifest = self.manifest(request.manifest)
        listener = _Listener(manifest, run, request.tested, self._send)
        runner = dbtRunner(manifest=manifest, callbacks=[listener])
        try:
            with use(run):
                result = runner.invoke(self._arguments(request))
        finally:
            _disconnect()
        if result.success:
            return ""
        return str(result.exception or "a model or a test failed")

    def _arguments(self, request: Request) -> list[str]:
        options = dbt_options(self._dbt, self._scratch, log_level="info")
        arguments = [request.command, *options, "--no-write-json"]
        if request.command == "build":
            arguments += ["--exclude-resource-type", "unit_test"]
        else:
            arguments += ["--exclude", "test_type:unit"]
        if request.full_refresh:
            arguments.append("--full-refresh")
        if request.select:
            arguments += ["--indirect-selection", "empty", "--select", *request.select]
        return arguments


def _disconnect() -> None:
    """Close the in-memory database, which dbt would keep for the next run."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager as Connections

    environment = Connections._ENV
    Connections.close_all_connections()  # type: ignore[no-untyped-call]  # dbt's own
    if environment is not None:
        environment.close()


class _Listener:
    """Tell the parent of each node as soon as it is done. Called from dbt's threads."""

    def __init__(
        self, manifest: "Manifest", run: LakeRun, tested: Mapping[str, Key], send: Send
    ) -> None:
        self._manifest = manifest
        self._run = run
        self._tested = tested
        self._send = send

    def __call__(self, event: "EventMsg") -> None:
        """Take one event of dbt."""
        if event.info.name != "NodeFinished":
            return
        unique_id = event.data.node_info.unique_id
        node = self._manifest.nodes.get(unique_id)
        if node is None:
            return
        result = event.data.run_result
        self._send(self._done(node, result))

    def _done(self, node: "ManifestNode", result: Any) -> NodeDone:  # noqa: ANN401  protobuf
        status = _STATUS.get(result.status, result.status)
        done = self._plain(node, status, result)
        try:
            if str(node.resource_type) == "test":
                return self._looked_at(replace(done, failures=result.num_failures))
            return self._shown((node.schema, node.alias), done)
        except duckdb.Error:  # what was built or tested cannot be read: its status says why
            return done

    def _shown(self, key: Key, done: NodeDone) -> NodeDone:
        if done.status != "success":
            return done
        columns, sample = self._run.preview(key, _PREVIEW)
        return replace(done, rows=self._run.count(key), columns=columns, sample=sample)

    def _looked_at(self, done: NodeDone) -> NodeDone:
        key = self._tested.get(done.unique_id)
        if key is not None and done.status in ("pass", "fail", "warn"):
            done = replace(done, rows=self._run.count(key))
        if done.status in ("fail", "warn"):
            done = replace(done, sample=self._run.sample(done.sql, _SAMPLE))
        return done

    def _plain(self, node: "ManifestNode", status: Status, result: Any) -> NodeDone:  # noqa: ANN401  protobuf
        sql = portable(getattr(node, "compiled_code", None) or "")
        seconds = round(result.execution_time, 3)
        return NodeDone(node.unique_id, status, result.message, seconds, sql)


class _Requests:
    """The requests as they come; when the parent is gone, so is this process, even in a run."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._found: queue.Queue[Request | None] = queue.Queue()
        self._is_idle = threading.Event()
        threading.Thread(target=self._read, daemon=True, name="requests").start()

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            self._found.put(decode_request(line))
        if not self._is_idle.is_set():
            remove_scratch(self._scratch)
            os._exit(_ENDED)
        self._found.put(None)

    def __iter__(self) -> Iterator[Request]:
        while True:
            self._is_idle.set()
            request = self._found.get()
            self._is_idle.clear()
            if request is None:
                return
            yield request


def _channel() -> BinaryIO:
    """Take standard output for events, and let what is printed go to standard error."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return channel


def main() -> None:
    """Serve requests until the parent is gone."""
    scratch = Path(sys.argv[2])
    try:
        _serve(DbtFolder.from_text(sys.argv[1]), scratch)
    finally:
        remove_scratch(scratch)


def _serve(folder: DbtFolder, scratch: Path) -> None:
    channel = _channel()
    lock = threading.Lock()

    def send(event: NodeDone | Finished | PhloError) -> None:
        with lock:
            channel.write(encode_event(event))
            channel.flush()

    requests = _Requests(scratch)
    for module in _WARM:
        importlib.import_module(module)

    worker = Worker(folder, scratch, send)
    for request in requests:
        try:
            worker.serve(request)
        except PhloError as error:
            send(error)
        except Exception as error:  # noqa: BLE001  the parent must hear of every failure
            traceback.print_exc()
            send(SqlError(f"dbt failed: {error}", fix=f"read {folder.log}"))


if __name__ == "__main__":
    main()
