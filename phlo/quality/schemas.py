"""Pandera schemas for Polars as checks: every row is validated, failing ones are shown."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from phlo.declare.rules import Schema
from phlo.model import CheckResult, Json
from phlo.quality.columns import quoted
from phlo.quality.samples import SAMPLE_ROWS, json_rows
from phlo.quality.statements import Subject

if TYPE_CHECKING:
    import polars as pl

    from phlo.engine import Lake

OWN_PREFIX = "_phlo_"
_BATCH_ROWS = 500_000
_BY_ROW = frozenset(
    {
        "equal_to", "not_equal_to", "greater_than", "greater_than_or_equal_to", "less_than",
        "less_than_or_equal_to", "in_range", "isin", "notin", "str_matches", "str_contains",
        "str_startswith", "str_endswith", "str_length",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Found:
    """What the batches showed so far."""

    rows: int = 0
    failing: int = 0
    sample: list[Mapping[str, Json]] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    rows_known: bool = True


def run_schema(rule: Schema, lake: "Lake", subject: Subject) -> CheckResult:
    """Validate the rows of a subject, without phlo's own columns, against the rule's schema.

    Rows come in batches where every check of the schema judges each row alone.
    """
    names = [name for name in subject.columns if not name.startswith(OWN_PREFIX)]
    query = f"select {', '.join(map(quoted, names))} from {subject.rows}"
    found = _Found()
    for frame in _frames(rule.schema, lake, query):
        _validate(rule.schema, frame, found)
    empty = found.rows == 0 and not rule.allow_empty
    return CheckResult(
        table=subject.table,
        check=rule.name,
        passed=not found.checks and not empty,
        measured=found.failing if found.rows_known else sum(found.checks.values()),
        expected="every row passes the declared schema",
        failing=found.failing if found.rows_known else None,
        sample=tuple(found.sample),
        sql=query,
        rows=found.rows,
        message="there are no rows to look at" if empty else _message(found),
        metadata={
            "scope": "table" if subject.where == "true" else subject.where,
            "failures": dict(found.checks.most_common()),
        },
    )


def judges_rows_alone(schema: Json) -> bool:
    """Tell whether every check of a schema can be answered for one row without the others."""
    frame = schema.to_schema() if hasattr(schema, "to_schema") else schema
    if frame.checks or getattr(frame, "unique", None):
        return False
    columns = frame.columns.values()
    return not any(
        column.unique or any(check.name not in _BY_ROW for check in column.checks)
        for column in columns
    )


def _frames(schema: Json, lake: "Lake", query: str) -> "Iterator[pl.DataFrame]":
    import polars as pl

    result = lake.sql(query)
    if not judges_rows_alone(schema):
        yield result.to_polars()
        return
    any_yet = False
    for batch in result.batches(_BATCH_ROWS):
        any_yet = True
        yield pl.DataFrame(batch)
    if not any_yet:
        yield result.to_polars()


def _validate(schema: Json, frame: "pl.DataFrame", found: _Found) -> None:
    from pandera.errors import SchemaError, SchemaErrors

    found.rows += frame.height
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        _collect(errors.failure_cases.to_dicts(), frame, found)
    except SchemaError as error:
        found.checks[str(error)] += 1
        found.rows_known = False


def _collect(cases: list[dict[str, Json]], frame: "pl.DataFrame", found: _Found) -> None:
    """Add the failures of one batch; a failure without a row is one of the whole table."""
    why: dict[int, list[str]] = {}
    for case in cases:
        said = f"{case['column']}: {case['check']}" if case.get("column") else str(case["check"])
        at = case.get("index")
        if at is None:
            said = f"{said} ({case['failure_case']})"
            found.checks[said] = max(1, found.checks[said])
            found.rows_known = False
        else:
            found.checks[said] += 1
            why.setdefault(int(at), []).append(said)
    found.failing += len(why)
    picked = sorted(why)[: SAMPLE_ROWS - len(found.sample)]
    for at, row in zip(picked, json_rows(frame[picked].to_dicts()), strict=True):
        found.sample.append({**row, "_failed": "; ".join(sorted(set(why[at])))})


def _message(found: _Found) -> str:
    if not found.checks:
        return f"{found.rows} rows pass"
    return "; ".join(f"{said}: {count}" for said, count in found.checks.most_common(3))
