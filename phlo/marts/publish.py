"""Build a marts file from one commit of the lake, beside the present one, and swap it in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from phlo.catalog.contents import content_token
from phlo.engine import Session
from phlo.errors import Conflict, InvalidInput, NotFound, SqlError
from phlo.marts.ledger import Mart, not_ours, read_ledger, read_state, write_ledger
from phlo.marts.swap import clear_scratch, private_view, scratch_name, swap_in, writer_lock
from phlo.model import Commit, Content, Key, TableContent, ViewContent, key_text
from phlo.ports import Catalog
from phlo.tables.quoting import identifier, literal

NAMESPACE = "marts"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publication did.

    ``done`` is ``published`` (the file was replaced), ``current`` (it already was this state) or
    ``superseded`` (it already was a later one; nothing was touched). ``built`` are the tables
    that were read from the lake, ``log_number`` and ``commit`` the state that the file is of.
    """

    done: Literal["published", "current", "superseded"]
    log_number: int
    commit: str
    built: tuple[Key, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Present:
    """What the file held before: its number, and its tables."""

    number: int
    commit: str
    marts: Mapping[Key, Mart]


def publish(
    catalog: Catalog, path: Path, *, ref: str = "main", namespaces: Collection[str] = (NAMESPACE,)
) -> Outcome:
    """Bring a marts file up to the present state of a ref, all of its tables or none.

    Tables that did not change are copied from the file, the others are read from the lake at one
    commit. The file is written beside the present one, synced and renamed, so a reader sees the
    old or the new. Only one process builds at a time; the state is looked up under the lock and
    again afterwards, until it is the one that was built, so a later state is never replaced by an
    earlier one. Safe to repeat; what a killed process left is mended by the next call.

    Raises:
        RefNotFound: If there is no such ref.
        StoreError: If the disk refuses, or the file is not one of phlo's.
        Conflict: If the ref moves faster than the file can be built.
    """
    if catalog.ref(ref).kind != "branch":
        raise InvalidInput(f"{ref!r} is not a branch", fix="publish a branch, such as main")
    with writer_lock(path):
        clear_scratch(path)
        outcome: Outcome | None = None
        for _ in range(_TRIES):
            commit = catalog.resolve(ref)
            wanted = _wanted(catalog, commit, namespaces)
            latest = _bring_up(catalog, path, commit, wanted)
            if latest.done != "published":
                return outcome or latest
            outcome = latest
    raise Conflict(
        f"{ref} moved {_TRIES} times while {path.name} was being built",
        fix="publish again when fewer loads are running",
    )


def _wanted(catalog: Catalog, commit: Commit, namespaces: Collection[str]) -> dict[Key, Content]:
    return {
        key: content
        for key, content in sorted(catalog.contents(commit.id).items())
        if len(key) == 2
        and key[0] in namespaces
        and isinstance(content, TableContent | ViewContent)
    }


def _bring_up(
    catalog: Catalog, path: Path, commit: Commit, wanted: Mapping[Key, Content]
) -> Outcome:
    if not path.is_file():
        return _build(catalog, path, None, commit, wanted, {})
    with private_view(path) as old:
        present = _look(old, path)
        if present.number > commit.number and not _knows(catalog, present.commit):
            return Outcome("superseded", present.number, present.commit)
        kept = {
            key: present.marts[key]
            for key, content in wanted.items()
            if isinstance(content, TableContent)
            and key in present.marts
            and present.marts[key].token == content_token(content)
        }
        if present.commit == commit.id or set(kept) == set(wanted) == set(present.marts):
            return Outcome("current", commit.number, commit.id)
        return _build(catalog, path, old, commit, wanted, kept)


def _knows(catalog: Catalog, commit: str) -> bool:
    """Tell whether the catalog has seen a commit; if it has, the branch was moved back since."""
    try:
        catalog.get_commit(commit)
    except NotFound:
        return False
    return True


def _look(old: Path, path: Path) -> _Present:
    con = duckdb.connect()
    try:
        _attach(con, old, "old", path, read_only=True)
        number, commit = read_state(con, "old", path)
        return _Present(number, commit, read_ledger(con, "old", path))
    finally:
        con.close()


def _build(
    catalog: Catalog,
    path: Path,
    old: Path | None,
    commit: Commit,
    wanted: Mapping[Key, Content],
    kept: Mapping[Key, Mart],
) -> Outcome:
    """Write the new file and swap it in."""
    new = scratch_name(path)
    built = tuple(key for key in wanted if key not in kept)
    with Session(catalog, commit.id) as session:
        con = session.con
        _attach(con, new, "mart", path)
        if old is not None and kept:
            _attach(con, old, "old", path, read_only=True)
        for namespace in sorted({key[0] for key in wanted} - {NAMESPACE}):
            con.execute(f"create schema mart.{identifier(namespace)}")
        for key in kept:
            con.execute(f"create table mart.{_place(key)} as from old.{_place(key)}")
        rows = sum(_copy(session, key) for key in built)
        fresh = [
            Mart(key, content_token(wanted[key]) or "", commit.number, commit.id) for key in built
        ]
        write_ledger(con, "mart", [*kept.values(), *fresh], commit)
        con.execute("checkpoint mart")
        con.execute("detach mart")
        if old is not None and kept:
            con.execute("detach old")
    catalog.sync()  # no power cut may leave a mart of a state that never was
    swap_in(new, path)
    return Outcome("published", commit.number, commit.id, built, rows)


def _copy(session: Session, key: Key) -> int:
    """Copy one table of the lake; return its rows."""
    relation = session.sql(f"select * from {_name(key)}")
    try:
        relation.query("phlo_source", f"create table mart.{_place(key)} as from phlo_source")
    except duckdb.Error as error:
        raise SqlError(
            f"{key_text(key)} cannot be copied to the marts file: {error}",
            fix=f"look at it with \"phlo query 'select * from {key_text(key)}'\"",
        ) from error
    ((rows,),) = session.con.execute(f"select count(*) from mart.{_place(key)}").fetchall()
    return int(rows)


def _attach(
    con: duckdb.DuckDBPyConnection, file: Path, name: str, path: Path, *, read_only: bool = False
) -> None:
    mode = " (read_only)" if read_only else ""
    try:
        con.execute(f"attach {literal(str(file))} as {name}{mode}")
    except duckdb.Error as error:
        raise not_ours(path, error) from error


def _place(key: Key) -> str:
    """Return where a table lies in the file: those of `marts` need no schema.

    DuckDB names the database of `marts.duckdb` itself `marts`, so `marts.daily_delays` is found
    there too; a schema of that name would make the name ambiguous.
    """
    return _name(("main", key[1]) if key[0] == NAMESPACE else key)


def _name(key: Key) -> str:
    return ".".join(identifier(part) for part in key)
