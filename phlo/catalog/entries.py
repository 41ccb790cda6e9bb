"""Entries of the log: JSON documents that are created once, chained by digests (R1)."""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from phlo.catalog.contents import Codec, encode_intent
from phlo.errors import LakeDamaged, UnknownVersion
from phlo.model import Change, Content, Evidence, Json, Key

VERSION = 1
LOG = "catalog/log"

Op = dict[str, Json]
"""One operation as JSON. Built here, judged in ``phlo.catalog.fold``."""


class Group(NamedTuple):
    """Operations that hold together or not at all; ``id`` settles unknown outcomes (R3)."""

    id: str
    author: str
    ops: Sequence[Op]


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of the log, with its digest. ``time_us`` is what its writer's clock said."""

    number: int
    previous: str
    time_us: int
    groups: tuple[Group, ...]
    digest: str


def new_id() -> str:
    """Return 128 random bits as text."""
    return os.urandom(16).hex()


def entry_path(number: int) -> str:
    """Return where the entry of a number lies."""
    return f"{LOG}/{number:020d}.json"


def digest_of(data: bytes) -> str:
    """Return the digest by which the next entry names this one."""
    return hashlib.sha256(data).hexdigest()


def encode_entry(
    number: int, previous: str, time_us: int, groups: Iterable[Group]
) -> tuple[bytes, Entry]:
    """Return an entry as bytes and as a value."""
    kept = tuple(groups)
    listed = [{"id": one.id, "author": one.author, "ops": one.ops} for one in kept]
    document = {"v": VERSION, "n": number, "prev": previous, "t": time_us, "groups": listed}
    data = orjson.dumps(document)
    return data, Entry(number, previous, time_us, kept, digest_of(data))


def decode_entry(data: bytes, number: int) -> Entry:
    """Read the entry of a number.

    Raises:
        LakeDamaged: It is no entry, or one of another number.
        UnknownVersion: A newer phlo wrote it; it is never skipped.
    """
    try:
        document = orjson.loads(data)
        version, stated = document["v"], document["n"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as cause:
        raise _torn(number) from cause
    if version != VERSION:
        raise UnknownVersion(
            f"entry {number} of the log has version {version!r}; this program knows {VERSION}",
            fix="use the newer phlo that wrote it",
        )
    if stated != number:
        raise LakeDamaged(
            f"entry {number} of the log says that it is number {stated}",
            fix="restore the catalog/log folder from a backup",
        )
    try:
        groups = tuple(Group(one["id"], one["author"], one["ops"]) for one in document["groups"])
        return Entry(number, document["prev"], document["t"], groups, digest_of(data))
    except (KeyError, TypeError) as cause:
        raise _torn(number) from cause


def _torn(number: int) -> LakeDamaged:
    return LakeDamaged(
        f"entry {number} of the log cannot be read: its JSON is broken",
        fix="if it is the newest entry, stop every writer and run: phlo catalog repair; "
        "otherwise restore it from a backup",
    )


class Put(NamedTuple):
    """A change with what its writer alone knows.

    The first ids that it added (R8), and the files that it names for the first time (R15).
    """

    change: Change
    first_column_id: int | None = None
    first_partition_id: int | None = None
    files: tuple[str, ...] = ()


def encode_put(codec: Codec, put: Put) -> Json:
    """Return the JSON value of a change of one key."""
    change = put.change
    value: dict[str, Json] = {
        "key": list(change.key),
        "before": codec.token(change.before),
        "after": codec.encode(change.after),
    }
    if change.intent is not None:
        value["intent"] = encode_intent(change.intent)
    if put.first_column_id is not None or put.first_partition_id is not None:
        value["ids"] = [put.first_column_id, put.first_partition_id]
    if put.files:
        value["files"] = [codec.relative(path) for path in put.files]
    return value


@dataclass(frozen=True, slots=True)
class Header:
    """What a commit says besides its changes."""

    ref: str
    incarnation: str
    message: str = ""
    run: str | None = None
    override: str | None = None


def commit_op(codec: Codec, header: Header, puts: Iterable[Put], *, commit: str) -> Op:
    """Build a commit."""
    return {
        "do": "commit",
        "ref": header.ref,
        "incarnation": header.incarnation,
        "id": commit,
        "message": header.message,
        "run": header.run,
        "override": header.override,
        "changes": [encode_put(codec, put) for put in puts],
    }


@dataclass(frozen=True, slots=True)
class MergeSource:
    """The commit that is merged; its branch and incarnation when it was named by one (R10)."""

    commit: str
    base: str
    ref: str | None = None
    incarnation: str | None = None


def merge_op(
    codec: Codec,
    header: Header,
    source: MergeSource,
    puts: Iterable[Put],
    *,
    commit: str,
    expect: Mapping[Key, Content | None],
    reads: Mapping[Key, str],
    outbox: Mapping[str, Json] | None,
) -> Op:
    """Build a merge: a commit of two parents that is also the outbox of its event (R20)."""
    op = commit_op(codec, header, puts, commit=commit)
    op |= {
        "do": "merge",
        "source": source.commit,
        "base": source.base,
        "source_ref": source.ref,
        "source_incarnation": source.incarnation,
        "expect": [[list(key), codec.token(one)] for key, one in expect.items()],
        "reads": [[list(key), codec.relative(token)] for key, token in reads.items()],
    }
    if outbox is not None:
        op["outbox"] = orjson.loads(orjson.dumps(dict(outbox)))
    return op


def evidence_op(codec: Codec, evidence: Iterable[Evidence]) -> Op:
    """Build the record of checks."""
    return {
        "do": "evidence",
        "of": [
            {
                "key": list(one.key),
                "at": codec.relative(one.location),
                "passed": list(one.passed),
                "failed": list(one.failed),
            }
            for one in evidence
        ],
    }
