"""Cursor paging: an opaque cursor says where the next page begins."""

import base64
import bisect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson

from phlo.errors import InvalidInput

T = TypeVar("T")
_LONGEST = 4096


def encode_cursor(*parts: object) -> str:
    """Return the parts of a position as opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """Return the parts of a position. Raises ``InvalidInput`` if they are not of these kinds."""
    try:
        if len(cursor) > _LONGEST:
            raise InvalidInput(f"a cursor of {len(cursor)} characters", fix=_FIX)
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = orjson.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
    except ValueError as cause:
        raise InvalidInput(f"{cursor[:80]!r} is not a cursor", fix=_FIX) from cause
    fits = isinstance(parts, list) and len(parts) == len(kinds)
    if not fits or not all(type(p) is k for p, k in zip(parts, kinds, strict=True)):
        raise InvalidInput(f"{cursor[:80]!r} is not a cursor of this list", fix=_FIX)
    return tuple(parts)


_FIX = "give the next_cursor of the page before, or none for the first page"


def page_by_key(
    items: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int
) -> tuple[list[T], str | None]:
    """Return the page of sorted items after a cursor, and the cursor of the next page."""
    start = 0
    if cursor:
        (after,) = decode_cursor(cursor, str)
        start = bisect.bisect_right(items, after, key=key)
    page = list(items[start : start + limit])
    more = start + limit < len(items)
    return page, encode_cursor(key(page[-1])) if page and more else None


def page_by_offset(
    items: Sequence[T], cursor: str | None, limit: int
) -> tuple[list[T], str | None]:
    """Return the page at an offset, for lists that a commit fixes or that are small."""
    start = decode_cursor(cursor, int)[0] if cursor else 0
    if start < 0:
        raise InvalidInput(f"a page cannot begin at {start}", fix=_FIX)
    page = list(items[start : start + limit])
    more = start + limit < len(items)
    return page, encode_cursor(start + limit) if more else None
