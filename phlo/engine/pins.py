"""Refs as one session sees them: each pinned to a commit at its first use (R12)."""

from dataclasses import dataclass

from phlo.errors import NotFound
from phlo.model import Commit, Content, Key, TableContent, ViewContent, key_text
from phlo.ports import Catalog

Named = tuple[Key, Content]
"""A key and what a ref says of it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A ref at one commit, its tables and views by lower-case dotted name."""

    ref: str
    commit: Commit
    relations: dict[str, Named]

    def find(self, namespace: str, name: str) -> Named | None:
        """Return the table or view of a name, ignoring case."""
        return self.relations.get(f"{namespace}.{name}".lower())

    @property
    def names(self) -> list[str]:
        """The dotted names of all tables and views."""
        return [key_text(key) for key, _ in self.relations.values()]


class Pins:
    """The pinned refs of one session."""

    def __init__(self, catalog: Catalog, pins: dict[str, Pin] | None = None) -> None:
        self._catalog = catalog
        self._pins = pins or {}

    def renewed(self) -> "Pins":
        """Return pins at the newest commits: the same object if no ref has moved since."""
        still = {ref: pin for ref, pin in self._pins.items() if self._is_newest(pin)}
        return self if len(still) == len(self._pins) else Pins(self._catalog, still)

    def _is_newest(self, pin: Pin) -> bool:
        try:
            return self._catalog.resolve(pin.ref).id == pin.commit.id
        except NotFound:
            return False

    def get(self, ref: str) -> Pin:
        """Return the pin of a ref. Raises ``RefNotFound``."""
        pin = self._pins.get(ref)
        if pin is None:
            commit = self._catalog.resolve(ref)
            relations: dict[str, Named] = {
                key_text(key).lower(): (key, content)
                for key, content in self._catalog.contents(commit.id).items()
                if isinstance(content, (TableContent, ViewContent))
            }
            pin = self._pins.setdefault(ref, Pin(ref, commit, relations))
        return pin

    def maybe(self, ref: str) -> Pin | None:
        """Return the pin of a ref, or None if there is no such ref."""
        try:
            return self.get(ref)
        except NotFound:
            return None
