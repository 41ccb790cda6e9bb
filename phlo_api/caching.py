"""Caches of one process: bounded, counted, each value made once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


class LruCache:
    """The newest values by key. What a key holds never changes."""

    def __init__(self, name: str, description: str, limit: int) -> None:
        self.name = name
        self.description = description
        self.limit = limit
        self.hits = 0
        self.misses = 0
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key; of several threads that ask at once, one makes it."""
        with self._lock:
            if key in self._values:
                self.hits += 1
                self._values.move_to_end(key)
                return self._values[key]  # type: ignore[no-any-return]  # of any kind
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    self.hits += 1
                    return self._values[key]  # type: ignore[no-any-return]  # of any kind
            try:
                value = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            self._put(key, value)
        return value

    def _put(self, key: Hashable, value: object) -> None:
        with self._lock:
            self.misses += 1
            self._values[key] = value
            while len(self._values) > self.limit:
                self._values.popitem(last=False)

    def clear(self) -> int:
        """Forget all values and return how many there were."""
        with self._lock:
            count = len(self._values)
            self._values.clear()
        return count

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Caches:
    """Every cache of the process."""

    lists: LruCache = field(
        default_factory=lambda: LruCache("lists", "Sorted tables of a commit.", 32)
    )
    files: LruCache = field(
        default_factory=lambda: LruCache("files", "Files of a state of a table.", 64)
    )
    profiles: LruCache = field(
        default_factory=lambda: LruCache("profiles", "Profiles of a state of a table.", 256)
    )
    search: LruCache = field(
        default_factory=lambda: LruCache("search", "What search looks through.", 8)
    )
    diffs: LruCache = field(
        default_factory=lambda: LruCache("diffs", "Differences of two commits.", 64)
    )

    def all(self) -> tuple[LruCache, ...]:
        """Return every cache."""
        return (self.lists, self.files, self.profiles, self.search, self.diffs)
