"""`phlo backfill`: load many partitions, in order, where an earlier one left off."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from phlo.cli.complete import complete_branches, complete_tables
from phlo.cli.context import json_option, open_project, project_option
from phlo.cli.show import note
from phlo.errors import InvalidInput
from phlo_defs.cli.materialize import exit_status, interruptible, show_outcomes

if TYPE_CHECKING:
    from phlo_defs.cli.execution import Runner, RunOutcome
    from phlo_defs.cli.selection import Segment

_SHOWN = 20


@click.command("backfill")
@click.argument("asset", shell_complete=complete_tables)
@click.option("--from", "first", help="The first partition; default: the first there is.")
@click.option("--to", "last", help="The last partition, included; default: the newest.")
@click.option("--again", is_flag=True, help="Load partitions that are there, too.")
@click.option("--keep-going", is_flag=True, help="Go on after a partition failed.")
@click.option("--dry-run", is_flag=True, help="Only say which partitions would be loaded.")
@click.option(
    "--ref",
    default="main",
    show_default=True,
    shell_complete=complete_branches,
    help="The branch to write to and read; only main publishes.",
)
@json_option
@project_option
def command(
    asset: str,
    first: str | None,
    last: str | None,
    again: bool,
    keep_going: bool,
    dry_run: bool,
    ref: str,
    as_json: bool,
    project_path: Path | None,
) -> int:
    """Load the partitions of a table from one to another, oldest first.

    Partitions that have been published are left out, so that the same command goes on where it
    was stopped; --again loads them too.
    """
    project = open_project(project_path)
    from phlo_defs.cli.execution import Runner
    from phlo_defs.cli.selection import chosen_assets, segments

    runner = Runner(project, ref=ref, tell=lambda _text: None)
    found = segments(runner.graph, chosen_assets(runner.graph, [asset]))
    segment = found[0]
    if len(found) > 1 or segment.partitions is None:
        raise InvalidInput(
            f"{asset!r} has no partitions" if len(found) == 1 else f"{asset!r} is several tables",
            fix=f'load it with "phlo materialize {asset}"',
        )
    keys = _between(segment, first, last)
    waiting = keys if again or runner.ref else _missing(runner, segment, keys)
    note(f"{len(waiting)} of {len(keys)} partitions to load")
    if dry_run or not waiting:
        click.echo("\n".join(waiting))
        return 0
    started = time.monotonic()
    done = _load(runner, segment, waiting, keep_going)
    wanted = done if as_json else [run for run in done if not run.success] or done[-_SHOWN:]
    show_outcomes(wanted, as_json=as_json, seconds=time.monotonic() - started)
    good = sum(1 for run in done if run.success)
    note(f"{good} of {len(waiting)} partitions loaded")
    return exit_status(done)


def _between(segment: "Segment", first: str | None, last: str | None) -> Sequence[str]:
    from phlo_defs.cli.selection import checked_partition

    assert segment.partitions is not None
    keys = list(segment.partitions.get_partition_keys())
    low = keys.index(checked_partition(segment, keys, first)) if first else 0
    high = keys.index(checked_partition(segment, keys, last)) if last else len(keys) - 1
    if low > high:
        raise InvalidInput(f"{first!r} comes after {last!r}", fix="swap --from and --to")
    return keys[low : high + 1]


def _missing(runner: "Runner", segment: "Segment", keys: Sequence[str]) -> Sequence[str]:
    done = [set(runner.instance.get_materialized_partitions(key)) for key in segment.assets]
    there = set.intersection(*done) if done else set()
    return [key for key in keys if key not in there]


def _load(
    runner: "Runner", segment: "Segment", keys: Sequence[str], keep_going: bool
) -> "list[RunOutcome]":
    tags = {"dagster/backfill": uuid4().hex[:8]}
    done: list[RunOutcome] = []
    with interruptible():
        for number, key in enumerate(keys, start=1):
            run = runner.run(segment.assets, key, tags)
            done.append(run)
            outcome = next(iter(run.outcomes.values()))
            rows = f", {outcome.written:,} rows written" if outcome.written is not None else ""
            note(f"[{number}/{len(keys)}] {key}: {outcome.status}{rows}")
            if not run.success and not keep_going:
                break
    return done
