"""Logs, answered from Dagster's event log."""

from pydantic import Field

from phlo_api.schemas.common import NextCursor, RunId, Wire
from phlo_api.schemas.runs import LogEvent


class LogLine(LogEvent):
    """A line of a log and the run it belongs to."""

    run_id: RunId
    job: str


class LogQueryPage(Wire):
    """Lines that match, newest run first, each run in order."""

    items: list[LogLine]
    next_cursor: NextCursor
    runs_searched: int
    complete: bool = Field(description="Nothing that matches lies beyond this page.")


class LogLabels(Wire):
    """What lines can be asked by, with the values there are."""

    labels: dict[str, list[str]] = Field(examples=[{"level": ["info", "error"]}])
