"""The clock of this machine against the store's: a writer that is far off refuses (R25)."""

import time

from phlo.errors import StoreError
from phlo.ports import ObjectStore

_MAX_SKEW_S = 30.0
_EVERY_S = 600.0


class ClockCheck:
    """Compares the clocks before the first write and every ten minutes."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._checked = float("-inf")

    def check(self) -> None:
        """Raise ``StoreError`` if the clocks are more than 30 seconds apart."""
        now = time.monotonic()
        if now - self._checked < _EVERY_S:
            return
        skew = time.time() - self._store.now().timestamp()
        if abs(skew) > _MAX_SKEW_S:
            raise StoreError(
                f"the clock of this machine is {skew:+.0f} s off the store's",
                fix="set the clock (NTP), then run it again",
            )
        self._checked = now
