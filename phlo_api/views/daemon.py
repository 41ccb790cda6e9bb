"""Whether Dagster's daemon runs: by its heartbeats, and by our own process while it begins."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from phlo_api.processes import Process
from phlo_api.starting import DAEMON, pidfile
from phlo_api.state import Api

_BEGINS = timedelta(seconds=90)
"""Until all parts of a daemon that was just started were seen: it loads the location first."""
_SILENT = timedelta(minutes=2)
"""Each part beats every 30 s; Dagster itself forgives half an hour, for parts that are at work."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the daemon, and our process of it where there is one."""

    state: Literal["running", "stopped", "failing"]
    process: Process | None
    fix: str | None


def standing(api: Api) -> Standing:
    """Judge the daemon. A process of ours that just began runs, before it was heard of."""
    process = pidfile(api.project, DAEMON).living()
    if _was_seen(api) or (process is not None and _begins(process)):
        return Standing("running", process, None)
    if process is None:
        return Standing("stopped", None, 'start it with "phlo services start"')
    log = f".phlo/run/{DAEMON}.log"
    return Standing("failing", process, f'read {log}, then "phlo services stop" and "start"')


def _was_seen(api: Api) -> bool:
    """Whether all needed parts are well as Dagster sees it, and one of them beat just now."""
    needed = [d for d in api.dagster.daemons() if d.is_required]
    beats = [d.last_heartbeat_at for d in needed if d.last_heartbeat_at is not None]
    is_heard = bool(beats) and datetime.now(UTC) - max(beats) < _SILENT
    return is_heard and all(d.is_healthy for d in needed)


def _begins(process: Process) -> bool:
    return datetime.now(UTC) - process.started_at < _BEGINS
