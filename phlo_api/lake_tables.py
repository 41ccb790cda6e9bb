"""One table of a commit, found by its name whatever its case."""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from phlo.errors import PhloError, TableNotFound, UnsupportedTable
from phlo.model import Commit, Content, Key, TableContent, ViewContent, key_text
from phlo.ports import ObjectStore
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


def present(table: "Table", location: str) -> str:
    """Return where a file of a table lies now, in a lake that may have been moved."""
    from phlo.store.fileio import LakeFileIO

    return table.io.translate(location) if isinstance(table.io, LakeFileIO) else location


def column_types(api: Api, found: Found) -> tuple[tuple[str, str], ...]:
    """Return the columns of a table with their types; none if they cannot be read.

    The metadata file is looked into as it is: building all of pyiceberg's objects takes twenty
    times as long, and a lake has thousands of tables.
    """
    try:
        return _types_in(api.store, found.token) or _types_of(load(api, found))
    except PhloError:
        return ()


def _types_in(store: ObjectStore, location: str) -> tuple[tuple[str, str], ...]:
    """Return the columns that a metadata file of this lake names plainly, else none."""
    path = location.removeprefix(f"{store.root}/")
    if path == location:
        return ()
    data = store.get(path)
    try:
        text = gzip.decompress(data) if location.endswith(".gz.metadata.json") else data
        metadata = orjson.loads(text)
        current = metadata["current-schema-id"]
        schema = next(s for s in metadata["schemas"] if s["schema-id"] == current)
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, StopIteration):
        return ()
    columns = [(field.get("name"), field.get("type")) for field in schema["fields"]]
    if all(isinstance(kind, str) for _, kind in columns):
        return tuple((str(name), str(kind)) for name, kind in columns)
    return ()


def _types_of(table: "Table") -> tuple[tuple[str, str], ...]:
    return tuple((field.name, str(field.field_type)) for field in table.schema().fields)


def require_columns(known: list[str], wanted: list[str], table: str) -> list[str]:
    """Return columns as the table spells them. Raises ``ColumnNotFound``."""
    by_name = {name.lower(): name for name in known}
    for name in wanted:
        if name.lower() not in by_name:
            raise ColumnNotFound.named(name, known=known, where=f"in {table}")
    return [by_name[name.lower()] for name in wanted]
