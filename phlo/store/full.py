"""Tell a full disk from every other failure, however deep somebody wrapped it."""

import errno

from phlo.errors import StoreError, causes_of

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SAID = ("no space left on device", "disk is full", "disk quota exceeded")
_DATABASES = {"OperationalError", "IOException", "FatalException", "OutOfMemoryException"}
"""What SQLite and DuckDB raise and say: they keep the system's number to themselves."""


def disk_full(error: BaseException) -> StoreError | None:
    """Return what to tell of an error that a full disk caused; None for any other."""
    for link in causes_of(error):
        if isinstance(link, OSError) and link.errno in _FULL:
            where = f": {link.filename}" if link.filename else ""
            return _full(where)
        if type(link).__name__ in _DATABASES and any(one in str(link).lower() for one in _SAID):
            return _full("")
    return None


def _full(where: str) -> StoreError:
    return StoreError(
        f"the disk is full{where}",
        fix="make room on the disk of the project, then run it again; nothing half written shows",
    )
