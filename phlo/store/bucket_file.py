"""A file of an Iceberg table in a bucket: one request reads it, one writes it."""

import io
from typing import TYPE_CHECKING

from pyiceberg.io import InputFile, InputStream, OutputFile, OutputStream

from phlo.errors import NotFound

if TYPE_CHECKING:
    from phlo.store.s3 import S3Store


class BucketFile(InputFile, OutputFile):
    """What pyiceberg reads and writes whole: metadata, manifest lists, manifests."""

    def __init__(self, store: "S3Store", location: str) -> None:
        super().__init__(location)
        self._store = store
        self._path = location.removeprefix(store.root + "/")

    def __len__(self) -> int:
        found = self._store.head(self._path)
        if found is None:
            raise FileNotFoundError(self.location)  # builtin: as pyiceberg asks
        return found.size_bytes

    def exists(self) -> bool:
        return self._store.head(self._path) is not None

    def open(self, seekable: bool = True) -> InputStream:
        try:
            return io.BytesIO(self._store.get(self._path))
        except NotFound as cause:
            raise FileNotFoundError(self.location) from cause  # builtin: as pyiceberg asks

    def create(self, overwrite: bool = False) -> OutputStream:
        if not overwrite and self.exists():
            raise FileExistsError(self.location)  # builtin: as pyiceberg asks
        return _Upload(self._store, self._path)

    def to_input_file(self) -> "BucketFile":
        return self


class _Upload(io.BytesIO):
    """Bytes that are put when the file is closed; what a failed writer leaves, nobody names."""

    def __init__(self, store: "S3Store", path: str) -> None:
        super().__init__()
        self._store = store
        self._path = path

    def close(self) -> None:
        if not self.closed:
            self._store.put(self._path, self.getvalue())
        super().close()
