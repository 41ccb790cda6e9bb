"""The names of a pyiceberg catalog: namespaces and views, as keys of the tree."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyiceberg.catalog import Catalog, PropertiesUpdateSummary
from pyiceberg.exceptions import (
    CommitFailedException,
    CommitStateUnknownException,
    NamespaceAlreadyExistsError,
    NamespaceNotEmptyError,
    NoSuchNamespaceError,
    NoSuchViewError,
    ValidationException,
    ViewAlreadyExistsError,
)
from pyiceberg.schema import Schema
from pyiceberg.typedef import EMPTY_DICT, Identifier, Properties
from pyiceberg.view import View
from pyiceberg.view.metadata import ViewMetadata, ViewVersion

from phlo.catalog.conflicts import Condemned
from phlo.catalog.contents import namespace_of
from phlo.catalog.entries import Put
from phlo.catalog.tips import Tip
from phlo.errors import CommitStateUnknown, Conflict
from phlo.model import Change, Content, Json, Key, NamespaceContent, ViewContent, key_text

if TYPE_CHECKING:
    import pyarrow as pa

_CURSORS = "$cursor"


def key_of(identifier: str | Identifier) -> Key:
    """Return the key of an identifier."""
    return tuple(Catalog.identifier_to_tuple(identifier))


@contextmanager
def as_iceberg(key: Key) -> Iterator[None]:
    """Raise what pyiceberg understands: failed for certain, or unknown (R4)."""
    try:
        yield
    except Condemned as cause:
        raise ValidationException(f"{key_text(key)}: {cause.problem}") from cause
    except Conflict as cause:
        raise CommitFailedException(f"{key_text(key)}: {cause.problem}") from cause
    except CommitStateUnknown as cause:
        raise CommitStateUnknownException(f"{key_text(key)}: {cause.problem}") from cause


class NamespacesAndViews(Catalog):
    """Namespaces exist by a key of their own, or because something lies in them."""

    _tip: Tip
    _root: str

    def namespace_exists(self, namespace: str | Identifier) -> bool:
        return self._namespace(key_of(namespace)) is not None

    def create_namespace(
        self, namespace: str | Identifier, properties: Properties = EMPTY_DICT
    ) -> None:
        key = key_of(namespace)
        self._tip.require_writable()
        before = self._tip.contents().get(key)
        if not key or before is not None or self._tip.find(key) is not None:
            raise NamespaceAlreadyExistsError(f"Namespace already exists: {key_text(key)}")
        self._change(Change(key, None, namespace_of(properties)), f"create {key_text(key)}")

    def drop_namespace(self, namespace: str | Identifier) -> None:
        key = key_of(namespace)
        self._tip.require_writable()
        before = self._require_namespace(key)
        if any(len(one) > len(key) and one[: len(key)] == key for one in self._tip.contents()):
            raise NamespaceNotEmptyError(f"Namespace is not empty: {key_text(key)}")
        self._change(Change(key, before, None), f"drop {key_text(key)}")

    def list_namespaces(self, namespace: str | Identifier = ()) -> list[Identifier]:
        above = key_of(namespace) if namespace else ()
        if above:
            self._require_namespace(above)
        depth = len(above) + 1
        found = set()
        for key, content in self._tip.contents().items():
            if key[:1] == (_CURSORS,) or key[: len(above)] != above:
                continue
            inside = key if isinstance(content, NamespaceContent) else key[:-1]
            if len(inside) >= depth:
                found.add(inside[:depth])
        return sorted(found)

    def load_namespace_properties(self, namespace: str | Identifier) -> Properties:
        return dict(self._require_namespace(key_of(namespace)).properties)

    def update_namespace_properties(
        self,
        namespace: str | Identifier,
        removals: set[str] | None = None,
        updates: Properties = EMPTY_DICT,
    ) -> PropertiesUpdateSummary:
        key = key_of(namespace)
        self._tip.require_writable()
        before = self._require_namespace(key)
        overlap = set(removals or ()) & set(updates)
        if overlap:
            raise ValueError(  # builtin: the words and type of pyiceberg's own catalogs
                f"Updates and deletes have an overlap: {overlap}"
            )
        had = dict(before.properties)
        kept = {name: one for name, one in had.items() if name not in (removals or ())}
        after = namespace_of({**kept, **{name: str(one) for name, one in updates.items()}})
        known = self._tip.contents().get(key)
        self._change(Change(key, known, after), f"set properties of {key_text(key)}")
        gone = set(removals or ())
        return PropertiesUpdateSummary(
            removed=sorted(gone & set(had)),
            updated=sorted(updates),
            missing=sorted(gone - set(had)),
        )

    def _namespace(self, key: Key) -> NamespaceContent | None:
        tree = self._tip.contents()
        content = tree.get(key)
        if isinstance(content, NamespaceContent):
            return content
        if key[:1] != (_CURSORS,) and any(
            len(one) > len(key) and one[: len(key)] == key for one in tree
        ):
            return NamespaceContent()
        return None

    def _require_namespace(self, key: Key) -> NamespaceContent:
        found = self._namespace(key)
        if found is None:
            raise NoSuchNamespaceError(f"Namespace does not exist: {key_text(key)}")
        return found

    def _names_in(self, namespace: str | Identifier, kind: type[Content]) -> list[Identifier]:
        above = key_of(namespace)
        self._require_namespace(above)
        return sorted(
            key
            for key, content in self._tip.contents().items()
            if key[:-1] == above and isinstance(content, kind)
        )

    def _change(self, change: Change, message: str) -> None:
        with as_iceberg(change.key):
            self._tip.put((Put(change),), self._tip.files.fresh(unsynced={}), message)

    # views

    def list_views(self, namespace: str | Identifier) -> list[Identifier]:
        return self._names_in(namespace, ViewContent)

    def view_exists(self, identifier: str | Identifier) -> bool:
        return isinstance(self._tip.contents().get(key_of(identifier)), ViewContent)

    def load_view(self, identifier: str | Identifier) -> View:
        key = key_of(identifier)
        content = self._tip.contents().get(key)
        if not isinstance(content, ViewContent):
            raise NoSuchViewError(f"View does not exist: {key_text(key)}")
        return View(key, _view_metadata(key, content, self._root))

    def create_view(
        self,
        identifier: str | Identifier,
        schema: "Schema | pa.Schema",
        view_version: ViewVersion,
        location: str | None = None,
        properties: Properties = EMPTY_DICT,
    ) -> View:
        key = key_of(identifier)
        self._tip.require_writable()
        self._require_namespace(key[:-1])
        if self._tip.find(key) is not None:
            raise ViewAlreadyExistsError(f"View already exists: {key_text(key)}")
        chosen = view_version.representations[0].root
        text = self._convert_schema_if_needed(schema).model_dump_json()
        content = ViewContent(chosen.sql, chosen.dialect, properties.get("comment", ""), text)
        self._change(Change(key, None, content), f"create view {key_text(key)}")
        return self.load_view(identifier)

    def register_view(self, identifier: str | Identifier, metadata_location: str) -> View:
        with self._tip.files.io.new_input(metadata_location).open() as stream:
            metadata = ViewMetadata.model_validate_json(bytes(stream.read()))
        view = View(key_of(identifier), metadata)
        return self.create_view(
            identifier, view.schema(), view.current_version(), None, metadata.properties
        )

    def drop_view(self, identifier: str | Identifier) -> None:
        key = key_of(identifier)
        self._tip.require_writable()
        before = self._tip.contents().get(key)
        if not isinstance(before, ViewContent):
            raise NoSuchViewError(f"View does not exist: {key_text(key)}")
        self._change(Change(key, before, None), f"drop view {key_text(key)}")


def _view_metadata(key: Key, content: ViewContent, root: str) -> ViewMetadata:
    schema = Schema.model_validate_json(content.schema) if content.schema else Schema()
    now = int(time.time() * 1000)
    version: Json = {
        "version-id": 1,
        "schema-id": schema.schema_id,
        "timestamp-ms": now,
        "representations": [{"type": "sql", "sql": content.sql, "dialect": content.dialect}],
        "default-namespace": key[:-1],
    }
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{root}#{key_text(key)}")
    document: Json = {
        "view-uuid": str(identity),
        "format-version": 1,
        "location": f"{root}/tables/{identity}",
        "schemas": [schema],
        "current-version-id": 1,
        "versions": [version],
        "version-log": [{"timestamp-ms": now, "version-id": 1}],
        "properties": {"comment": content.comment} if content.comment else {},
    }
    return ViewMetadata.model_validate(document)
