"""DuckDB connections as phlo sets them up: UTC, bounded, and never out on the network alone."""

from pathlib import Path

import duckdb

from phlo.engine.bucket import reach
from phlo.engine.scratch import spill_folder
from phlo.ports import BucketAccess

_SETTINGS: dict[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}


def open_engine(
    *,
    access: BucketAccess | None = None,
    memory_mb: int | None = None,
    threads: int | None = None,
    scratch: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open an empty in-memory DuckDB.

    Args:
        access: The lake's bucket, if it lies in one: the only place out there that it reaches.
        memory_mb: Bound of its buffers; DuckDB's own is 80 % of the machine.
        threads: Bound of its threads; as many as there are processors otherwise.
        scratch: Where it spills what exceeds the memory; a folder of its own in the temporary
            folder otherwise, which is made when it is needed and removed at the end.
    """
    folder = scratch or spill_folder()
    config = dict(_SETTINGS) | {"temp_directory": str(folder)}
    if memory_mb is not None:
        config["memory_limit"] = f"{memory_mb}MB"
    if threads is not None:
        config["threads"] = str(threads)
    con = duckdb.connect(":memory:", config=dict(config))
    con.execute("set global timezone = 'UTC'")
    con.execute("set global parquet_metadata_cache = true")
    reach(con, access)
    return con
