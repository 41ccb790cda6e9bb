"""The durable steps of a publication, named, so that a test can stop the process at each."""

import os
import signal

from phlo.config.environment import variables

STEPS = (
    "start",
    "reconciled",
    "branch-created",
    "source-staged",
    "schema-committed",
    "rows-committed",
    "written",
    "checked",
    "before-merge",
    "merged",
    "before-event",
)
VARIABLE = "PHLO_CRASH_AT"


def reached(step: str) -> None:
    """Say that a step is done. If ``PHLO_CRASH_AT`` names it, the process dies as by kill -9."""
    if step not in STEPS:
        raise AssertionError(f"{step} is no step")
    if variables().get(VARIABLE) == step:
        os.kill(os.getpid(), signal.SIGKILL)
