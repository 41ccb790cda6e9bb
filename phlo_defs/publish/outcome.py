"""What an op wrote and how its checks came out, as JSON that the merge entry carries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from phlo.model import CheckResult, Json, Key, Publication, key_text

PAYLOAD_VERSION = 1
_KIND = "$phlo"


@dataclass(frozen=True, slots=True)
class Written:
    """One table that an op brought up to date on its branch, also if nothing had changed.

    ``metadata`` is JSON; ``markdown``, ``columns`` … wrap values that Dagster shows in its own
    way. ``reads`` are the tables it was built from.
    """

    key: Key
    metadata: Mapping[str, Json] = field(default_factory=dict)
    reads: tuple[Key, ...] = ()


def markdown(text: str) -> Json:
    """Mark a value as Markdown."""
    return {_KIND: "markdown", "value": text}


def columns(rows: Iterable[tuple[str, str, str]]) -> Json:
    """Mark a value as the columns of a table: name, type, description."""
    return {_KIND: "columns", "value": [list(row) for row in rows]}


def timestamp(seconds: float) -> Json:
    """Mark a value as a moment, in seconds since 1970 UTC."""
    return {_KIND: "timestamp", "value": seconds}


def kind_of(value: Json) -> tuple[Literal["plain", "markdown", "columns", "timestamp"], Any]:
    """Return what a metadata value was marked as, and the value itself."""
    if isinstance(value, dict) and _KIND in value:
        return value[_KIND], value["value"]
    return "plain", value


@dataclass(frozen=True, slots=True)
class Origin:
    """Which attempt of which op made a publication. ``root`` is the first run of its re-runs."""

    run: str
    root: str
    step: str
    attempt: str
    partitions: tuple[str, ...] = ()


def payload(
    origin: Origin,
    written: Sequence[Written],
    checks: Sequence[CheckResult],
    *,
    checked: str,
    branch: str,
) -> dict[str, Json]:
    """Build the outbox of a merge: everything its events say but the log number and commit."""
    return {
        "v": PAYLOAD_VERSION,
        "run": origin.run,
        "root": origin.root,
        "step": origin.step,
        "attempt": origin.attempt,
        "partitions": list(origin.partitions),
        "assets": [key_text(item.key) for item in written],
        "checked": checked,
        "branch": branch,
        "events": [
            {
                "asset": list(item.key),
                "metadata": dict(item.metadata),
                "checks": [check_json(c) for c in checks if c.table == key_text(item.key)],
            }
            for item in written
        ],
    }


def check_json(result: CheckResult) -> dict[str, Json]:
    """Return a check result as JSON; values that JSON lacks become text."""
    return {
        "name": result.check,
        "passed": result.passed,
        "blocking": result.blocking,
        "severity": result.severity,
        "measured": plain(result.measured),
        "expected": result.expected,
        "failing": result.failing,
        "sample": [plain(dict(row)) for row in result.sample],
        "sql": result.sql,
        "rows": result.rows,
        "message": result.message,
        "metadata": plain(dict(result.metadata)),
    }


def plain(value: Json) -> Json:
    """Return a value as JSON: what JSON lacks becomes text, and so do NaN and the infinities."""
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def origin_of(publication: Publication) -> Origin | None:
    """Return the attempt behind a publication, or None if it is not one of an op."""
    body = publication.payload
    if body.get("v") != PAYLOAD_VERSION or "step" not in body:
        return None
    return Origin(
        run=body["run"],
        root=body["root"],
        step=body["step"],
        attempt=body["attempt"],
        partitions=tuple(body["partitions"]),
    )
