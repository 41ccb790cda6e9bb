"""`phlo logs`: what a run said."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phlo.cli.context import masked, open_project, project_option

if TYPE_CHECKING:
    from phlo_defs.cli.history import History, Line

_POLL_S = 0.25
_QUIET = frozenset(
    {
        "RESOURCE_INIT_STARTED", "RESOURCE_INIT_SUCCESS", "LOGS_CAPTURED", "ENGINE_EVENT",
        "ASSET_MATERIALIZATION_PLANNED", "ASSET_CHECK_EVALUATION_PLANNED", "STEP_OUTPUT",
        "STEP_WORKER_STARTING", "STEP_WORKER_STARTED", "HANDLED_OUTPUT", "LOADED_INPUT",
        "STEP_INPUT", "RUN_ENQUEUED", "PIPELINE_ENQUEUED", "PIPELINE_STARTING",
    }
)  # fmt: skip


@click.command("logs")
@click.argument("run", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on until the run ends.")
@click.option("--all", "-a", "everything", is_flag=True, help="Dagster's own events too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@project_option
def command(
    run: str | None, follow: bool, everything: bool, as_json: bool, project_path: Path | None
) -> int:
    """Show the log of a run: the newest, or the one whose id begins with RUN.

    Exits with 1 if the run failed or was cancelled.
    """
    project = open_project(project_path)
    from phlo_defs.cli.history import History

    history = History(project)
    found = history.find_run(run)
    last = 0
    while True:
        has_ended = history.find_run(found.run).ended_for_good
        last = _show(history, found.run, last, everything=everything, as_json=as_json)
        if has_ended or not follow:
            break
        time.sleep(_POLL_S)
    return 1 if history.find_run(found.run).status in {"failed", "cancelled"} else 0


def _show(history: "History", run: str, last: int, *, everything: bool, as_json: bool) -> int:
    for line in history.lines(run, after=last):
        last = line.number
        if everything or line.kind not in _QUIET:
            click.echo(_json(run, line) if as_json else _text(line))
    return last


def _json(run: str, line: "Line") -> str:
    return json.dumps(
        {
            "run": run,
            "number": line.number,
            "at": line.at.isoformat(),
            "step": line.step,
            "kind": line.kind,
            "text": masked(line.text),
        },
        ensure_ascii=False,
    )


def _text(line: "Line") -> str:
    step = f"{line.step}: " if line.step else ""
    body = masked(line.text).replace("\n", "\n    ")
    return f"{line.at:%H:%M:%S} {step}{body}"
