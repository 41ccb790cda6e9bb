"""Pandera schemas for Polars as checks: every row is validated, failing ones are shown."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from phlo.declare.rules import Schema
from phlo.model import CheckResult, Json
from phlo.quality.columns import quoted
from phlo.quality.samples import SAMPLE_ROWS, json_rows, json_value
from phlo.quality.statements import Subject

if TYPE_CHECKING:
    import polars as pl

    from phlo.engine import Lake

OWN_PREFIX = "_phlo_"


def run_schema(rule: Schema, lake: "Lake", subject: Subject) -> CheckResult:
    """Validate the rows of a subject, without phlo's own columns, against the rule's schema."""
    names = [name for name in subject.columns if not name.startswith(OWN_PREFIX)]
    query = f"select {', '.join(map(quoted, names))} from {subject.rows}"
    frame = lake.sql(query).to_polars()
    failures = _failures(rule.schema, frame)
    rows, failing, sample = _failing_rows(frame, failures)
    empty = frame.height == 0 and not rule.allow_empty
    return CheckResult(
        table=subject.table,
        check=rule.name,
        passed=not failures and not empty,
        measured=sum(failures.values()) if rows is None else failing,
        expected="every row passes the declared schema",
        failing=failing,
        sample=sample,
        sql=query,
        rows=frame.height,
        message="there are no rows to look at" if empty else _message(failures, frame.height),
        metadata={
            "scope": "table" if subject.where == "true" else subject.where,
            "failures": [
                {"column": column, "check": check, "rows": count}
                for (column, check), count in _by_check(failures).items()
            ],
        },
    )


Failure = tuple[str | None, str, int | None]  # column, check, row


def _failures(schema: Json, frame: "pl.DataFrame") -> "Counter[Failure]":
    from pandera.errors import SchemaError, SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.to_dicts()
        return Counter((case.get("column"), str(case["check"]), _index(case)) for case in cases)
    except SchemaError as error:
        return Counter({(None, str(error), None): 1})
    return Counter()


def _index(case: Mapping[str, Json]) -> int | None:
    at = case.get("index")
    return None if at is None else int(at)


def _failing_rows(
    frame: "pl.DataFrame", failures: "Counter[Failure]"
) -> tuple[list[int] | None, int | None, tuple[Mapping[str, Json], ...]]:
    """Return the failing rows, how many they are, and a sample; None where rows are not known."""
    rows = sorted({at for _, _, at in failures if at is not None})
    if not rows:
        return (None, None, ()) if failures else ([], 0, ())
    picked = rows[:SAMPLE_ROWS]
    why: dict[int, list[str]] = {}
    for column, check, at in failures:
        if at is not None:
            why.setdefault(at, []).append(f"{column}: {check}" if column else check)
    sample = json_rows(frame[picked].to_dicts())
    told = tuple(
        {**row, "_failed": json_value("; ".join(sorted(set(why[at]))))}
        for at, row in zip(picked, sample, strict=True)
    )
    return rows, len(rows), told


def _by_check(failures: "Counter[Failure]") -> "Counter[tuple[str | None, str]]":
    found: Counter[tuple[str | None, str]] = Counter()
    for (column, check, _), count in failures.items():
        found[column, check] += count
    return found


def _message(failures: "Counter[Failure]", height: int) -> str:
    if not failures:
        return f"{height} rows pass"
    shown = [
        f"{column}: {check}" if column else check
        for (column, check), _ in _by_check(failures).most_common(3)
    ]
    return "; ".join(shown)
