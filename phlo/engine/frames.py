"""The pipe between a query worker and its parent: frames of a kind, a length and bytes.

Parent to worker goes one JSON frame a query; back come frames of an Arrow IPC stream and one last
frame that says how it ended. Nothing is unpickled: a worker has run a stranger's SQL.
"""

import json
import struct
from typing import IO

from phlo import errors
from phlo.errors import PhloError, QueryLimit
from phlo.model import Json

REQUEST = b"Q"
READY = b"R"
DATA = b"D"
DONE = b"S"
FAILED = b"E"

_HEAD = struct.Struct(">cQ")


def write_frame(pipe: IO[bytes], kind: bytes, payload: bytes) -> None:
    """Write one frame and flush it."""
    pipe.write(_HEAD.pack(kind, len(payload)))
    pipe.write(payload)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Read one frame; None if the other side is gone."""
    try:
        head = pipe.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        kind, size = _HEAD.unpack(head)
        payload = pipe.read(size)
    except ValueError:  # closed by another thread
        return None
    return (kind, payload) if len(payload) == size else None


def pack_error(error: PhloError) -> bytes:
    """Return an error as the payload of a frame."""
    name = type(error).__name__
    value = {"name": name, "problem": error.problem, "fix": error.fix}
    return json.dumps(value | {"retire": isinstance(error, QueryLimit)}).encode()


def wants_to_retire(payload: bytes) -> bool:
    """Tell if the worker asks to be replaced, as after it ran out of memory."""
    return bool(json.loads(payload).get("retire"))


def unpack_error(payload: bytes) -> PhloError:
    """Return the error that a payload describes."""
    value: Json = json.loads(payload)
    kind = getattr(errors, str(value["name"]), None)
    if not (isinstance(kind, type) and issubclass(kind, PhloError)):
        kind = QueryLimit
    built: PhloError = kind(str(value["problem"]), fix=str(value["fix"]))
    return built
