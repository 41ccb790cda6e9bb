"""Running checks: over a lake, for a table, whole or the window just written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from phlo.declare.partitions import Window
from phlo.declare.rules import Custom, Rule, Schema
from phlo.declare.specs import CheckSpec
from phlo.errors import PhloError
from phlo.model import CheckResult, Json
from phlo.quality.columns import Holds, columns_of, window_column
from phlo.quality.functions import run_function
from phlo.quality.judge import judge
from phlo.quality.samples import SAMPLE_ROWS, json_rows
from phlo.quality.statements import Subject, statement_of

if TYPE_CHECKING:
    from phlo.engine import Lake


def run_check(
    check: CheckSpec | Rule,
    lake: "Lake",
    table: str,
    *,
    window: Window | None = None,
    now: datetime | None = None,
) -> CheckResult:
    """Run one check of a table and return what it measured.

    With a window, rules that judge each row alone look at its rows only. Anything that goes wrong
    is a failed result whose ``metadata["status"]`` is "error"; nothing is raised.
    """
    spec = check if isinstance(check, CheckSpec) else CheckSpec.of_rule(check, table)
    try:
        result = _run(spec, lake, table, window, now or datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - a check that breaks is a check that failed
        result = _errored(table, spec.name, error)
    return replace(
        result,
        table=table,
        check=spec.name,
        blocking=spec.blocking and not spec.monitor,
        severity=spec.severity,
        reads=tuple(dict.fromkeys((*spec.reads, *result.reads))),
    )


def run_checks(
    checks: Iterable[CheckSpec],
    lake: "Lake",
    *,
    window: Window | None = None,
    now: datetime | None = None,
) -> tuple[CheckResult, ...]:
    """Run several checks, each of its own table."""
    return tuple(run_check(check, lake, check.table, window=window, now=now) for check in checks)


def _run(
    spec: CheckSpec, lake: "Lake", table: str, window: Window | None, now: datetime
) -> CheckResult:
    rule = spec.rule
    if rule is None or isinstance(rule, Custom):
        function = spec.function if rule is None else rule.function
        if function is None:
            raise AssertionError(f"the check {spec.name} has neither rule nor function")
        return run_function(function, lake, table, window, spec.name)
    columns = columns_of(lake, table)
    subject = Subject(table, columns, _where(rule, columns, window))
    if isinstance(rule, Schema):
        from phlo.quality.schemas import run_schema

        return run_schema(rule, lake, subject)
    return _run_rule(rule, lake, subject, now)


def _where(rule: Rule, columns: Mapping[str, Holds], window: Window | None) -> str:
    if window is None or window.partition is None or rule.looks_at == "table":
        return "true"
    partition = window.partition
    if partition.kind == "static":
        return partition.predicate(window)
    return partition.predicate(window, window_column(columns.get(partition.column, "other")))


def _run_rule(rule: Rule, lake: "Lake", subject: Subject, now: datetime) -> CheckResult:
    statement = statement_of(rule, subject)
    row: Mapping[str, Json] = lake.sql(statement.measure).to_arrow().to_pylist()[0]
    verdict = judge(rule, row, now)
    sample: tuple[Mapping[str, Json], ...] = ()
    if verdict.failing and statement.failing is not None:
        shown = f"select * from ({statement.failing}) limit {SAMPLE_ROWS}"
        sample = json_rows(lake.sql(shown).to_arrow().to_pylist())
    return CheckResult(
        table=subject.table,
        check=rule.name,
        passed=verdict.passed,
        measured=verdict.measured,
        expected=statement.expected,
        failing=verdict.failing,
        sample=sample,
        sql=statement.failing or statement.measure,
        rows=verdict.looked_at,
        message=verdict.message,
        reads=rule.reads,
        metadata={"scope": "table" if subject.where == "true" else subject.where},
    )


def _errored(table: str, name: str, error: Exception) -> CheckResult:
    fix = error.fix if isinstance(error, PhloError) else "correct the check, then run it again"
    problem = error.problem if isinstance(error, PhloError) else f"{type(error).__name__}: {error}"
    return CheckResult(
        table=table,
        check=name,
        passed=False,
        message=f"the check could not run: {problem}",
        metadata={"status": "error", "error": problem, "fix": fix},
    )
