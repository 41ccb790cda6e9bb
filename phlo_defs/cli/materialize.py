"""`phlo materialize`: load, check and publish tables, now and in this process."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phlo.cli.complete import complete_branches, complete_tables
from phlo.cli.context import json_option, open_project, project_option
from phlo.cli.show import note, show_json, show_table

if TYPE_CHECKING:
    from phlo_defs.cli.execution import Outcome, RunOutcome

CHECKS_FAILED = 6


@click.command("materialize")
@click.argument("assets", nargs=-1, shell_complete=complete_tables)
@click.option("--partition", "-p", help="Which partition; default: the newest.")
@click.option(
    "--ref",
    default="main",
    show_default=True,
    shell_complete=complete_branches,
    help="The branch to write to and read; only main publishes.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress, only the result.")
@click.option("--verbose", "-v", is_flag=True, help="Dagster's own log too.")
@json_option
@project_option
def command(
    assets: tuple[str, ...],
    partition: str | None,
    ref: str,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    project_path: Path | None,
) -> int:
    """Load, check and publish tables.

    ASSETS are tables (raw.flights), patterns (raw.*) or group:NAME; a + behind takes everything
    downstream, a + before everything upstream. Without any, the whole project is brought up to
    date, upstream first.
    """
    project = open_project(project_path)
    from phlo_defs.cli.execution import Runner
    from phlo_defs.cli.selection import chosen_assets, partition_keys, segments

    runner = Runner(project, ref=ref, tell=_silent if quiet else note, verbose=verbose)
    chosen = chosen_assets(runner.graph, assets)
    done: list[RunOutcome] = []
    started = time.monotonic()
    with interruptible():
        for segment in segments(runner.graph, chosen):
            for key in partition_keys(segment, partition):
                done.append(runner.run(segment.assets, key))
            if not all(run.success for run in done):
                break
    show_outcomes(done, as_json=as_json, seconds=time.monotonic() - started)
    return exit_status(done)


def _silent(_text: str) -> None:
    return None


class interruptible:
    """Turn an interrupt inside a run into the end of the command."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: object, _trace: object) -> None:
        from dagster import DagsterExecutionInterruptedError

        if kind is not None and issubclass(kind, DagsterExecutionInterruptedError):
            raise click.Abort from None


def show_outcomes(done: "Iterable[RunOutcome]", *, as_json: bool, seconds: float) -> None:
    """Write what became of each asset, as a table or JSON."""
    runs = list(done)
    outcomes = [(run, outcome) for run in runs for outcome in run.outcomes.values()]
    if as_json:
        show_json([{"run": run.run, **asdict(outcome)} for run, outcome in outcomes])
        return
    show_table(
        ("table", "partition", "status", "rows", "written", "checks", "log", "seconds"),
        [_row(outcome) for _, outcome in outcomes],
        numbers=("rows", "written", "log", "seconds"),
        empty="nothing to do",
    )
    for _, outcome in outcomes:
        if outcome.note:
            note(f"{outcome.asset}: {outcome.note}")
        if outcome.problem:
            note(f"error: {outcome.asset}: {outcome.problem}")
            note(f"fix: {outcome.fix}" if outcome.fix else "fix: read the log with: phlo logs")
    note(f"{len(outcomes)} tables in {seconds:.1f} s")


def _row(outcome: "Outcome") -> tuple[object, ...]:
    total = outcome.checks_passed + outcome.checks_failed
    checks = f"{outcome.checks_passed}/{total}" if total else ""
    return (
        outcome.asset,
        outcome.partition,
        outcome.status,
        outcome.rows,
        outcome.written,
        checks,
        outcome.log_number,
        outcome.seconds,
    )


def exit_status(done: "Iterable[RunOutcome]") -> int:
    """Return 0 if everything went well, 6 if a blocking check failed, else 1."""
    failed = [run for run in done if not run.success]
    if not failed:
        return 0
    return CHECKS_FAILED if all(run.codes <= {"check-failed"} for run in failed) else 1
