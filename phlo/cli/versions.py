"""The versions of phlo and of what it stands on."""

import platform
from importlib.metadata import PackageNotFoundError, version

from phlo import __version__

PACKAGES = ("dagster", "dlt", "dbt-core", "pyiceberg", "duckdb", "polars", "pyarrow", "obstore")


def versions() -> dict[str, str | None]:
    """Return the versions of phlo, Python and the packages it stands on; None: not installed."""
    found: dict[str, str | None] = {"phlo": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found
