"""`phlo status`: what is there, how old it is, and how its checks came out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phlo.cli.context import json_option, open_project, project_option
from phlo.cli.show import age_text, note, show_json, show_table

if TYPE_CHECKING:
    from phlo_defs.cli.history import LastCheck, LastEvent, Run
    from phlo_defs.known import KnownAsset


@click.command("status")
@click.option("--runs", "show_runs", is_flag=True, help="The newest runs instead of tables.")
@click.option("--limit", default=20, show_default=True, help="How many runs.")
@json_option
@project_option
def command(show_runs: bool, limit: int, as_json: bool, project_path: Path | None) -> int:
    """Show each table: when it was last published, its rows, its checks, whether it is fresh."""
    project = open_project(project_path)
    from phlo_defs.cli.history import History

    history = History(project)
    if show_runs:
        _show_runs(history.runs(limit), as_json)
        return 0
    from phlo_defs.known import known_assets

    events, checks = history.last_events(), history.last_checks()
    known = {asset.table: asset for asset in known_assets(project)}
    rows = [
        _status(name, known.get(name), events.get(name), checks.get(name, []))
        for name in sorted({*known, *events})
    ]
    if as_json:
        show_json(rows)
        return 0
    show_table(
        ("table", "state", "published", "rows", "log", "checks", "run"),
        [_row(row) for row in rows],
        numbers=("rows", "log"),
        empty="no tables yet: declare one, then run phlo materialize",
    )
    for row in rows:
        for failing in row["failing"]:
            note(f"{row['table']}: {failing}")
    for run in history.runs(5):
        if run.status == "failed":
            note(f"run {run.run[:8]} failed: phlo logs {run.run[:8]}")
    return 0


def _status(
    name: str,
    known: "KnownAsset | None",
    event: "LastEvent | None",
    checks: "list[LastCheck]",
) -> dict[str, Any]:
    metadata: Mapping[str, Any] = event.metadata if event else {}
    failed = [check for check in checks if check.passed is False]
    window = known.freshness_s if known else None
    return {
        "table": name,
        "group": known.group if known else None,
        "state": _state(event, window, failed),
        "published_at": event.at if event else None,
        "rows": metadata.get("dagster/row_count"),
        "bytes": metadata.get("phlo/bytes"),
        "log_number": metadata.get("phlo/log_number"),
        "commit": metadata.get("phlo/commit"),
        "run": event.run if event else None,
        "checks_passed": sum(1 for check in checks if check.passed),
        "checks_failed": len(failed),
        "failing": [f"{check.check}: {check.message}".rstrip(": ") for check in failed],
        "freshness_s": window,
        "schedule": known.schedule if known else None,
        "partitions": known.partitions if known else "",
    }


def _state(event: "LastEvent | None", window: float | None, failed: "list[LastCheck]") -> str:
    if any(check.blocking for check in failed):
        return "check failed"
    if event is None:
        return "never loaded"
    if window is not None and datetime.now(UTC) - event.at > timedelta(seconds=window):
        return "late"
    return "ok"


def _row(row: Mapping[str, Any]) -> tuple[object, ...]:
    total = row["checks_passed"] + row["checks_failed"]
    return (
        row["table"],
        row["state"],
        age_text(row["published_at"]),
        row["rows"],
        row["log_number"],
        f"{row['checks_passed']}/{total}" if total else "",
        (row["run"] or "")[:8],
    )


def _show_runs(runs: "list[Run]", as_json: bool) -> None:
    if as_json:
        show_json([_run_json(run) for run in runs])
        return
    show_table(
        ("run", "status", "started", "seconds", "tables"),
        [
            (
                run.run[:8],
                run.status,
                age_text(run.started),
                round((run.ended - run.started).total_seconds(), 1)
                if run.started and run.ended
                else None,
                ", ".join(run.assets) + (f" [{run.partition}]" if run.partition else ""),
            )
            for run in runs
        ],
        numbers=("seconds",),
        empty="no runs yet",
    )


def _run_json(run: "Run") -> dict[str, Any]:
    return {
        "run": run.run,
        "status": run.status,
        "started_at": run.started,
        "ended_at": run.ended,
        "tables": list(run.assets),
        "partition": run.partition,
    }
