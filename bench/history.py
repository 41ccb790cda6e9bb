"""A code location of many assets and its history of runs, for the benches of the page."""

import importlib.util
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from types import ModuleType

import dagster as dg

from phlo.config import Project
from phlo_api.location import open_instance

DEFINITIONS = '''
"""{count} assets in four layers, each of two before it, with promises, checks and automation."""

from datetime import timedelta

import dagster as dg

COUNT = {count}
LAYERS = ("raw", "staging", "intermediate", "marts")
WIDTH = max(COUNT // 4, 1)


def key(number):
    return dg.AssetKey([LAYERS[min(number // WIDTH, 3)], f"asset_{{number:04d}}"])


def asset(number):
    layer = min(number // WIDTH, 3)
    first = (layer - 1) * WIDTH
    parents = {{first + (number * step) % WIDTH for step in (1, 7)}} if layer else set()

    @dg.asset(
        key=key(number),
        deps=[key(parent) for parent in sorted(parents)],
        group_name=LAYERS[layer],
        owners=[f"team:t{{number % 5}}"],
        kinds={{"duckdb"}},
        description=f"The {{number}}th of many.",
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=1)),
    )
    def made():
        columns = [dg.TableColumn(f"column_{{place}}", "string") for place in range(10)]
        schema = dg.TableSchema(columns=columns)
        commit = f"{{number:032d}}"
        return dg.MaterializeResult(
            metadata={{
                "dagster/row_count": number,
                "dagster/column_schema": schema,
                "phlo/commit": commit,
            }}
        )

    return made


def check(number):
    @dg.asset_check(asset=key(number), name=f"has_rows_{{number:04d}}", blocking=number % 4 == 0)
    def has_rows():
        passed = number % 20 != 19
        return dg.AssetCheckResult(passed=passed, metadata={{"measured": number}})

    return has_rows


everything = dg.define_asset_job("everything", selection=dg.AssetSelection.all())


@dg.schedule(job=everything, cron_schedule="0 5 * * *")
def mornings():
    return dg.RunRequest()


@dg.sensor(job=everything, minimum_interval_seconds=3600)
def arrivals():
    return dg.SkipReason("nothing came")


defs = dg.Definitions(
    assets=[asset(number) for number in range(COUNT)],
    asset_checks=[check(number) for number in range({checks})],
    jobs=[everything],
    schedules=[mornings],
    sensors=[arrivals],
    executor=dg.in_process_executor,
)
'''
PARTS = 10
"""How many real runs write all assets once."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def definitions(count: int, checks: int | None = None) -> str:
    """Return the source of a code location of ``count`` assets, by default each with a check."""
    return DEFINITIONS.format(count=count, checks=count if checks is None else checks)


def fill(project: Project, runs: int) -> None:
    """Give a project a history: real runs first and last, and copies of them between."""
    module = _load(project.root / "definitions.py")
    with open_instance(project) as instance:
        _run_all(instance, module)
        copies = max(runs - 2 * PARTS, 0)
        storage = project.state_dir / "dagster" / "history"
        _copy(storage / "runs.db", storage / "runs" / "index.db", copies)
        _run_all(instance, module)
        found = instance.get_runs_count()
    assert found == 2 * PARTS + copies, f"the history has {found} runs"


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("definitions_of_a_bench", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run_all(instance: dg.DagsterInstance, module: ModuleType) -> None:
    job = module.defs.resolve_job_def("everything")
    for part in range(PARTS):
        chosen = [module.key(number) for number in range(part, module.COUNT, PARTS)]
        done = job.execute_in_process(instance=instance, asset_selection=chosen, run_config=QUIET)
        assert done.success, "a run failed"


def _copy(runs: Path, events: Path, count: int) -> None:
    """Copy runs with their events, a minute apart: thousands of real ones would take an hour."""
    with closing(sqlite3.connect(runs)) as con:
        known = [row[0] for row in con.execute("select run_id from runs order by id")]
        names = [(known[n % len(known)], str(uuid.UUID(int=n + 1))) for n in range(count)]
        _copy_rows(con, "runs", ("run_body",), names)
        _copy_rows(con, "run_tags", (), names)
    with closing(sqlite3.connect(events)) as con:
        _copy_rows(con, "event_logs", ("event",), names)
        _copy_rows(con, "asset_check_executions", ("evaluation_event",), names)


def _copy_rows(
    con: sqlite3.Connection, table: str, bodies: tuple[str, ...], names: list[tuple[str, str]]
) -> None:
    columns = [row[1] for row in con.execute(f"pragma table_info({table})") if row[1] != "id"]
    taken = {body: f"replace({body}, :old, :new)" for body in bodies} | {"run_id": ":new"}
    chosen = ", ".join(taken.get(column, column) for column in columns)
    con.executemany(
        f"insert into {table} ({', '.join(columns)}) "
        f"select {chosen} from {table} where run_id = :old",
        [{"old": old, "new": new} for old, new in names],
    )
    con.commit()
