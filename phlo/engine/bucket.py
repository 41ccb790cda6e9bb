"""DuckDB's way to a lake in a bucket: its extension from the installed package, and the keys."""

from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from phlo.errors import StoreError
from phlo.ports import BucketAccess
from phlo.tables.quoting import literal

_PACKAGE = "duckdb-extension-httpfs"
_FILE = "httpfs.duckdb_extension"
_SECRET = "phlo_lake"

_SETTINGS = (
    "enable_http_metadata_cache = true",  # no file ever changes
    "s3_uploader_max_filesize = '50GB'",  # parts of 5 MB in memory; data files end at 256 MB
)


def reach(con: duckdb.DuckDBPyConnection, access: BucketAccess | None) -> None:
    """Let a connection read and write the lake's bucket, and no other; None: do nothing.

    The extension is signed by DuckDB, which checks that when it loads it; nothing is downloaded.

    Raises ``StoreError`` if the package that carries it is not installed.
    """
    if access is None:
        return
    con.execute(f"load {literal(str(find_extension()))}")
    fields = ", ".join(f"{name} {value}" for name, value in _secret(access).items())
    for setting in _SETTINGS:
        con.execute(f"set global {setting}")
    con.execute(f"create or replace secret {_SECRET} ({fields})")


def _secret(access: BucketAccess) -> dict[str, str]:
    found = {
        "type": "s3",
        "provider": "config",
        "scope": literal(access.root + "/"),
        "region": literal(access.region),
        "key_id": literal(access.access_key_id),
        "secret": literal(access.secret_access_key),
        "url_compatibility_mode": "true",  # a * or ? in a path is a letter of it
    }
    if access.session_token:
        found["session_token"] = literal(access.session_token)
    if access.endpoint:
        parts = urlsplit(access.endpoint)
        found["endpoint"] = literal(parts.netloc + parts.path.rstrip("/"))
        found["use_ssl"] = str(parts.scheme == "https").lower()
        found["url_style"] = "'path'"
    return found


def find_extension(package: str = _PACKAGE) -> Path:
    """Return the file of the extension that fits this DuckDB. Raises ``StoreError``."""
    try:
        listed = files(package) or []
    except PackageNotFoundError:
        listed = []
    wanted = f"v{duckdb.__version__}"
    for file in listed:
        if file.name == _FILE and wanted in file.parts:
            return Path(str(file.locate()))
    raise StoreError(
        f"DuckDB {duckdb.__version__} reads a lake in a bucket with an extension that is not "
        "installed",
        fix=f"pip install {package}=={duckdb.__version__}",
    )
