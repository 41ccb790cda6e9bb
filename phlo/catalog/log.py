"""The write-ahead log: read its tail, put the next entry, settle what is unknown (R1, R3)."""
# over 300 lines: one writer's steps share a queue, a state and a lock

import os
import random
import threading
import time

from phlo.catalog.checkpoint import Checkpoints
from phlo.catalog.clock import ClockCheck
from phlo.catalog.entries import Entry, Group, decode_entry, encode_entry, entry_path
from phlo.catalog.fold import Folding, fold
from phlo.catalog.neighbours import Neighbours
from phlo.catalog.pending import Build, Pending, followed, settle_known
from phlo.catalog.putting import put_entry
from phlo.catalog.repair import check_hole
from phlo.catalog.settings import LogSettings
from phlo.catalog.state import State
from phlo.errors import CommitStateUnknown, Conflict, NotFound, StoreError
from phlo.ports import ObjectStore

_GIVE_UP_S = 120.0
_FIRST_POLL_S = 0.0005
_POLL_S = 0.0001
_LOOK_S = 0.005


class Log:
    """One process's view of the log of a lake. Threads share it; a forked child must not."""

    def __init__(self, store: ObjectStore, settings: LogSettings | None = None) -> None:
        self._store = store
        self._settings = settings or LogSettings()
        self._state = State(root=store.root)
        self._pid = os.getpid()
        self._folding = threading.Lock()
        self._queueing = threading.Lock()
        self._queue: list[Pending] = []
        self._leading = False
        self._clock = ClockCheck(store)
        self._checkpoints = Checkpoints(store, self._settings.segment)
        self._neighbours = Neighbours(store)
        self._durable = 0

    @property
    def state(self) -> State:
        """The state as this process knows it."""
        return self._state

    def refresh(self) -> State:
        """Fold in what is new. Raises ``LakeDamaged``, or ``UnknownVersion`` of a newer phlo."""
        self._check_process()
        with self._folding:
            return self._read_tail()

    def sync(self) -> None:
        """Make all that was read so far survive a power cut, whoever wrote it (R6).

        Another process's entry can be read a moment before its writer has synced the folder.
        Raises ``StoreError``.
        """
        self._check_process()
        number = self._state.number
        if number > self._durable:
            self._store.sync([entry_path(number)])
            self._durable = max(self._durable, number)

    def submit(self, build: Build, *, author: str, shared: bool = False) -> State:
        """Put one group and return a state that has it.

        ``build`` runs again whenever another entry came first. What it raises is raised here.
        ``shared``: the operations may be put by another process, at any number.

        Raises:
            PhloError: The group was refused, by what ``build`` or the fold said; nothing landed.
            CommitStateUnknown: It cannot be told whether it landed.
        """
        self._check_process()
        mine = Pending(build, author, shared)
        with self._queueing:
            self._queue.append(mine)
            mine.lead, self._leading = not self._leading, True
        try:
            if not mine.lead:
                mine.wake.wait()
            if mine.lead:
                self._lead()
        except BaseException:
            self._abandon(mine)
            raise
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
                    pending.error = failure if pending.lead else followed(failure)
        finally:
            with self._queueing:
                self._hand_over()
            for pending in batch:
                pending.lead = False
                pending.wake.set()

    def _hand_over(self) -> None:
        following = self._queue[0] if self._queue else None
        self._leading = following is not None
        if following is not None:
            following.lead = True
            following.wake.set()

    def _abandon(self, mine: Pending) -> None:
        """Let others go on when the thread that waits, or was to lead, is interrupted."""
        with self._queueing:
            if mine in self._queue:
                self._queue.remove(mine)
            if mine.lead:
                mine.lead = False
                self._hand_over()

    def _write(self, batch: list[Pending]) -> None:
        self._clock.check()
        turn = self._neighbours.take_turn()
        try:
            if turn is False:
                turn = self._wait_for_turn(batch)
            self._write_entry(batch, turn is True)
        finally:
            if turn:
                self._neighbours.end_turn()

    def _wait_for_turn(self, batch: list[Pending]) -> bool | None:
        """Offer these groups to the process that writes now, until our turn comes.

        An offer can land only in the entry that its reader is about to put: one that follows what
        it had read by then. Once the offer is withdrawn, the next entry that anybody puts decides
        whether it did; holding the lock tells as well that nobody is about to put one.
        """
        offer = self._offer(batch)
        try:
            turn = self._poll(batch, offer)
        finally:
            if offer is not None:
                self._neighbours.withdraw([offer])
        if turn is False and offer is not None:
            self._decide_offer()
        return turn

    def _offer(self, batch: list[Pending]) -> str | None:
        if not all(one.shared for one in batch):
            return None
        with self._folding:
            state = self._read_tail()
        groups = []
        for one in batch:
            try:
                groups.append(Group(one.group_id, one.author, one.build(state)))
            except Exception:  # noqa: BLE001 - its thread is told in its turn
                continue
        return self._neighbours.offer([group for group in groups if group.ops])

    def _poll(self, batch: list[Pending], offer: str | None) -> bool | None:
        """Wait for the lock, or for others to have put the batch; False after our patience."""
        now = time.monotonic()
        deadline, look = now + self._settings.patience_s, now + _LOOK_S
        pause, turn = _FIRST_POLL_S, self._neighbours.take_turn()
        while turn is False and (now := time.monotonic()) < deadline:
            time.sleep(pause)
            pause = _POLL_S
            if offer is None or os.path.exists(offer):  # noqa: PTH110 - hot path
                turn = self._neighbours.take_turn()
                if turn is False and now < look:
                    continue
            look = now + _LOOK_S
            met = offer is not None and not os.path.exists(offer)  # noqa: PTH110 - hot path
            with self._folding:
                state = self._read_tail()
            if self._settle(batch, state, durable=met):
                return turn or None
        return turn

    def _decide_offer(self) -> None:
        """See to it that the entry after the last one is there: ours, and empty, or another's."""
        with self._folding:
            base = self._read_tail()
        now_us = self._settings.clock() // 1000
        data, entry = encode_entry(base.number + 1, base.digest, now_us, ())
        try:
            self._put(entry, data)
        except StoreError as cause:
            raise CommitStateUnknown(
                f"another process was asked to write this and may still do so: {cause.problem}",
                fix="look at the log once the disk takes writes again",
            ) from cause

    def _write_entry(self, batch: list[Pending], has_turn: bool) -> None:
        """Put what is pending at the next number that is free."""
        deadline = time.monotonic() + _GIVE_UP_S
        losses = 0
        while True:
            with self._folding:
                base = self._read_tail()
                if self._settle(batch, base):
                    return
                folding, groups = self._judge(batch, base)
            if not groups:
                return
            met = self._carry(folding, groups) if has_turn else []
            waiting = [one for one in batch if one.error is None and one.state is None]
            data, entry = encode_entry(folding.number, base.digest, self._now_us, groups)
            if self._put(entry, data):
                self._landed(base, folding, entry, waiting)
                self._neighbours.withdraw(met)
                return
            losses += 1
            if time.monotonic() > deadline:
                raise Conflict(
                    f"entry {entry.number} and {losses} before it went to other writers",
                    fix="run it again when fewer processes write at once",
                )
            time.sleep(random.random() * min(0.02, 0.0002 * 2**losses))

    def _settle(self, batch: list[Pending], state: State, *, durable: bool = False) -> bool:
        """Answer the threads whose groups others have put, once that is durable.

        It is if their writer has withdrawn the offer: it does so after it synced the entry.
        """
        if not durable and any(
            one.group_id in state.outcomes for one in batch if one.state is None
        ):
            try:
                self.sync()
            except StoreError as cause:
                raise CommitStateUnknown(
                    f"another process wrote this, but it may not survive a power cut: "
                    f"{cause.problem}",
                    fix="check the disk, then look whether it is there",
                ) from cause
        return settle_known(batch, state)

    def _carry(self, folding: Folding, groups: list[Group]) -> list[str]:
        """Add the groups that other processes offer and that hold; return the met offers."""
        met = []
        self._neighbours.gather()
        for path, offered in self._neighbours.offered():
            for group in offered:
                if group.id not in folding.outcomes and folding.admits(group):
                    groups.append(group)
            met.append(path)
        return met

    def _judge(self, batch: list[Pending], base: State) -> tuple[Folding, list[Group]]:
        """Build and judge every pending group on top of the one before it."""
        folding = Folding(base)
        self._now_us = self._settings.clock() // 1000
        folding.begin(base.number + 1, self._now_us)
        groups = []
        for pending in batch:
            if pending.error is not None or pending.state is not None:
                continue
            group = self._build(pending, folding)
            if group is not None:
                groups.append(group)
        return folding, groups

    def _build(self, pending: Pending, folding: Folding) -> Group | None:
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

    def _landed(self, base: State, folding: Folding, entry: Entry, waiting: list[Pending]) -> None:
        folding.digest = entry.digest
        self._durable = max(self._durable, entry.number)
        after = folding.finish()
        with self._folding:
            if self._state is base:
                self._state = after
        for pending in waiting:
            pending.state = after
        self._checkpoints.written(entry.number)

    def _put(self, entry: Entry, data: bytes) -> bool:
        return put_entry(self._store, entry.number, data, tries=self._settings.settle_tries)

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
            check_hole(self._store, state.number)
        self._state = state
        return state

    def _read(self, number: int) -> bytes | None:
        try:
            return self._store.get(entry_path(number))
        except NotFound:
            return None

    def _check_process(self) -> None:
        if self._pid != os.getpid():
            raise StoreError(
                f"this catalog was opened by process {self._pid} and then forked",
                fix="open the catalog in the child process, or start it with spawn",
            )
