"""Dagster's history, read from its SQLite files without importing Dagster.

Source: the schema of Dagster 1.13 (`dagster/_core/storage/event_log/schema.py`, `runs/schema.py`).
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from phlo.config import Project
from phlo.config.run_history import is_sqlite, storage_folder
from phlo.errors import InvalidInput, RunNotFound

_ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED"})
_NAMES = {
    "SUCCESS": "done",
    "FAILURE": "failed",
    "CANCELED": "cancelled",
    "CANCELING": "cancelling",
    "STARTED": "running",
    "STARTING": "starting",
    "QUEUED": "queued",
    "NOT_STARTED": "waiting",
}


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The newest materialization of a table."""

    table: str
    at: datetime
    run: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The newest outcome of a check; ``passed`` is None while it has none."""

    table: str
    check: str
    passed: bool | None
    blocking: bool
    at: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``status`` is a word for people."""

    run: str
    status: str
    started: datetime | None
    ended: datetime | None
    assets: tuple[str, ...]
    partition: str | None
    ended_for_good: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run's log."""

    number: int
    at: datetime
    level: int
    step: str | None
    kind: str | None
    text: str


class History:
    """The history of a project. Nothing is created by reading it."""

    def __init__(self, project: Project) -> None:
        if not is_sqlite(project):
            raise InvalidInput(
                "Dagster's history is not in SQLite files here",
                fix="look at the Dagster UI: dagster dev",
            )
        self._folder = storage_folder(project) / "history"

    def last_events(self) -> dict[str, LastEvent]:
        """Return the newest materialization of each table."""
        query = "select asset_key, last_materialization from asset_keys"
        found = {}
        for key, text in self._rows(self._folder / "runs" / "index.db", query):
            if text is None:
                continue
            entry = json.loads(text)
            entry = entry.get("event_log_entry", entry)
            data = entry["dagster_event"]["event_specific_data"]
            table = _table(key)
            found[table] = LastEvent(
                table, _time(entry["timestamp"]), entry["run_id"], _metadata(data)
            )
        return found

    def last_checks(self) -> dict[str, list[LastCheck]]:
        """Return the newest outcome of each check, by table."""
        query = (
            "select asset_key, check_name, execution_status, evaluation_event, "
            "evaluation_event_timestamp from asset_check_executions where id in (select max(id) "
            "from asset_check_executions where execution_status != 'PLANNED' "
            "group by asset_key, check_name) order by asset_key, check_name"
        )
        found: dict[str, list[LastCheck]] = {}
        for key, name, status, text, at in self._rows(self._folder / "runs" / "index.db", query):
            table = _table(key)
            data = json.loads(text)["dagster_event"]["event_specific_data"] if text else {}
            found.setdefault(table, []).append(
                LastCheck(
                    table=table,
                    check=name,
                    passed=status == "SUCCEEDED" if text else None,
                    blocking=data.get("blocking") is not False,
                    at=_stored_time(at),
                    message=data.get("description") or "",
                )
            )
        return found

    def runs(self, limit: int) -> list[Run]:
        """Return the newest runs, newest first."""
        query = (
            "select run_id, status, start_time, end_time, run_body, partition from runs "
            "order by id desc limit ?"
        )
        return [_run(row) for row in self._rows(self._folder / "runs.db", query, limit)]

    def find_run(self, start: str | None) -> Run:
        """Return the run whose id begins so; the newest one if nothing is given.

        Raises:
            RunNotFound: there is none, or several begin so.
        """
        if start is None:
            newest = self.runs(1)
            if not newest:
                raise RunNotFound("there is no run yet", fix='start one with "phlo materialize"')
            return newest[0]
        query = (
            "select run_id, status, start_time, end_time, run_body, partition from runs "
            "where substr(run_id, 1, length(?1)) = ?1 order by id desc limit 2"
        )
        found = [_run(row) for row in self._rows(self._folder / "runs.db", query, start)]
        if len(found) == 1:
            return found[0]
        known = [run.run for run in self.runs(20)]
        if found:
            near = ", ".join(run.run for run in found)
            raise InvalidInput(
                f"several runs begin with {start!r}", fix=f"write more of the id, such as {near}"
            )
        raise RunNotFound.named(start, known=known)

    def lines(self, run: str, after: int = 0) -> Iterator[Line]:
        """Yield the log of a run, in order, from behind a line on."""
        query = (
            "select id, timestamp, step_key, dagster_event_type, event from event_logs "
            "where id > ? order by id"
        )
        file = self._folder / "runs" / f"{UUID(run)}.db"
        for number, _at, step, kind, text in self._rows(file, query, after):
            entry = json.loads(text)
            said = entry.get("user_message") or (entry.get("dagster_event") or {}).get("message")
            yield Line(
                number,
                _time(entry["timestamp"]),
                entry.get("level") or 20,
                step,
                kind,
                _with_error(said or "", entry),
            )

    def _rows(self, file: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
        if not file.is_file():
            return []
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as con:
            return con.execute(query, values).fetchall()


def _run(row: tuple[Any, ...]) -> Run:
    run, status, started, ended, body, partition = row
    fields = json.loads(body)
    named = fields.get("asset_selection") or {}
    listed = named.get("__frozenset__", []) if isinstance(named, dict) else []
    tags = fields.get("tags") or {}
    return Run(
        run=run,
        status=_NAMES.get(status, status.lower()),
        started=_time(started) if started else None,
        ended=_time(ended) if ended else None,
        assets=tuple(sorted(".".join(key["path"]) for key in listed)),
        partition=partition or tags.get("dagster/partition"),
        ended_for_good=status in _ENDED,
    )


def _with_error(text: str, entry: Mapping[str, Any]) -> str:
    data = (entry.get("dagster_event") or {}).get("event_specific_data") or {}
    said = data.get("user_failure_data")
    if isinstance(said, dict) and said.get("description"):
        return f"{text}\n{said['description']}"
    error = data.get("error") if isinstance(data, dict) else None
    while isinstance(error, dict) and error.get("cause"):
        error = error["cause"]
    if isinstance(error, dict) and error.get("message"):
        return f"{text}\n{error['message'].strip()}"
    return text


def _metadata(data: Mapping[str, Any]) -> dict[str, Any]:
    made = data.get("materialization") or {}
    found = {}
    for entry in made.get("metadata_entries") or []:
        value = entry["entry_data"]
        found[entry["label"]] = value.get("value", value.get("text", value.get("md_str")))
    return found


def _table(key: str) -> str:
    return ".".join(json.loads(key))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _stored_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
