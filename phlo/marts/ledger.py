"""What a marts file says of itself: from which state of the lake each table was built."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from phlo.errors import StoreError
from phlo.marts.swap import private_view
from phlo.model import Commit, Key

SCHEMA = "_phlo"
TABLE = "published"
_COLUMNS = "namespace, name, token, log_number, commit_id"


@dataclass(frozen=True, slots=True)
class Mart:
    """One table of a marts file.

    ``token`` identifies the content it was built from; ``log_number`` and ``commit`` are of the
    state of the lake that was read (R22).
    """

    key: Key
    token: str
    log_number: int
    commit: str


def published(path: Path) -> Mapping[Key, Mart]:
    """Read what a marts file holds; nothing if there is no file.

    Raises:
        StoreError: If the file is there and is no marts file.
    """
    if not path.is_file():
        return {}
    with private_view(path) as name, _opened(path, name) as con:
        return read_ledger(con, None, path)


def read_ledger(
    con: duckdb.DuckDBPyConnection, database: str | None, path: Path
) -> Mapping[Key, Mart]:
    """Read the ledger of an open or attached marts file."""
    place = f"{database}.{SCHEMA}.{TABLE}" if database else f"{SCHEMA}.{TABLE}"
    try:
        rows = con.execute(f"select {_COLUMNS} from {place}").fetchall()
    except duckdb.Error as error:
        raise not_ours(path, error) from error
    return {(row[0], row[1]): Mart((row[0], row[1]), row[2], row[3], row[4]) for row in rows}


def write_ledger(
    con: duckdb.DuckDBPyConnection, database: str, marts: Iterable[Mart], commit: Commit
) -> None:
    """Write the ledger of a new marts file that shows the lake at a commit."""
    con.execute(f"create schema {database}.{SCHEMA}")
    con.execute(
        f"create table {database}.{SCHEMA}.{TABLE} (namespace varchar, name varchar, "
        "token varchar, log_number bigint, commit_id varchar)"
    )
    con.execute(
        f"create table {database}.{SCHEMA}.state as "
        "select cast(? as bigint) as log_number, cast(? as varchar) as commit_id",
        [commit.number, commit.id],
    )
    rows = [[*mart.key, mart.token, mart.log_number, mart.commit] for mart in marts]
    if rows:
        con.executemany(f"insert into {database}.{SCHEMA}.{TABLE} values (?, ?, ?, ?, ?)", rows)


def read_state(con: duckdb.DuckDBPyConnection, database: str, path: Path) -> tuple[int, str]:
    """Read of which log number and commit an attached marts file is."""
    try:
        rows = con.execute(
            f"select log_number, commit_id from {database}.{SCHEMA}.state"
        ).fetchall()
    except duckdb.Error as error:
        raise not_ours(path, error) from error
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")


def not_ours(path: Path, error: Exception) -> StoreError:
    """Build the error for a file that phlo did not write."""
    return StoreError(
        f"{path} is not a marts file of phlo: {str(error).strip().splitlines()[0]}",
        fix="move it away and publish again, or name another file in phlo.yaml (marts:)",
    )


def _opened(path: Path, name: Path) -> "closing[duckdb.DuckDBPyConnection]":
    try:
        return closing(duckdb.connect(str(name), read_only=True))
    except duckdb.Error as error:
        raise not_ours(path, error) from error
