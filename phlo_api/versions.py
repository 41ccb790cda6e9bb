"""The version of phlo that is installed."""

from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


@cache
def version() -> str:
    """Return the version of the installed package, ``0`` where it runs from its sources."""
    try:
        return installed("phlo")
    except PackageNotFoundError:
        return "0"
