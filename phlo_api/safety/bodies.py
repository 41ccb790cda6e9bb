"""Bodies: how long, of what kind and how deep they may be, before anybody reads them."""

import re
from collections.abc import Mapping

from phlo.errors import PhloError
from phlo_api.errors import BodyTooLarge, MalformedRequest, TooDeep, UnsupportedBody
from phlo_api.serving import Serving

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_BRACKETS = bytes(c for c in range(256) if c not in b"[]{}")


def declared_length(headers: Mapping[str, str]) -> int | None:
    """Return the length that a request declares. Raises ``MalformedRequest`` for no number."""
    text = headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise MalformedRequest(f"content-length is {text[:40]!r}", fix="send a number of bytes")
    return int(text)


def too_large(size: int, serving: Serving) -> BodyTooLarge:
    """Return the refusal of a body."""
    return BodyTooLarge(
        f"the body has {size} bytes or more, of which {serving.max_body_bytes} are read",
        fix="send less; data gets into the lake through ingestions",
    )


def refuse_kind(headers: Mapping[str, str], body: bytes) -> PhloError | None:
    """Return why a body is not read: only JSON is, since a form of another site cannot send it."""
    if not body:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return None
    return UnsupportedBody(
        f"the body is {kind or 'of no kind'}", fix="send JSON with content-type: application/json"
    )


def refuse_depth(body: bytes, serving: Serving) -> PhloError | None:
    """Return why a JSON body is not parsed: it is nested too deeply."""
    brackets = _TEXT.sub(b"", body).translate(None, _NOT_BRACKETS)
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > serving.max_json_depth:
            return TooDeep(
                f"the body is nested more than {serving.max_json_depth} levels deep",
                fix="flatten it",
            )
    return None
