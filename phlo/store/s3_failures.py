"""What a bucket's server said went wrong, and what to do about it."""

import re
from html import unescape

_CODE = re.compile(r"<Code>([^<]+)</Code>")
_MESSAGE = re.compile(r"<Message>([^<]+)</Message>")
_INNER = re.compile(r'(?:message|error): "([^"]+)"')
_DEBUG = "\n\nDebug source:"
_KEYS = "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights of that user to the bucket"
_BUCKET = "create the bucket, or correct lake: in phlo.yaml"
_REGION = "set AWS_REGION to the region of the bucket"
_FIXES = {
    "AccessDenied": _KEYS,
    "ExpiredToken": "get new keys, with their AWS_SESSION_TOKEN",
    "InvalidAccessKeyId": _KEYS,
    "InvalidToken": "set AWS_SESSION_TOKEN to the token of these keys, or unset it",
    "SignatureDoesNotMatch": _KEYS,
    "XAdminUserNotFound": _KEYS,
    "NoSuchBucket": _BUCKET,
    "InvalidBucketName": _BUCKET,
    "AuthorizationHeaderMalformed": _REGION,
    "PermanentRedirect": _REGION,
    "RequestTimeTooSkewed": "set the clock of this machine by NTP",
    "SlowDown": "wait a moment and run again",
}
"""By the server's code. Source: Amazon S3 API reference, "Error responses"."""
_LASTING = frozenset(code for code, fix in _FIXES.items() if fix in (_KEYS, _BUCKET, _REGION))
"""Refusals that were the same a second earlier; tokens expire between, and servers recover."""


def said(cause: Exception) -> str:
    """Return in one line what a failure of obstore tells: its own text runs over pages."""
    text = str(cause)
    code, message = _CODE.search(text), _MESSAGE.search(text)
    if code:
        return f"{code[1]}: {unescape(message[1])}" if message else code[1]
    head, _, debug = text.partition(_DEBUG)
    inner = _INNER.findall(debug)
    line = " ".join(head.split()).rpartition(" - ")[2]
    return f"{line} ({inner[-1]})" if inner else line


def remedy(cause: Exception) -> str:
    """Return the next action after a failure."""
    code = _CODE.search(str(cause))
    if code and code[1] in _FIXES:
        return _FIXES[code[1]]
    if "Connect" in str(cause) or "dns error" in str(cause):
        return "check AWS_ENDPOINT_URL and that its server runs, then try again"
    return "check the endpoint, the keys and the bucket of the lake"


def is_denied(cause: BaseException | None) -> bool:
    """Tell if the keys are right and their user lacks the right."""
    code = _CODE.search(str(cause))
    return code is not None and code[1] == "AccessDenied"


def is_certain(cause: Exception) -> bool:
    """Tell if a refused write surely did not land (R3).

    A put is tried again by itself, and the last answer tells nothing of the first: only what
    would have refused that one too is certain.
    """
    code = _CODE.search(str(cause))
    names = ("PermissionDeniedError", "UnauthenticatedError", "InvalidPathError")
    return type(cause).__name__ in names or (code is not None and code[1] in _LASTING)
