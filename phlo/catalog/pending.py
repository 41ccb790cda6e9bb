"""Groups on their way into the log, and what their threads are told."""

import threading
from collections.abc import Callable, Sequence

from phlo.catalog.entries import Op, new_id
from phlo.catalog.state import State
from phlo.errors import CommitStateUnknown, PhloError

Build = Callable[[State], Sequence[Op]]
"""Makes the operations of one group for the state they will be judged by; no ops: nothing to do."""


class Pending:
    """A group on its way into the log, and the thread that waits for it."""

    __slots__ = ("author", "build", "error", "group_id", "lead", "shared", "state", "wake")

    def __init__(self, build: Build, author: str, shared: bool) -> None:
        self.build = build
        self.shared = shared
        self.author = author
        self.group_id = new_id()
        self.error: BaseException | None = None
        self.state: State | None = None
        self.lead = False
        self.wake = threading.Event()


def followed(failure: BaseException) -> BaseException:
    """Return what a thread sees of a failure in the thread that wrote for both."""
    if isinstance(failure, PhloError):
        return failure
    return CommitStateUnknown(
        f"the thread that wrote the shared entry was stopped: {failure!r}",
        fix="look at the log and commit again what is not there",
    )


def settle_known(batch: list[Pending], state: State) -> bool:
    """Answer the threads whose groups are in the log already; tell whether that is all."""
    for pending in batch:
        if pending.state is None and pending.error is None and pending.group_id in state.outcomes:
            pending.error = state.outcomes[pending.group_id]
            pending.state = state
    return all(one.state is not None or one.error is not None for one in batch)
