"""Events of the live streams. The `data` of each event is one of these, as JSON."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import Wire
from phlo_api.schemas.loki import LogLine
from phlo_api.schemas.nessie import Ref
from phlo_api.schemas.runs import LogEvent, Run


class RunMoved(Wire):
    """A run is new or has changed. The event is named `run`."""

    event: Literal["run"] = "run"
    run: Run


class LogMoved(Wire):
    """A line of a run's log. The event is named `log`; `end` follows the last one."""

    event: Literal["log"] = "log"
    line: LogEvent


class LineMoved(Wire):
    """A line of any run's log. The event is named `line`."""

    event: Literal["line"] = "line"
    line: LogLine


class RefsMoved(Wire):
    """Refs that are new or have moved. The event is named `refs`."""

    event: Literal["refs"] = "refs"
    number: int = Field(description="The newest entry of the log.")
    changed: list[Ref]
    removed: list[str]


LiveEvent = RunMoved | LogMoved | LineMoved | RefsMoved


class WatchedEvent(Wire):
    """An event of one of several watches; its name is that of the event, or `end`."""

    watch: int = Field(description="Which of the watches, in their order, from 0.")
    event: LiveEvent | None = Field(description="None at the end of this watch.")


class TailQuery(Wire):
    """Which lines a tail asks for."""

    run: str | None = Field(None, max_length=64)
    asset: str | None = Field(None, max_length=600)
    level: Literal["debug", "info", "warning", "error", "critical"] | None = None
    q: str | None = Field(None, max_length=200)
