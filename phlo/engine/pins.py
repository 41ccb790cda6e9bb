"""Refs as one session sees them: each pinned to a commit at its first use (R12)."""

from dataclasses import dataclass

from phlo.errors import NotFound
from phlo.model import Commit, Content, Key, TableContent, ViewContent, key_text
from phlo.ports import Catalog

Named = tuple[Key, Content]


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

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._pins: dict[str, Pin] = {}

    def get(self, ref: str) -> Pin:
        """Return the pin of a ref. Raises ``RefNotFound``."""
        pin = self._pins.get(ref)
        if pin is None:
            commit = self._catalog.resolve(ref)
            relations = {
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
