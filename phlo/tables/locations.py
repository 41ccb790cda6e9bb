"""Where the files of a table lie, for the engine that reads and writes them by path."""

from pathlib import Path

_FILE = "file:"


def engine_path(location: str) -> str:
    """Return the path under which DuckDB finds a file that metadata names by address."""
    if location.startswith(_FILE):
        return "/" + location[len(_FILE) :].lstrip("/")
    return location


def is_local(location: str) -> bool:
    """Tell whether the address names a file of this machine."""
    return location.startswith((_FILE, "/"))


def data_folder(table_location: str) -> str:
    """Return the folder for the data files of a table, made if it is a local one."""
    folder = table_location.rstrip("/") + "/data"
    if is_local(folder):
        Path(engine_path(folder)).mkdir(parents=True, exist_ok=True)
    return folder
