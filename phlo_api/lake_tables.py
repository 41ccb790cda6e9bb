"""One table of a commit, found by its name whatever its case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phlo.errors import TableNotFound, UnsupportedTable
from phlo.model import Commit, Content, Key, TableContent, ViewContent, key_text
from phlo.quality.columns import ColumnNotFound
from phlo_api.state import Api

if TYPE_CHECKING:
    from pyiceberg.table import Table

Relation = TableContent | ViewContent


@dataclass(frozen=True, slots=True)
class Found:
    """A table or view of a commit."""

    key: Key
    content: Relation
    commit: Commit

    @property
    def name(self) -> str:
        """The dotted name."""
        return key_text(self.key)

    @property
    def token(self) -> str:
        """What tells one state of it from another."""
        content = self.content
        return content.metadata_location if isinstance(content, TableContent) else content.sql


def relations(api: Api, commit: Commit) -> list[tuple[str, Key, Relation]]:
    """Return the tables and views of a commit, sorted by name; kept by commit."""
    return api.caches.lists.get(commit.id, lambda: _relations(api.catalog.contents(commit.id)))


def _relations(contents: Mapping[Key, Content]) -> list[tuple[str, Key, Relation]]:
    found = [
        (key_text(key), key, content)
        for key, content in contents.items()
        if isinstance(content, TableContent | ViewContent)
    ]
    return sorted(found, key=lambda item: item[0])


def find(api: Api, commit: Commit, name: str, ref: str = "") -> Found:
    """Return a table or view. Raises ``TableNotFound`` with the nearest names."""
    contents = api.catalog.contents(commit.id)
    exact = contents.get(tuple(name.split(".")))
    if isinstance(exact, TableContent | ViewContent):
        return Found(tuple(name.split(".")), exact, commit)
    wanted = name.lower()
    known = relations(api, commit)
    for text, key, content in known:
        if text.lower() == wanted:
            return Found(key, content, commit)
    where = f"on ref {ref!r}" if ref else f"at commit {commit.id[:12]}"
    raise TableNotFound.named(name, known=[text for text, _, _ in known], where=where)


def load(api: Api, found: Found) -> "Table":
    """Return the Iceberg table. Raises ``UnsupportedTable`` for a view."""
    if not isinstance(found.content, TableContent):
        raise UnsupportedTable(
            f"{found.name} is a view: it has no files and no history of its own",
            fix="ask for one of the tables that it reads",
        )
    return api.catalog.at(found.commit.id).load_table(found.key)


def require_columns(known: list[str], wanted: list[str], table: str) -> list[str]:
    """Return columns as the table spells them. Raises ``ColumnNotFound``."""
    by_name = {name.lower(): name for name in known}
    for name in wanted:
        if name.lower() not in by_name:
            raise ColumnNotFound.named(name, known=known, where=f"in {table}")
    return [by_name[name.lower()] for name in wanted]
