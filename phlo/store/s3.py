"""A bucket, or a part of one, as an object store, through obstore."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from phlo.errors import CommitStateUnknown, InvalidInput, NotFound, StoreError
from phlo.ports import BucketAccess, ObjectInfo
from phlo.store.paths import checked
from phlo.store.s3_failures import is_certain, remedy, said

_FILE_IO = {
    "endpoint": "s3.endpoint",
    "region": "s3.region",
    "access_key_id": "s3.access-key-id",
    "secret_access_key": "s3.secret-access-key",
    "session_token": "s3.session-token",
}


class S3Store:
    """Any S3-compatible store that honours ``If-None-Match: *`` (R2 tries it at open).

    Args:
        url: ``s3://bucket/prefix``.
        options: ``endpoint``, ``region``, ``access_key_id``, ``secret_access_key`` and, for keys
            that expire, ``session_token``.

    Source: Amazon S3 API reference, PutObject, ``If-None-Match``.
    """

    def __init__(self, url: str, options: Mapping[str, str] | None = None) -> None:
        from obstore.store import S3Store as Bucket

        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise InvalidInput(f"{url!r} is no S3 address", fix="write it as s3://bucket/prefix")
        prefix = parts.path.strip("/")
        self._root = f"s3://{parts.netloc}/{prefix}" if prefix else f"s3://{parts.netloc}"
        settings = dict(options or {})
        unknown = settings.keys() - {field.name for field in fields(BucketAccess)[1:]}
        if unknown:
            raise InvalidInput(
                f"{min(unknown)!r} is no option of an S3 store",
                fix=f"use {', '.join(field.name for field in fields(BucketAccess)[1:])}",
            )
        self.access = BucketAccess(self._root, **settings)
        plain = self.access.endpoint.startswith("http://")
        virtual = str(not self.access.endpoint).lower()
        config: Any = {"virtual_hosted_style_request": virtual, **settings}
        config["region"] = self.access.region
        retry: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
        self._bucket: Bucket = Bucket(
            parts.netloc,
            prefix=prefix or None,
            config=config,
            client_options={"allow_http": plain},
            retry_config=retry,
        )
        self.read_only = False

    @property
    def root(self) -> str:
        return self._root

    @property
    def file_io_properties(self) -> dict[str, str]:
        """The settings under which pyiceberg reaches the same objects."""
        values = {_FILE_IO[name]: getattr(self.access, name) for name in _FILE_IO}
        virtual = {} if self.access.endpoint else {"s3.force-virtual-addressing": "true"}
        return {name: value for name, value in values.items() if value} | virtual

    def get(self, path: str) -> bytes:
        import obstore

        try:
            return bytes(obstore.get(self._bucket, checked(path)).bytes())
        except FileNotFoundError:
            raise NotFound(
                f"object {path!r} does not exist", fix="check the address of the lake"
            ) from None
        except obstore.exceptions.BaseError as cause:
            raise _failed(path, cause) from cause

    def head(self, path: str) -> ObjectInfo | None:
        import obstore

        try:
            found = obstore.head(self._bucket, checked(path))
        except FileNotFoundError:
            return None
        except obstore.exceptions.BaseError as cause:
            raise _failed(path, cause) from cause
        return ObjectInfo(path, found["size"], found["last_modified"])

    def list(self, prefix: str, *, start_after: str = "") -> Iterator[ObjectInfo]:
        import obstore

        folder = prefix.rpartition("/")[0]
        offset = start_after or None
        try:
            for chunk in obstore.list(self._bucket, folder or None, offset=offset, chunk_size=1000):
                for one in chunk:
                    if one["path"].startswith(prefix):
                        yield ObjectInfo(one["path"], one["size"], one["last_modified"])
        except obstore.exceptions.BaseError as cause:
            raise _failed(prefix, cause) from cause

    def create(self, path: str, data: bytes) -> bool:
        import obstore

        try:
            obstore.put(self._bucket, checked(path), data, mode="create", use_multipart=False)
        except obstore.exceptions.AlreadyExistsError as cause:
            if self.head(path) is None:  # a 409 looks the same, and may mean that nothing landed
                raise CommitStateUnknown(
                    f"{self._root}/{path} was refused as taken, but is not there",
                    fix="put the same bytes at the same path again",
                ) from cause
            return False
        except (obstore.exceptions.BaseError, FileNotFoundError) as cause:
            if is_certain(cause):
                raise _failed(path, cause) from cause
            raise CommitStateUnknown(
                f"{self._root}/{path} may or may not have been written: {said(cause)}",
                fix=remedy(cause),
            ) from cause
        return True

    def put(self, path: str, data: bytes) -> None:
        import obstore

        try:
            obstore.put(self._bucket, checked(path), data, use_multipart=False)
        except (obstore.exceptions.BaseError, FileNotFoundError) as cause:
            raise _failed(path, cause) from cause

    def delete(self, paths: Iterable[str]) -> None:
        import obstore

        gone = [checked(path) for path in paths]
        if not gone:
            return
        try:
            obstore.delete(self._bucket, gone)
        except FileNotFoundError:
            return
        except obstore.exceptions.BaseError as cause:
            raise _failed(gone[0], cause) from cause

    def sync(self, paths: Collection[str]) -> None:
        """An object that was put is durable."""

    def uri(self, path: str) -> str:
        return f"{self._root}/{checked(path)}"

    def now(self) -> datetime:
        path = "catalog/tmp/clock"
        self.put(path, b"")
        found = self.head(path)
        return found.modified if found else datetime.now(UTC)


def _failed(path: str, cause: Exception) -> StoreError:
    return StoreError(
        f"the store failed at {path!r}: {said(cause)}",
        fix=remedy(cause),
    )
