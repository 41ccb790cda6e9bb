"""Which files of a lake are named by a live commit, and by which (R14, R16)."""

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import unquote

from pyiceberg.table.metadata import TableMetadata

from phlo.catalog.bases import merge_bases
from phlo.catalog.files import TableFiles
from phlo.catalog.state import State
from phlo.errors import LakeDamaged, PhloError
from phlo.model import Content, Key, TableContent, key_text
from phlo.store.sync import local_path

_SAME_SCHEME = {"s3a": "s3", "s3n": "s3"}


class Places:
    """Say of any location which path of the lake it is, however it is written.

    ``file:/x``, ``file:///x`` and ``/x`` are one; so are ``s3a://`` and ``s3://``, ``%3A`` and
    ``:``, and a root and what its links lead to.
    """

    def __init__(self, roots: Iterable[str]) -> None:
        known = {_plain(root) for root in roots if root}
        known |= {os.path.realpath(root) for root in known if root.startswith("/")}
        self._roots = sorted(known, key=len, reverse=True)

    def inside(self, location: str) -> str | None:
        """Return the canonical path below the lake, or None if it lies elsewhere."""
        plain = _plain(location)
        found = self._below(plain)
        if found is None and plain.startswith("/"):
            folder, _, name = plain.rpartition("/")
            found = self._below(f"{os.path.realpath(folder)}/{name}")
        return found

    def _below(self, plain: str) -> str | None:
        for root in self._roots:
            if plain.startswith(root + "/"):
                return plain[len(root) + 1 :]
        return None


def canonical(path: str) -> str:
    """Return a path of the store in the form that ``Places.inside`` gives."""
    return posixpath.normpath(unquote(path))


def _plain(location: str) -> str:
    scheme, found, rest = location.partition("://")
    local = local_path(location)
    if local is not None:
        return canonical(local)
    assert found
    return f"{_SAME_SCHEME.get(scheme, scheme)}://{canonical(rest)}"


def live_commits(state: State) -> dict[str, str]:
    """Return the commits whose files stay, with the reason.

    All that the last ``expire`` did not declare dead, and where a branch parted from a protected
    one: a merge has to look there, however long ago it was.
    """
    reasons = {ref.commit: f"{ref.kind} {ref.name!r}" for ref in state.refs.values()}
    found = {
        commit: reasons.get(commit, f"commit {commit[:8]}")
        for commit in state.commits
        if commit not in state.dead
    }
    branches = [ref for ref in state.refs.values() if ref.kind == "branch"]
    for main in (ref for ref in branches if ref.protected):
        for branch in branches:
            for base in merge_bases(state.commits, main.commit, branch.commit):
                found.setdefault(base, f"the merge base of {main.name!r} and {branch.name!r}")
    return found


def live_paths(state: State, files: TableFiles, places: Places) -> dict[str, str]:
    """Return every path below the lake that a live commit needs, with the reason.

    Raises:
        LakeDamaged: Something of it cannot be read, so what it needs cannot be told.
    """
    marker = _Marker(files, places)
    live = live_commits(state)
    for commit, reason in live.items():
        for key, content in _own_contents(state, commit, live):
            if isinstance(content, TableContent):
                marker.mark(key, content.metadata_location, reason)
    return marker.found


def _own_contents(
    state: State, commit: str, live: Collection[str]
) -> Iterator[tuple[Key, Content | None]]:
    """Return what a tree holds beyond that of its first parent, if that is live as well."""
    found = state.commits[commit]
    if found.parents and found.parents[0] in live:
        return ((change.key, change.after) for change in found.changes)
    return iter(state.contents[commit].items())


class _Marker:
    def __init__(self, files: TableFiles, places: Places) -> None:
        self.found: dict[str, str] = {}
        self._files, self._places = files, places
        self._read: set[str] = set()

    def mark(self, key: Key, location: str, reason: str) -> None:
        """Mark a metadata file and all that it names, snapshot by snapshot."""
        if location in self._read:
            return
        self._read.add(location)
        why = f"{key_text(key)} on {reason}"
        try:
            self._keep(location, why)
            for path in self._named(self._files.read(location)):
                self._keep(path, why)
        except PhloError:
            raise
        except Exception as cause:
            raise LakeDamaged(
                f"what {why} needs cannot be read: {cause}",
                fix="restore the tables folder from a backup; nothing was deleted",
            ) from cause

    def _named(self, metadata: TableMetadata) -> Iterator[str]:
        for one in (*metadata.statistics, *metadata.partition_statistics):
            yield one.statistics_path
        for snapshot in metadata.snapshots:
            yield snapshot.manifest_list
            if snapshot.manifest_list in self._read:
                continue
            self._read.add(snapshot.manifest_list)
            for manifest in snapshot.manifests(self._files.io):
                yield manifest.manifest_path
                if manifest.manifest_path in self._read:
                    continue
                self._read.add(manifest.manifest_path)
                for entry in manifest.fetch_manifest_entry(self._files.io, discard_deleted=True):
                    yield entry.data_file.file_path

    def _keep(self, location: str, reason: str) -> None:
        path = self._places.inside(location)
        if path is not None:
            self.found.setdefault(path, reason)
