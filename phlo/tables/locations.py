"""Where the files of a table lie, for the engine that reads and writes them by path."""

from pathlib import Path
from typing import TYPE_CHECKING

from phlo.store.fileio import LakeFileIO

if TYPE_CHECKING:
    from pyiceberg.io import FileIO

_FILE = "file:"


def engine_path(location: str) -> str:
    """Return the path under which DuckDB finds a file that metadata names by address."""
    if location.startswith(_FILE):
        return "/" + location[len(_FILE) :].lstrip("/")
    return location


def present_path(io: "FileIO", location: str) -> str:
    """Return the path of a file that a manifest names, in a lake that may have been moved."""
    return engine_path(io.translate(location) if isinstance(io, LakeFileIO) else location)


def is_local(location: str) -> bool:
    """Tell whether the address names a file of this machine."""
    return location.startswith((_FILE, "/"))


def data_folder(table_location: str) -> str:
    """Return the folder for the data files of a table, made if it is a local one."""
    folder = table_location.rstrip("/") + "/data"
    if is_local(folder):
        Path(engine_path(folder)).mkdir(parents=True, exist_ok=True)
    return folder
