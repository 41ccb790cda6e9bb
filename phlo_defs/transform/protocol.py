"""What the code location and its dbt worker say to each other: one JSON object a line."""

import base64
import json
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from phlo.errors import PhloError
from phlo.model import Key

Status = Literal["success", "pass", "warn", "fail", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Request:
    """One dbt command. ``ref`` is a branch to write to, or for tests alone any ref.

    ``select`` are dbt selectors; none means everything. ``names`` are the keys that the
    connection shows; ``tested`` says to which of them each test belongs, by the test's id.
    """

    command: Literal["build", "test"]
    manifest: str
    lake: str
    ref: str
    author: str = ""
    run: str | None = None
    message: str = "dbt build"
    select: tuple[str, ...] = ()
    names: tuple[Key, ...] = ()
    tested: Mapping[str, Key] = field(default_factory=dict)
    full_refresh: bool = False


@dataclass(frozen=True, slots=True)
class NodeDone:
    """A model or test has finished.

    ``failures`` and ``sample`` are those of a failed test; of a model, ``sample`` are its first
    rows and ``columns`` its names and types. ``sql`` can be run on the same ref; ``rows`` is how
    many rows the model has, or the model that was tested.
    """

    unique_id: str
    status: Status
    message: str
    seconds: float
    sql: str = ""
    failures: int | None = None
    sample: tuple[Mapping[str, Any], ...] = ()
    rows: int | None = None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The command has ended and what it wrote is committed.

    ``commit`` is None if nothing was written; ``base`` is the commit that was read.
    """

    success: bool
    base: str
    commit: str | None
    problem: str = ""


def encode_request(request: Request) -> bytes:
    """Return the line of a request."""
    return json.dumps(asdict(request)).encode() + b"\n"


def decode_request(line: bytes) -> Request:
    """Read the line of a request."""
    fields = json.loads(line)
    fields["select"] = tuple(fields["select"])
    fields["names"] = tuple(tuple(name) for name in fields["names"])
    fields["tested"] = {uid: tuple(key) for uid, key in fields["tested"].items()}
    return Request(**fields)


def encode_event(event: NodeDone | Finished | PhloError) -> bytes:
    """Return the line of an event; values that JSON lacks become text."""
    if isinstance(event, PhloError):
        packed = base64.b64encode(pickle.dumps(event)).decode()
        return json.dumps({"is": "error", "error": packed}).encode() + b"\n"
    kind = "node" if isinstance(event, NodeDone) else "finished"
    return json.dumps({"is": kind, **asdict(event)}, default=str).encode() + b"\n"


def decode_event(line: bytes) -> NodeDone | Finished | PhloError:
    """Read the line of an event from our own worker."""
    fields = json.loads(line)
    kind = fields.pop("is")
    if kind == "error":
        error: PhloError = pickle.loads(base64.b64decode(fields["error"]))
        return error
    if kind == "node":
        fields["sample"] = tuple(fields["sample"])
        fields["columns"] = tuple((name, kind) for name, kind in fields["columns"])
        return NodeDone(**fields)
    return Finished(**fields)
