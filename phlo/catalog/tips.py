"""What a pyiceberg face reads from and writes to: a branch, a pinned commit or a stage."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from phlo.catalog.contents import content_token
from phlo.catalog.entries import Header, Put
from phlo.catalog.files import TableFiles
from phlo.catalog.intents import UNKNOWN
from phlo.catalog.intents import combined as joined
from phlo.catalog.judge import protected
from phlo.catalog.state import Ids, State
from phlo.catalog.tree import Tree, fold_key, moved
from phlo.errors import InvalidInput
from phlo.model import Change, Commit, Content, Intent, Key


class History(Protocol):
    """The part of a log catalog that tips and stages stand on: its state, its files, a commit."""

    root: str

    @property
    def files(self) -> TableFiles:
        """The metadata files of its tables."""

    @property
    def state(self) -> State:
        """What this process has folded so far, without looking for more."""

    def refresh(self) -> State:
        """Fold in what others have written, and return the state."""

    def put(self, header: Header, puts: Sequence[Put], files: TableFiles | None = None) -> Commit:
        """Commit changes, after everything that ``files`` wrote is durable."""


class Tip(Protocol):
    """A tree that can be read, and perhaps changed."""

    files: TableFiles

    def contents(self) -> Mapping[Key, Content]:
        """Return the tree as it is now."""

    def find(self, key: Key) -> Key | None:
        """Return the key that holds this name, ignoring case."""

    def ids(self) -> Mapping[str, Ids]:
        """Return the highest ids that any ref gave out (R8)."""

    def require_writable(self) -> None:
        """Raise ``PhloError`` where a write would be refused anyway."""

    def put(self, puts: Sequence[Put], files: TableFiles, message: str) -> None:
        """Change the tree. Raises ``Conflict`` if it is not as the changes expect."""


class PinnedTip:
    """One commit: nothing changes it."""

    def __init__(self, lake: History, ref: str, commit: str) -> None:
        self._lake, self._ref, self._commit = lake, ref, commit
        self.files = lake.files

    def contents(self) -> Tree:
        return self._lake.state.tree(self._commit)

    def find(self, key: Key) -> Key | None:
        return self._lake.state.indexes[self._commit].names.get(fold_key(key))

    def ids(self) -> Mapping[str, Ids]:
        return {}

    def require_writable(self) -> None:
        raise InvalidInput(
            f"{self._ref!r} is not a branch and cannot be written to",
            fix=f"create a branch there: phlo branch create <name> --at {self._ref}",
        )

    def put(self, puts: Sequence[Put], files: TableFiles, message: str) -> None:
        self.require_writable()


class BranchTip:
    """A branch as it is now: every write is a commit."""

    def __init__(self, lake: History, header: Header) -> None:
        self._lake, self._header = lake, header
        self.files = lake.files

    def contents(self) -> Tree:
        state = self._lake.refresh()
        return state.tree(state.ref(self._header.ref).commit)

    def find(self, key: Key) -> Key | None:
        state = self._lake.refresh()
        return state.indexes[state.ref(self._header.ref).commit].names.get(fold_key(key))

    def ids(self) -> Mapping[str, Ids]:
        return self._lake.state.ids

    def require_writable(self) -> None:
        ref = self._lake.state.ref(self._header.ref)
        if ref.protected and not self._header.override:
            raise protected(ref.name)

    def put(self, puts: Sequence[Put], files: TableFiles, message: str) -> None:
        header = self._header
        said = header if header.message else replace(header, message=message)
        self._lake.put(said, puts, files)


class StagedTip:
    """Changes on top of one commit, visible here and nowhere else until they are committed."""

    def __init__(self, lake: History, commit: str, writable: Tip) -> None:
        state = lake.state
        self._lake, self._writable = lake, writable
        self._base, self._tree = state.tree(commit), state.tree(commit)
        self._names = state.indexes[commit].names
        self._puts: dict[Key, Put] = {}
        self._raised: dict[str, Ids] = {}
        self.files = lake.files.fresh(unsynced={})

    def contents(self) -> Tree:
        return self._tree

    def find(self, key: Key) -> Key | None:
        return self._names.get(fold_key(key))

    def ids(self) -> Mapping[str, Ids]:
        return self._lake.state.ids

    def require_writable(self) -> None:
        self._writable.require_writable()

    def put(self, puts: Sequence[Put], files: TableFiles, message: str) -> None:
        for put in puts:
            change = put.change
            now = self._tree.get(change.key)
            if content_token(now) != content_token(change.before):
                raise moved("this stage", change.key)
            self._puts[change.key] = self._combined(put)
            if change.after is None:
                self._tree = self._tree.delete(change.key)
                self._names = self._names.delete(fold_key(change.key))
            else:
                self._tree = self._tree.set(change.key, change.after)
                self._names = self._names.set(fold_key(change.key), change.key)
        for place in files.io.take():
            self.files.io.unsynced[place] = None

    def collected(self) -> tuple[Put, ...]:
        """Return one change per key, against the commit that the stage began with."""
        return tuple(
            put
            for put in self._puts.values()
            if content_token(put.change.before) != content_token(put.change.after)
        )

    def _combined(self, put: Put) -> Put:
        earlier, change = self._puts.get(put.change.key), put.change
        before = self._base.get(change.key)
        if earlier is None:
            return put._replace(change=Change(change.key, before, change.after, change.intent))
        return Put(
            Change(
                change.key, before, change.after, combined(earlier.change.intent, change.intent)
            ),
            _least(earlier.first_column_id, put.first_column_id),
            _least(earlier.first_partition_id, put.first_partition_id),
        )


def combined(first: Intent | None, second: Intent | None) -> Intent | None:
    """Return the intent of two changes of one table in one commit."""
    if first is None or first == second:
        return second
    if second is None:
        return None
    return joined((first, second)) or UNKNOWN


def _least(first: int | None, second: int | None) -> int | None:
    known = [one for one in (first, second) if one is not None]
    return min(known, default=None)
