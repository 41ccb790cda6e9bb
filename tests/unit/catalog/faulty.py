"""Stores that fail on purpose, at the port."""

from collections.abc import Callable
from datetime import datetime, timedelta

from phlo.errors import CommitStateUnknown, StoreError
from phlo.model import Change, Intent, TableContent
from phlo.store import MemoryStore

Fault = Callable[[str, bytes], bool | None]


class FaultyStore(MemoryStore):
    """A store whose creates of log entries first pass through ``fault``.

    The fault may raise, may return an answer, or None to let the create through.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fault: Fault | None = None
        self.silent = False
        self.skew = timedelta()

    def create(self, path: str, data: bytes) -> bool:
        if self.fault is not None and path.startswith("catalog/log/"):
            answer = self.fault(path, data)
            if answer is not None:
                return answer
        return super().create(path, data)

    def get(self, path: str) -> bytes:
        if self.silent:
            raise StoreError("no answer", fix="wait")
        return super().get(path)

    def now(self) -> datetime:
        return super().now() + self.skew

    def land(self, path: str, data: bytes) -> bool:
        """Create without faults, as a put does whose answer is lost."""
        return super().create(path, data)


def lost(path: str = "") -> CommitStateUnknown:
    return CommitStateUnknown(f"no answer for {path}", fix="look")


def content(name: str, version: int = 0, *, uuid: str = "", columns: int = 3) -> TableContent:
    """A content that no file stands behind."""
    location = f"memory://x/tables/{name}/metadata/{version:05d}.metadata.json"
    return TableContent(location, uuid or name, version, "0", 1, 1, 1, columns, 999)


def create(name: str, **options: object) -> Change:
    return Change(("raw", name), None, content(name, **options), Intent("append"))  # type: ignore[arg-type]
