"""What a ref that people write stands for: names, ids, ``name@commit`` and ``name@time``."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from phlo.catalog.bases import is_ancestor
from phlo.catalog.state import State, first_parents
from phlo.errors import InvalidInput, Protected, RefNotFound
from phlo.model import Commit, Key

MAIN = "main"
_ID = re.compile(r"[0-9a-f]{8,32}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+=:-]{0,199}")
_WHOLE_ID = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def keep_main(name: str) -> None:
    """Raise ``Protected`` if a ref that shall go is the main branch, protected or not."""
    if name == MAIN:
        raise Protected(
            f"branch {name!r} is not deleted: whoever names no ref reads it",
            fix="delete another branch; to undo what is on this one, revert its commits",
        )


def resolve(state: State, ref: str) -> Commit:
    """Return the commit that a ref stands for.

    Raises:
        RefNotFound: Nothing has this name, or it had no commit at that time.
        InvalidInput: A prefix of ids is ambiguous.
    """
    named = state.refs.get(ref)
    if named is not None:
        return state.commit(named.commit)
    name, at, place = ref.partition("@")
    if at:
        return _resolve_at(state, name, place)
    if _ID.fullmatch(ref):
        return _resolve_id(state, ref)
    raise RefNotFound.named(ref, known=state.refs)


def _resolve_at(state: State, name: str, place: str) -> Commit:
    tip = state.commit(state.ref(name).commit)
    if _ID.fullmatch(place):
        commit = _resolve_id(state, place)
        if not is_ancestor(state.commits, commit.id, tip.id):
            raise RefNotFound(
                f"commit {place!r} is not in the history of {name!r}",
                fix=f"take one that phlo catalog history --ref {name} shows",
            )
        return commit
    try:
        time = datetime.fromisoformat(place)
    except ValueError:
        raise RefNotFound(
            f"{place!r} in {name}@{place} is neither a commit nor an ISO time",
            fix=f"write {name}@2026-01-31T12:00:00Z or {name}@<first 8 characters of a commit>",
        ) from None
    return at_time(state, name, time if time.tzinfo else time.replace(tzinfo=UTC))


def _resolve_id(state: State, prefix: str) -> Commit:
    if len(prefix) == _WHOLE_ID:
        return state.commit(prefix)
    found = [commit for commit in state.commits if commit.startswith(prefix)]
    if len(found) > 1:
        raise InvalidInput(
            f"{prefix!r} is the start of {len(found)} commits", fix="give more characters of the id"
        )
    if not found:
        raise RefNotFound(
            f"no commit begins with {prefix!r}", fix='take an id that "phlo catalog history" shows'
        )
    return state.commit(found[0])


def at_time(state: State, name: str, time: datetime) -> Commit:
    """Return what a ref showed at a time. Raises ``RefNotFound`` before its first commit."""
    tip = state.ref(name).commit
    for move in reversed(state.moves.get(name, ())):
        if (time - _EPOCH).total_seconds() * 1e6 >= move.time_us:
            break
        tip = move.before
    for commit in first_parents(state, tip):
        if commit.time <= time:
            return commit
    raise RefNotFound(
        f"{name!r} had no commit at {time.isoformat()}",
        fix=f"choose a time after {state.commit(tip).time.isoformat()}",
    )


def check_name(name: str) -> str:
    """Return a name for a ref. Raises ``InvalidInput`` if it could mean another thing."""
    wrong = (
        not _NAME.fullmatch(name)
        or name.endswith(("/", "."))
        or "//" in name
        or ".." in name
        or bool(_ID.fullmatch(name))
    )
    if wrong:
        raise InvalidInput(
            f"{name!r} cannot be the name of a branch or tag",
            fix="use letters, digits and _ . / + = : -, and nothing that looks like a commit id",
        )
    return name


def history(
    state: State,
    tip: str,
    *,
    table: Key | None = None,
    author: str | None = None,
    run: str | None = None,
    limit: int | None = None,
) -> Iterator[Commit]:
    """Yield the states that a ref had, newest first, as far as they match."""
    left = limit
    for commit in first_parents(state, tip):
        if left == 0:
            return
        matches = (
            (table is None or any(change.key == table for change in commit.changes))
            and (author is None or commit.author == author)
            and (run is None or commit.run == run)
        )
        if matches:
            left = None if left is None else left - 1
            yield commit
