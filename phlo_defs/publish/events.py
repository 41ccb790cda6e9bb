"""Dagster's events of a publication, always built from the merge entry (R20)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from phlo.model import CheckResult, Json, Publication
from phlo_defs.publish.outcome import check_json, kind_of

LOG_NUMBER = "phlo/log_number"
COMMIT = "phlo/commit"
BRANCH = "phlo/branch"
_SAMPLE_COLUMNS = 12
Shown = Any
"""A value that Dagster shows as metadata."""


@dataclass(frozen=True, slots=True)
class TableEvent:
    """The event of one asset of a publication."""

    asset: dg.AssetKey
    partitions: tuple[str, ...]
    metadata: Mapping[str, Any]
    tags: Mapping[str, str]
    checks: tuple[Mapping[str, Json], ...]
    publication: Publication

    def result(self) -> dg.MaterializeResult[Any]:
        """Return what the op yields; Dagster adds run, step and partition."""
        return dg.MaterializeResult(
            asset_key=self.asset,
            metadata=self.metadata,
            tags=self.tags,
            check_results=[self.check_result(check) for check in self.checks],
        )

    def check_result(self, check: Mapping[str, Json]) -> dg.AssetCheckResult:
        """Return a check of the publication: what it saw is what its commit holds."""
        return check_result(self.asset, check, commit=self.publication.commit)


def events_of(publication: Publication) -> Iterator[TableEvent]:
    """Yield the events that a publication stands for, in the order they were written."""
    body = publication.payload
    stamp = {
        LOG_NUMBER: publication.number,
        COMMIT: publication.commit,
        BRANCH: body["branch"],
        "phlo/published_to": publication.ref,
    }
    for event in body["events"]:
        yield TableEvent(
            asset=dg.AssetKey(event["asset"]),
            partitions=tuple(body["partitions"]),
            metadata={**dagster_metadata(event["metadata"]), **stamp},
            tags={LOG_NUMBER: str(publication.number), COMMIT: publication.commit},
            checks=tuple(event["checks"]),
            publication=publication,
        )


def dagster_metadata(values: Mapping[str, Json]) -> dict[str, Any]:
    """Turn the JSON of an outbox into Dagster's metadata; what is None is left out."""
    return {name: _metadata(value) for name, value in values.items() if value is not None}


def _metadata(value: Json) -> Shown:
    kind, content = kind_of(value)
    if kind == "markdown":
        return dg.MetadataValue.md(content)
    if kind == "timestamp":
        return dg.MetadataValue.timestamp(float(content))
    if kind == "columns":
        return dg.TableSchema(
            columns=[
                dg.TableColumn(name, type=of, description=text or None)
                for name, of, text in content
            ]
        )
    if isinstance(content, dict | list):
        return dg.MetadataValue.json(content)
    return content


def check_result(
    asset: dg.AssetKey, check: Mapping[str, Json], *, commit: str
) -> dg.AssetCheckResult:
    """Return the check as an op yields it, with the commit that it looked at."""
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=check["name"],
        passed=check["passed"],
        severity=_severity(check),
        metadata={**check_metadata(check), COMMIT: commit},
        description=check["message"] or None,
    )


def evaluation(
    asset: dg.AssetKey, result: CheckResult, *, branch: str, commit: str, partition: str | None
) -> dg.AssetCheckEvaluation:
    """Return the event that records a check at once, before anything is published."""
    check = check_json(result)
    return dg.AssetCheckEvaluation(
        asset_key=asset,
        check_name=result.check,
        passed=result.passed,
        severity=_severity(check),
        blocking=result.blocking,
        metadata={**check_metadata(check), BRANCH: branch, COMMIT: commit},
        description=result.message or None,
        partition=partition,
    )


def check_metadata(check: Mapping[str, Json]) -> dict[str, Any]:
    """Return what a check measured, for people: value, expectation, rows, sample and SQL."""
    shown: dict[str, Any] = {
        "measured": check["measured"],
        "expected": check["expected"] or None,
        "failing rows": check["failing"],
        "rows looked at": check["rows"],
        "message": check["message"] or None,
        "sample": sample_markdown(check["sample"]),
        "sql": dg.MetadataValue.md(f"```sql\n{check['sql']}\n```") if check["sql"] else None,
        **check["metadata"],
    }
    return {
        name: dg.MetadataValue.json(value) if isinstance(value, dict | list) else value
        for name, value in shown.items()
        if value is not None
    }


def sample_markdown(rows: list[Mapping[str, Json]]) -> dg.MetadataValue | None:
    """Return rows as a Markdown table, or None if there are none."""
    return dg.MetadataValue.md(table_markdown(rows)) if rows else None


def table_markdown(rows: list[Mapping[str, Json]]) -> str:
    """Return rows as the text of a Markdown table, at most twelve columns wide."""
    names = list(rows[0])[:_SAMPLE_COLUMNS]
    lines = [_line(names), _line(["---"] * len(names))]
    lines += [_line([_cell(row.get(name)) for name in names]) for row in rows]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Json) -> str:
    text = "" if value is None else str(value)
    text = text.replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:59]}…"


def _severity(check: Mapping[str, Json]) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity(check["severity"].upper())
