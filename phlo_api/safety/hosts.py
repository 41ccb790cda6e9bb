"""Which hosts a request may name, and which site may ask to change something."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from phlo_api.serving import LOOPBACK, Serving

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PORT = re.compile(r":\d{1,5}\Z")
_ANY = frozenset({"0.0.0.0", "::", ""})


def name_of(host: str) -> str:
    """Return the name of a Host header without port and brackets, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return _PORT.sub("", name).rstrip(".")


def is_known(host: str, serving: Serving) -> bool:
    """Tell whether this process answers for a host; others may be a rebound name."""
    known = LOOPBACK | serving.hosts | ({serving.host} - _ANY)
    return name_of(host) in known


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Tell whether another site sent the request. What is no browser sends no Origin."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return True
    return not parts.netloc or parts.netloc.lower() != headers.get("host", "").strip().lower()
