"""A project in a folder of its own, whose assets a test runs through Dagster."""

import textwrap
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from phlo.catalog import LogCatalog, open_catalog
from phlo.config import Project, load_project
from phlo.engine.lake import Lake
from phlo_defs.location import build_definitions

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_OWN = ("_phlo_run_id", "_phlo_ingested_at")


class House:
    """A project, its lake and a Dagster instance that lasts as long as the test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "defs").mkdir()
        (root / "dagster").mkdir()
        (root / "phlo.yaml").write_text("name: house\n")
        self.instance = dg.DagsterInstance.ephemeral(tempdir=str(root / "dagster"))

    @property
    def project(self) -> Project:
        return load_project(self.root)

    @property
    def catalog(self) -> LogCatalog:
        return open_catalog(self.project.lake, author="tester")

    def declare(self, text: str, name: str = "tables") -> None:
        body = "import phlo\n" + textwrap.dedent(text)
        (self.root / "defs" / f"{name}.py").write_text(body)

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(textwrap.dedent(text))
        return path

    def run(
        self,
        *tables: str,
        partition: str | None = None,
        tags: Mapping[str, str] | None = None,
        run_id: str | None = None,
    ) -> dg.ExecuteInProcessResult:
        job = build_definitions(self.project).get_repository_def().get_job("__ASSET_JOB")
        keys = [dg.AssetKey(table.split(".")) for table in tables]
        return job.execute_in_process(
            run_config=QUIET,
            instance=self.instance,
            asset_selection=keys or None,
            partition_key=partition,
            tags=tags,
            run_id=run_id,
            raise_on_error=False,
        )

    def load(self, *tables: str, **options: Any) -> dg.ExecuteInProcessResult:
        """Run tables and expect it to go well."""
        result = self.run(*tables, **options)
        assert result.success, failure(result)
        return result

    def refuse(self, *tables: str, **options: Any) -> str:
        """Run tables, expect a failure, and return what it said."""
        result = self.run(*tables, **options)
        assert not result.success
        return failure(result)

    def rows(self, table: str, ref: str = "main") -> list[dict[str, Any]]:
        """The user's own columns of a table, sorted."""
        frame = self.frame(table, ref)
        own = [name for name in frame.columns if not name.startswith("_phlo_")]
        return sorted(frame.select(own).to_dicts(), key=repr)

    def frame(self, table: str, ref: str = "main") -> pl.DataFrame:
        with Lake(self.catalog, ref=ref) as lake:
            return lake.table(table).to_polars()

    def same(self, table: str, ref: str = "main") -> list[dict[str, Any]]:
        """Everything that two loads of the same data must have in common."""
        frame = self.frame(table, ref).drop(*_OWN)
        return sorted(frame.to_dicts(), key=repr)

    def tables(self, ref: str = "main") -> list[str]:
        with Lake(self.catalog, ref=ref) as lake:
            return lake.tables()

    def branches(self) -> list[str]:
        return sorted(ref.name for ref in self.catalog.refs() if ref.name != "main")

    def metadata(self, table: str) -> dict[str, Any]:
        event = self.instance.get_latest_materialization_event(dg.AssetKey(table.split(".")))
        assert event is not None
        made = event.asset_materialization
        assert made is not None
        return {name: getattr(value, "value", value) for name, value in made.metadata.items()}

    def events(self, table: str) -> list[int]:
        """The log numbers of a table's materializations, as Dagster stored them."""
        key = dg.AssetKey(table.split("."))
        found = self.instance.fetch_materializations(key, limit=100, ascending=True).records
        return [int(found_tags(record)["phlo/log_number"]) for record in found]


def found_tags(record: dg.EventLogRecord) -> Mapping[str, str]:
    made = record.asset_materialization
    assert made is not None
    return made.tags or {}


def failure(result: dg.ExecuteInProcessResult) -> str:
    """What the failed steps of a run said, problem and fix."""
    said = []
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                said.append(data.user_failure_data.description)
            elif data.error:
                said.append(data.error.to_string())
    return "\n".join(said)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.instance.dispose()


class Nightscout:
    """A server in the shape of Nightscout: pages, limits of rate, and it can die half way."""

    def __init__(self) -> None:
        self.entries = [
            {
                "_id": f"{n:024x}",
                "date": 1_735_689_600_000 + n * 300_000,
                "dateString": f"2025-01-01T{n * 5 // 60 % 24:02d}:{n * 5 % 60:02d}:00.000Z",
                "sgv": 100 + n % 60,
                "direction": "Flat",
                "device": {"name": "synthetic", "battery": 90 - n % 50},
            }
            for n in range(250)
        ]
        self.page_size = 100
        self.too_many = 0
        self.die_at: int | None = None
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def answer(self, query: Mapping[str, str]) -> tuple[int, Any]:
        if self.too_many > 0:
            self.too_many -= 1
            return 429, {"error": "slow down"}
        since = int(query.get("since", "0"))
        skip = int(query.get("skip", "0"))
        if self.die_at is not None and skip >= self.die_at:
            return 0, None
        found = [entry for entry in self.entries if entry["date"] > since]
        return 200, found[skip : skip + self.page_size]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                import json
                from urllib.parse import parse_qsl, urlparse

                owner.asked.append(self.path)
                status, body = owner.answer(dict(parse_qsl(urlparse(self.path).query)))
                if status == 0:
                    self.connection.close()
                    return
                data = json.dumps(body).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "0")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_args: object) -> None:
                return None

        return Handler


@pytest.fixture
def nightscout() -> Iterator[Nightscout]:
    server = Nightscout()
    yield server
    server.close()
