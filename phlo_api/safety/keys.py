"""Keys: none on the loopback unless one is set, always one beyond it."""

import hashlib
import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal

from phlo_api.serving import Serving

COOKIE = "phlo_session"
Method = Literal["none", "bearer", "session"]
_OPEN = {("GET", "/healthz"), ("HEAD", "/healthz"), ("POST", "/api/auth")}
_GUARDED = ("/api", "/dagster", "/metrics")


def headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request; of one that is there twice, the first."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


def is_key(key: str, serving: Serving) -> bool:
    """Tell whether this is a key, in a time that does not tell how near it came."""
    given = key.encode()
    matches = [hmac.compare_digest(given, known.encode()) for known in serving.keys]
    return any(matches)


def token_of(key: str) -> str:
    """Return what a browser holds in place of a key."""
    return hmac.new(key.encode(), b"phlo session 1", hashlib.sha256).hexdigest()


def method_of(scope: Mapping[str, Any], serving: Serving) -> Method:
    """Tell how a request proves who it is."""
    headers = headers_of(scope)
    kind, _, key = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and is_key(key.strip(), serving):
        return "bearer"
    token = _cookie(headers.get("cookie", ""))
    known = [hmac.compare_digest(token, token_of(key)) for key in serving.keys]
    return "session" if token and any(known) else "none"


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    value = found.value if found else ""
    return value if value.isascii() else ""


def needs_key(scope: Mapping[str, Any], path: str) -> bool:
    """Tell whether a path holds data; the page itself does not, it only asks for it."""
    if (scope.get("method", "GET"), path) in _OPEN:
        return False
    return any(path == root or path.startswith(f"{root}/") for root in _GUARDED)
