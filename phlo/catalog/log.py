"""The write-ahead log: read its tail, put the next entry, settle what is unknown (R1, R3)."""

import os
import random
import threading
import time
from collections.abc import Callable, Sequence

from phlo.catalog.checkpoint import Checkpoints
from phlo.catalog.entries import Entry, Group, Op, decode_entry, encode_entry, entry_path, new_id
from phlo.catalog.fold import Folding, fold
from phlo.catalog.state import State
from phlo.errors import CommitStateUnknown, Conflict, LakeDamaged, NotFound, PhloError, StoreError
from phlo.ports import ObjectStore

Build = Callable[[State], Sequence[Op]]
"""Makes the operations of one group for the state they will be judged by; no ops: nothing to do."""

_MAX_SKEW_S = 30.0
_SKEW_EVERY_S = 600.0
_SETTLE_TRIES = 6
_GIVE_UP_S = 120.0


class _Pending:
    """A group on its way into the log, and the thread that waits for it."""

    __slots__ = ("author", "build", "error", "group_id", "lead", "state", "wake")

    def __init__(self, build: Build, author: str) -> None:
        self.build = build
        self.author = author
        self.group_id = new_id()
        self.error: BaseException | None = None
        self.state: State | None = None
        self.lead = False
        self.wake = threading.Event()


class Log:
    """One process's view of the log of a lake. Threads share it; a forked child must not."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._state = State(root=store.root)
        self._pid = os.getpid()
        self._folding = threading.Lock()
        self._queueing = threading.Lock()
        self._queue: list[_Pending] = []
        self._leading = False
        self._skew_checked = float("-inf")
        self._checkpoints = Checkpoints(store)

    @property
    def state(self) -> State:
        """The state as this process knows it."""
        return self._state

    def refresh(self) -> State:
        """Fold in what is new and return the state. Reads nothing but the new entries.

        Raises:
            LakeDamaged: An entry is torn, or does not chain.
            UnknownVersion: An entry was written by a newer phlo.
        """
        self._check_process()
        with self._folding:
            return self._read_tail()

    def submit(self, build: Build, *, author: str) -> State:
        """Put one group and return the state right after it.

        ``build`` runs again whenever another entry came first. What it raises is raised here.

        Raises:
            PhloError: The group was refused, by what ``build`` or the fold said; nothing landed.
            CommitStateUnknown: It cannot be told whether it landed.
        """
        self._check_process()
        mine = _Pending(build, author)
        with self._queueing:
            self._queue.append(mine)
            mine.lead, self._leading = not self._leading, True
        if not mine.lead:
            mine.wake.wait()
        if mine.lead:
            self._lead()
        if mine.error is not None:
            raise mine.error
        assert mine.state is not None
        return mine.state

    def _lead(self) -> None:
        """Put all that is pending in one entry, then hand over."""
        with self._queueing:
            batch, self._queue = self._queue, []
        try:
            self._write(batch)
        except BaseException as failure:  # noqa: BLE001 - raised in every thread that waits
            for pending in batch:
                if pending.state is None and pending.error is None:
                    pending.error = failure if pending.lead else _followed(failure)
        finally:
            with self._queueing:
                following = self._queue[0] if self._queue else None
                self._leading = following is not None
                if following is not None:
                    following.lead = True
                    following.wake.set()
            for pending in batch:
                pending.lead = False
                pending.wake.set()

    def _write(self, batch: list[_Pending]) -> None:
        self._check_clock()
        deadline = time.monotonic() + _GIVE_UP_S
        losses = 0
        while True:
            with self._folding:
                base = self._read_tail()
                folding, groups = self._judge(batch, base)
            waiting = [one for one in batch if one.error is None and one.state is None]
            if not groups:
                return
            data, entry = encode_entry(folding.number, base.digest, self._now_us, groups)
            if self._put(entry, data):
                self._landed(base, folding, entry, waiting)
                return
            losses += 1
            if time.monotonic() > deadline:
                raise Conflict(
                    f"entry {entry.number} and {losses} before it went to other writers",
                    fix="run it again when fewer processes write at once",
                )
            time.sleep(random.random() * min(0.02, 0.0002 * 2**losses))

    def _judge(self, batch: list[_Pending], base: State) -> tuple[Folding, list[Group]]:
        """Build and judge every pending group on top of the one before it."""
        folding = Folding(base)
        self._now_us = time.time_ns() // 1000
        folding.begin(base.number + 1, self._now_us)
        groups = []
        for pending in batch:
            if pending.error is not None or pending.state is not None:
                continue
            group = self._build(pending, folding)
            if group is not None:
                groups.append(group)
        return folding, groups

    def _build(self, pending: _Pending, folding: Folding) -> Group | None:
        state = folding.finish(number=folding.number - 1)
        try:
            ops = pending.build(state)
        except Exception as failure:  # noqa: BLE001 - it is raised in the thread that asked
            pending.error = failure
            return None
        if not ops:
            pending.state = state
            return None
        group = Group(pending.group_id, pending.author, ops)
        outcomes = folding.outcomes
        refusal = folding.judge(group)
        if refusal is not None:
            folding.outcomes = outcomes
            pending.error = refusal
            return None
        return group

    def _landed(self, base: State, folding: Folding, entry: Entry, waiting: list[_Pending]) -> None:
        folding.digest = entry.digest
        after = folding.finish()
        with self._folding:
            if self._state is base:
                self._state = after
        for pending in waiting:
            pending.state = after
        self._checkpoints.written(entry.number)

    def _put(self, entry: Entry, data: bytes) -> bool:
        """Put an entry at its number; tell whether it is there, or another's is (R3, R4)."""
        path = entry_path(entry.number)
        try:
            if self._store.create(path, data):
                return True
        except CommitStateUnknown:
            if getattr(self._store, "broken", None):
                raise
        return self._settle(path, data)

    def _settle(self, path: str, data: bytes) -> bool:
        """Find out what became of a put: read, and put the same bytes again while it is absent."""
        for attempt in range(_SETTLE_TRIES):
            try:
                return self._store.get(path) == data
            except NotFound:
                pass
            except StoreError:
                time.sleep(0.05 * 2**attempt)
                continue
            try:
                if self._store.create(path, data):
                    return True
            except (CommitStateUnknown, StoreError):
                time.sleep(0.05 * 2**attempt)
        raise CommitStateUnknown(
            f"it cannot be told whether {path} was written: the store does not answer",
            fix="look at the log once the store answers again; delete nothing",
        )

    def _read_tail(self) -> State:
        state = self._state
        if state.number == 0:
            state = self._checkpoints.load(state)
        entries = []
        number, cold = state.number, self._state.number == 0
        while (data := self._read(number + 1)) is not None:
            number += 1
            entries.append(decode_entry(data, number))
        if entries:
            state = fold(state, entries)
        if cold:
            self._check_hole(state.number)
        self._state = state
        return state

    def _read(self, number: int) -> bytes | None:
        try:
            return self._store.get(entry_path(number))
        except NotFound:
            return None

    def _check_hole(self, number: int) -> None:
        """Refuse a log in which an entry is missing before another (R1)."""
        for ahead in (2, 3, 10, 100):
            if self._store.head(entry_path(number + ahead)) is None:
                continue
            if self._store.head(entry_path(number + 1)) is None:
                raise LakeDamaged(
                    f"entry {number + 1} of the log is missing, but entry {number + ahead} exists",
                    fix="restore the catalog/log folder from a backup; entries are never deleted",
                )

    def _check_process(self) -> None:
        if self._pid != os.getpid():
            raise StoreError(
                f"this catalog was opened by process {self._pid} and then forked",
                fix="open the catalog in the child process, or start it with spawn",
            )

    def _check_clock(self) -> None:
        """Refuse to write with a clock that is far off the store's (R25)."""
        now = time.monotonic()
        if now - self._skew_checked < _SKEW_EVERY_S:
            return
        skew = time.time() - self._store.now().timestamp()
        if abs(skew) > _MAX_SKEW_S:
            raise StoreError(
                f"the clock of this machine is {skew:+.0f} s off the store's",
                fix="set the clock (NTP), then run it again",
            )
        self._skew_checked = now

    def repair(self, *, author: str) -> int:
        """Replace a torn newest entry by one that says nothing; return its number, or 0.

        Nothing else may be running. An entry that can be read is never replaced.
        """
        state = State(root=self._store.root)
        number, reached = 0, state
        while (data := self._read(number + 1)) is not None:
            try:
                reached = fold(reached, [decode_entry(data, number + 1)])
            except LakeDamaged:
                if self._read(number + 2) is not None:
                    raise
                break
            number += 1
        else:
            return 0
        ops = [{"do": "void", "reason": "repaired"}]
        group = Group(new_id(), author, ops)
        data, _ = encode_entry(number + 1, reached.digest, reached.time_us + 1, [group])
        self._store.put(entry_path(number + 1), data)
        return number + 1


def _followed(failure: BaseException) -> BaseException:
    """Return what a thread sees of a failure in the thread that wrote for both."""
    if isinstance(failure, PhloError):
        return failure
    return CommitStateUnknown(
        f"the thread that wrote the shared entry was stopped: {failure!r}",
        fix="look at the log and commit again what is not there",
    )
