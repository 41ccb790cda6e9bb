"""A store in the memory of this process, for tests and previews."""

import os
import threading
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from phlo.errors import NotFound
from phlo.ports import ObjectInfo
from phlo.store.paths import checked

_lock = threading.Lock()


class MemoryStore:
    """Objects in fsspec's memory file system, so that Arrow and DuckDB can read them too.

    Stores of the same name are one store; without a name it is a new one.
    """

    access = None

    def __init__(self, name: str | None = None) -> None:
        from fsspec.implementations.memory import MemoryFileSystem

        self._name = name or os.urandom(8).hex()
        self._files = MemoryFileSystem()
        self.read_only = False

    @property
    def root(self) -> str:
        return f"memory://{self._name}"

    def get(self, path: str) -> bytes:
        try:
            return bytes(self._files.cat_file(self._at(path)))
        except FileNotFoundError:
            raise NotFound(
                f"object {path!r} does not exist", fix="check the address of the lake"
            ) from None

    def head(self, path: str) -> ObjectInfo | None:
        try:
            info = self._files.info(self._at(path))
        except FileNotFoundError:
            return None
        if info["type"] != "file":
            return None
        return ObjectInfo(path, info["size"], self._files.modified(self._at(path)))

    def list(self, prefix: str, *, start_after: str = "") -> Iterator[ObjectInfo]:
        top = f"/{self._name}/"
        with _lock:
            paths = [one.removeprefix(top) for one in self._files.store if one.startswith(top)]
        for path in sorted(paths):
            if path.startswith(prefix) and path > start_after and (info := self.head(path)):
                yield info

    def create(self, path: str, data: bytes) -> bool:
        with _lock:
            if self._files.exists(self._at(path)):
                return False
            self._files.pipe_file(self._at(path), data)
        return True

    def put(self, path: str, data: bytes) -> None:
        with _lock:
            self._files.pipe_file(self._at(path), data)

    def delete(self, paths: Iterable[str]) -> None:
        with _lock:
            for path in paths:
                if self._files.exists(self._at(path)):
                    self._files.rm_file(self._at(path))

    def sync(self, paths: Collection[str]) -> None:
        """Memory is as durable as it gets."""

    def uri(self, path: str) -> str:
        return f"{self.root}/{checked(path)}"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def _at(self, path: str) -> str:
        return f"/{self._name}/{checked(path)}"
