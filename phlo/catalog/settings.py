"""How one process writes to a log."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from phlo.catalog.checkpoint import SEGMENT
from phlo.catalog.neighbours import PATIENCE_S


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How a process writes to a log. No setting changes what the log means.

    Entries per checkpoint, reads of a put whose outcome is unknown, seconds to wait for the
    writers' lock, and the clock in nanoseconds.
    """

    segment: int = SEGMENT
    settle_tries: int = 6
    patience_s: float = PATIENCE_S
    clock: Callable[[], int] = time.time_ns
