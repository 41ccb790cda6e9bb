"""pyiceberg's files in the lake: remembered until they are durable, deleted by nobody (R5, R6)."""

import os
import re
from collections.abc import Mapping
from typing import Any, Self

from pyarrow.fs import FileSystem, FSSpecHandler, PyFileSystem
from pyiceberg.io import InputFile, OutputFile, OutputStream
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO
from pyiceberg.typedef import EMPTY_DICT, Properties

from phlo.errors import StoreError
from phlo.ports import ObjectStore
from phlo.store.bucket_file import BucketFile
from phlo.store.s3 import S3Store
from phlo.store.sync import local_path, sync_files

_DATA = ".parquet"
Unsynced = dict[str, Any]
"""Files that are not yet durable, with the stream that writes them, or None once whole."""


class LakeFileIO(PyArrowFileIO):
    """Reads and writes files of one lake.

    Whatever is written is ``unsynced`` until ``sync``; commits sync before they name it. A lake
    that was moved or copied is read under its present root, whatever its Iceberg files say:
    ``aliases`` are the roots it had before.
    """

    def __init__(
        self,
        properties: Properties = EMPTY_DICT,
        *,
        root: str = "",
        aliases: tuple[str, ...] = (),
        unsynced: Unsynced | None = None,
    ) -> None:
        super().__init__(properties=dict(properties))
        self.root = root
        self.aliases = aliases
        self._roots = sorted((root, *aliases), key=len, reverse=True)
        self._store: ObjectStore | None = None
        self.unsynced: Unsynced = {} if unsynced is None else unsynced

    @classmethod
    def of(cls, store: ObjectStore, aliases: tuple[str, ...] = ()) -> Self:
        """Return the files of a store."""
        properties: Mapping[str, str] = getattr(store, "file_io_properties", {})
        made = cls(dict(properties), root=store.root, aliases=aliases)
        made._store = store
        return made

    def fresh(self, unsynced: Unsynced | None = None) -> Self:
        """Return the same files with another memory for what is written."""
        made = type(self)(self.properties, root=self.root, aliases=self.aliases, unsynced=unsynced)
        made.fs_by_scheme = self.fs_by_scheme
        made._store = self._store
        return made

    @staticmethod
    def parse_location(location: str, properties: Properties = EMPTY_DICT) -> tuple[str, str, str]:
        """Take local paths as they are: a ``#`` or ``%`` in them is part of a name."""
        if (path := local_path(location)) is not None:
            return "file", "", os.path.abspath(path)  # noqa: PTH100 - no link is to be resolved
        return PyArrowFileIO.parse_location(location, properties)

    def _initialize_fs(self, scheme: str, netloc: str | None = None) -> FileSystem:
        if scheme == "memory":
            from fsspec.implementations.memory import MemoryFileSystem

            return PyFileSystem(FSSpecHandler(MemoryFileSystem()))
        return super()._initialize_fs(scheme, netloc)

    def translate(self, location: str) -> str:
        """Return where a location lies now that the lake may have been moved or copied.

        Of roots that lie in each other, the innermost is meant. ``file:/x`` becomes ``file:///x``.
        """
        if not self.aliases and location.startswith(self.root + "/"):
            return location
        local = local_path(location)
        whole = location if local is None else f"file://{local}"
        for root in self._roots:
            if whole.startswith(root + "/"):
                return self.root + whole[len(root) :]
        return location

    def translate_text(self, text: str) -> str:
        """Translate every location that a JSON text holds as the beginning of a string."""
        if not self.aliases:
            return text
        roots = "|".join(map(re.escape, self._roots))
        return re.sub(f'"(?:{roots})/', lambda _: f'"{self.root}/', text)

    def new_input(self, location: str) -> InputFile:  # type: ignore[override]  # of any kind
        place = self.translate(location)
        whole = self._whole(place)
        return super().new_input(place) if whole is None else whole

    def new_output(self, location: str) -> OutputFile:  # type: ignore[override]  # of any kind
        place = self.translate(location)
        whole = self._whole(place)
        if whole is not None:
            return whole
        file = super().new_output(place)
        return _LakeFile(place, file._path, file._filesystem, self.unsynced)

    def _whole(self, place: str) -> BucketFile | None:
        """Return a file of our bucket that is read and written whole; data files are not."""
        store = self._store
        if not isinstance(store, S3Store) or place.endswith(_DATA):
            return None
        return BucketFile(store, place) if place.startswith(self.root + "/") else None

    def write(self, location: str, data: bytes) -> None:
        """Write a new small file in one go; like ``new_output`` it is not yet durable."""
        place = self.translate(location)
        path = local_path(place)
        if path is None:
            with self.new_output(place).create(overwrite=True) as stream:
                stream.write(data)
            return
        try:
            handle = _create(path)
            with open(handle, "wb", buffering=0) as file:  # noqa: PTH123 - a handle
                file.write(data)
            self.unsynced[place] = None
        except OSError as cause:
            raise StoreError(
                f"{path}: {cause.strerror or cause}",
                fix="check the disk, its free space and the rights of the folder, then run again",
            ) from cause

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Keep the file: only gc deletes in a lake, by reference and after a grace (R5)."""

    def sync(self) -> None:
        """Make everything durable that was written through this object. Raises ``StoreError``."""
        written = self.take()
        inside = self.root + "/"
        if self._store is None or not all(place.startswith(inside) for place in written):
            sync_files(written, root=self.root)
        elif written:
            self._store.sync([place.removeprefix(inside) for place in written])

    def take(self) -> list[str]:
        """Return what is whole and not yet durable, and forget it: somebody else syncs it.

        A file that another thread still writes is left for the commit that will name it.
        """
        known = list(self.unsynced.items())
        whole = [place for place, stream in known if stream is None or stream.closed]
        for place in whole:
            self.unsynced.pop(place, None)
        return whole

    def __getstate__(self) -> dict[str, Any]:
        return {"properties": self.properties, "root": self.root, "aliases": self.aliases}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["properties"], root=state["root"], aliases=state["aliases"])  # type: ignore[misc]


class _LakeFile(PyArrowFile):
    """A file that is remembered once it is created."""

    def __init__(self, location: str, path: str, fs: FileSystem, unsynced: Unsynced) -> None:
        super().__init__(location=location, path=path, fs=fs)
        self._unsynced = unsynced

    def create(self, overwrite: bool = False) -> OutputStream:
        stream = super().create(overwrite)
        self._unsynced[self.location] = stream
        return stream


def _create(path: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        return os.open(path, flags, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - hot path
        return os.open(path, flags, 0o644)
