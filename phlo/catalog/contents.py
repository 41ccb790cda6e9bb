"""How contents are written in entries, and what identifies each."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import orjson

from phlo.errors import UnknownVersion
from phlo.model import (
    Content,
    CursorContent,
    Intent,
    Json,
    NamespaceContent,
    TableContent,
    ViewContent,
)


def content_token(content: Content | None) -> str | None:
    """Return what tells one content from another; for a table its metadata location.

    Evidence, expectations and plan caches speak of a content by its token.
    """
    match content:
        case None:
            return None
        case TableContent():
            return content.metadata_location
        case ViewContent():
            parts: Json = [content.sql, content.dialect, content.comment, content.schema]
            return f"view:{_hash(parts)}"
        case NamespaceContent():
            return f"namespace:{_hash([list(pair) for pair in content.properties])}"
        case CursorContent():
            return f"cursor:{_hash(content.value)}"


def _hash(value: Json) -> str:
    return hashlib.blake2b(orjson.dumps(value), digest_size=16).hexdigest()


class Codec(NamedTuple):
    """Write contents with paths relative to the lake, and read them below its present root."""

    root: str

    def relative(self, location: str) -> str:
        """Return a location as entries hold it: below the lake without its root."""
        prefix = self.root + "/"
        return location.removeprefix(prefix) if location.startswith(prefix) else location

    def absolute(self, location: str) -> str:
        """Undo ``relative``."""
        return location if ":" in location or location[:1] == "/" else f"{self.root}/{location}"

    def token(self, content: Content | None) -> str | None:
        """Return the token of a content as entries hold it."""
        if isinstance(content, TableContent):
            return self.relative(content.metadata_location)
        return content_token(content)

    def encode(self, content: Content | None) -> Json:
        """Return the JSON value of a content."""
        match content:
            case None:
                return None
            case TableContent():
                return {
                    "is": "table",
                    "at": self.relative(content.metadata_location),
                    "uuid": content.uuid,
                    "schema": content.schema_hash,
                    "snapshot": content.snapshot_id,
                    "rows": content.rows,
                    "bytes": content.bytes,
                    "files": content.files,
                    "columns": content.last_column_id,
                    "partitions": content.last_partition_id,
                }
            case ViewContent():
                return {
                    "is": "view",
                    "sql": content.sql,
                    "dialect": content.dialect,
                    "comment": content.comment,
                    "schema": content.schema,
                }
            case NamespaceContent():
                return {"is": "namespace", "properties": dict(content.properties)}
            case CursorContent():
                return {"is": "cursor", "value": content.value}

    def decode(self, value: Json) -> Content | None:
        """Return the content of a JSON value. Raises ``UnknownVersion`` for an unknown kind."""
        if value is None:
            return None
        kind = value["is"]
        if kind == "table":
            return TableContent(
                self.absolute(value["at"]),
                value["uuid"],
                value["snapshot"],
                value["schema"],
                value["rows"],
                value["bytes"],
                value["files"],
                value["columns"],
                value["partitions"],
            )
        if kind == "cursor":
            return CursorContent(value["value"])
        if kind == "view":
            return ViewContent(
                value["sql"], value["dialect"], value["comment"], value.get("schema", "")
            )
        if kind == "namespace":
            return namespace_of(value["properties"])
        raise UnknownVersion(
            f"the log holds a content of kind {kind!r}, which this program does not know",
            fix="use the newer phlo that wrote it",
        )


def namespace_of(properties: Mapping[str, str]) -> NamespaceContent:
    """Return the content of a namespace with these properties."""
    return NamespaceContent(tuple(sorted(properties.items())))


def encode_intent(intent: Intent) -> Json:
    """Return the JSON value of an intent."""
    return {"kind": intent.kind, "key": list(intent.key), "scope": intent.scope}


def decode_intent(value: Json) -> Intent | None:
    """Return the intent of a JSON value."""
    if value is None:
        return None
    return Intent(value["kind"], tuple(value.get("key", ())), value.get("scope", ""))
