"""Checks: what was measured, when, and which rows fail."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import (
    AssetName,
    CheckName,
    CheckStatus,
    Column,
    JsonValue,
    NextCursor,
    RefText,
    RunId,
    Severity,
    Time,
    Wire,
)


class CheckCounts(Wire):
    """Checks by their latest status. `unknown` were never run."""

    total: int
    passed: int
    warned: int
    failed: int
    error: int
    running: int
    skipped: int
    unknown: int


class ScorePoint(Wire):
    """The score of one day: checks that passed among those that were run."""

    day: str = Field(examples=["2026-01-31"])
    run: int
    passed: int
    warned: int = Field(description="Did not pass, and did not hold anything back.")
    score: float | None


class AssetScore(Wire):
    """The checks of one asset."""

    asset: AssetName
    counts: CheckCounts
    score: float | None


class QualityOverview(Wire):
    """The score now and over time. A check that was never run counts for nothing."""

    score: float | None = Field(description="Passed of those that were run; null if none was.")
    counts: CheckCounts
    assets: list[AssetScore]
    over_time: list[ScorePoint]


class CheckExecution(Wire):
    """One run of a check and what it measured."""

    id: int
    time: Time
    run_id: RunId
    status: CheckStatus
    severity: Severity | None
    partition: str | None
    measured: JsonValue
    expected: str | None
    failing: int | None = Field(description="How many rows failed.")
    rows: int | None = Field(description="How many rows were looked at.")
    message: str
    sql: str | None
    ref: str | None
    commit: str | None
    sample: list[dict[str, JsonValue]]
    metadata: dict[str, JsonValue]


class CheckSummary(Wire):
    """A check and its latest result."""

    asset: AssetName
    check: CheckName
    description: str
    blocking: bool
    source: Literal["rule", "function", "schema", "dbt", "freshness", "dagster"]
    status: CheckStatus
    last: CheckExecution | None


class CheckPage(Wire):
    """A page of checks: failing first, then by name."""

    total: int
    items: list[CheckSummary]
    next_cursor: NextCursor


class CheckDetail(CheckSummary):
    """A check with where it is declared."""

    file: str | None
    line: int | None
    columns: list[str]
    reads: list[str]


class CheckHistory(Wire):
    """A page of a check's executions, newest first."""

    asset: AssetName
    check: CheckName
    items: list[CheckExecution]
    next_cursor: NextCursor


class FailingRows(Wire):
    """The rows that fail a check: those of an execution, or those of a ref as it is now."""

    asset: AssetName
    check: CheckName
    when: Literal["then", "now"]
    ref: RefText | None
    commit: str | None
    time: Time | None
    failing: int | None
    columns: list[Column]
    rows: list[list[JsonValue]]
    sql: str | None
    complete: bool = Field(description="Whether `rows` are all that fail.")
