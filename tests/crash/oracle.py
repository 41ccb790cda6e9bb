"""What is really there, told without phlo: the log as JSON, Parquet, and Dagster's SQLite."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from pyiceberg.table import StaticTable


@dataclass(frozen=True)
class Found:
    """The state of the world: rows of main, merges of main, events, branches, open runs."""

    ids: list[int]
    merges: list[int]
    events: list[int]
    branches: set[str]
    open_runs: list[str]


@dataclass(frozen=True)
class Bucket:
    """A bucket whose server keeps its objects in a folder, and how pyiceberg asks that server."""

    address: str
    folder: Path
    properties: dict[str, str]


def look(root: Path, table: str, bucket: Bucket | None = None) -> Found:
    lake = bucket.folder if bucket else root / ".phlo/lake"
    dagster = root / ".phlo/dagster/history"
    entries = [read(path) for path in sorted((lake / "catalog/log").glob("*.json"))]
    groups = [(entry["n"], op) for entry in entries for op in operations(entry)]
    return Found(
        ids=rows(lake, location(groups, table), bucket),
        merges=[n for n, op in groups if op["do"] == "merge" and op.get("outbox")],
        events=events(dagster / "runs/index.db", table),
        branches=branches(groups),
        open_runs=open_runs(dagster / "runs.db"),
    )


def read(path: Path) -> dict[str, Any]:
    entry = json.loads(path.read_bytes())
    entry.setdefault("n", int(path.stem))
    return entry


def operations(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations of an entry; they come in groups, alone or several."""
    found: list[dict[str, Any]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict) and "do" in value:
            found.append(value)
        elif isinstance(value, dict):
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(entry)
    return found


def location(groups: list[tuple[int, dict[str, Any]]], table: str) -> str | None:
    """The metadata of the table that main was last made to point to."""
    found = None
    for _, op in groups:
        if op["do"] in {"merge", "commit"} and op.get("ref") == "main":
            for change in op["changes"]:
                if change["key"] == table.split(".") and change["after"]:
                    found = change["after"]["at"]
    return found


def rows(lake: Path, at: str | None, bucket: Bucket | None) -> list[int]:
    if at is None:
        return []
    path = at if "://" in at else (lake / at).as_uri()
    table = StaticTable.from_metadata(path, properties=bucket.properties if bucket else {})
    named = [task.file.file_path for task in table.scan().plan_files()]
    if bucket:
        named = [name.replace(bucket.address, str(bucket.folder)) for name in named]
    files = [name.removeprefix("file://") for name in named]
    if not files:
        return []
    found = duckdb.execute(f"select id from read_parquet({files!r})").fetchall()
    return sorted(row[0] for row in found)


def events(file: Path, table: str) -> list[int]:
    query = (
        "select event from event_logs where asset_key = ? "
        "and dagster_event_type = 'ASSET_MATERIALIZATION'"
    )
    found = []
    for (text,) in ask(file, query, json.dumps(table.split("."))):
        data = json.loads(text)["dagster_event"]["event_specific_data"]
        found.append(int(data["materialization"]["tags"]["phlo/log_number"]))
    return sorted(found)


def branches(groups: list[tuple[int, dict[str, Any]]]) -> set[str]:
    there: set[str] = set()
    for _, op in groups:
        name = op.get("name") or op.get("ref")
        if op["do"] == "create_ref":
            there.add(name)
        elif op["do"] == "delete_ref":
            there.discard(name)
    return there - {"main"}


def open_runs(file: Path) -> list[str]:
    query = "select run_id from runs where status not in ('SUCCESS', 'FAILURE', 'CANCELED')"
    return [row[0] for row in ask(file, query)]


def ask(file: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    if not file.is_file():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as con:
        return con.execute(query, values).fetchall()
