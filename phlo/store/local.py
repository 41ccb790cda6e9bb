"""A folder as an object store: create by link, durable by fsync."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from phlo.errors import CommitStateUnknown, NotFound, StoreError, StoreUnsafe
from phlo.ports import ObjectInfo
from phlo.store.paths import checked
from phlo.store.sync import full_sync, sync_files, sync_one

_TEMPORARY = "catalog/tmp"
_RENAME_NOREPLACE = 1
_AT_FDCWD = -100


class LocalStore:
    """A folder of this machine. Many processes may use it at once.

    Args:
        folder: Created if it is absent.
        claim: How a written file takes its name unless that is taken; found out by trying (R2).
        sync: What makes an open file durable.

    Raises:
        StoreUnsafe: The file system can neither link nor rename without replacing.
    """

    access = None

    def __init__(
        self,
        folder: str | Path,
        *,
        claim: Callable[[str, str], bool] | None = None,
        sync: Callable[[int], None] = full_sync,
    ) -> None:
        path = Path(folder).expanduser().resolve()
        self._folder = str(path)
        self._root = f"file://{self._folder}"
        self.broken: str | None = None
        self._known: set[str] = set()
        self._full_sync = sync
        self.read_only = False
        try:
            self._make_folder(f"{self._folder}/{_TEMPORARY}")
            self._claim = claim or self._probe((_link, _rename_without_replacing))
        except PermissionError:
            self.read_only, self._claim = True, _link
        except OSError as cause:
            if cause.errno != errno.EROFS:
                raise _refused(self._folder, cause) from cause
            self.read_only, self._claim = True, _link

    @property
    def folder(self) -> str:
        """The folder, absolute and without symbolic links."""
        return self._folder

    @property
    def root(self) -> str:
        return self._root

    def get(self, path: str) -> bytes:
        try:
            handle = os.open(self._at(path), os.O_RDONLY)
        except FileNotFoundError:
            raise _absent(path) from None
        except OSError as cause:
            raise _refused(path, cause) from cause
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123 - a handle
            return file.readall()

    def head(self, path: str) -> ObjectInfo | None:
        try:
            found = os.stat(self._at(path))  # noqa: PTH116 - hot path
        except (FileNotFoundError, NotADirectoryError):
            return None
        return ObjectInfo(path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def list(self, prefix: str, *, start_after: str = "") -> Iterator[ObjectInfo]:
        base = prefix.rpartition("/")[0]
        found = []
        for folder, _, names in os.walk(f"{self._folder}/{base}" if base else self._folder):
            inside = folder[len(self._folder) + 1 :]
            for name in names:
                path = f"{inside}/{name}" if inside else name
                if path.startswith(prefix) and path > start_after:
                    found.append(path)
        for path in sorted(found):
            if (info := self.head(path)) is not None:
                yield info

    def create(self, path: str, data: bytes) -> bool:
        target = self._at(path)
        self._require_writable()
        temporary = self._write(data, sync=True)
        try:
            if not self._claim_name(temporary, target):
                return False
        finally:
            _unlink(temporary)
        self._sync_folder_of(target)
        return True

    def put(self, path: str, data: bytes) -> None:
        target = self._at(path)
        self._require_writable()
        temporary = self._write(data, sync=True)
        try:
            self._make_folder(os.path.dirname(target))  # noqa: PTH120 - hot path
            os.replace(temporary, target)  # noqa: PTH105 - hot path
        except OSError as cause:
            _unlink(temporary)
            raise _refused(path, cause) from cause
        sync_one(os.path.dirname(target), self._full_sync)  # noqa: PTH120 - hot path

    def delete(self, paths: Iterable[str]) -> None:
        self._require_writable()
        for path in paths:
            try:
                os.unlink(self._at(path))  # noqa: PTH108 - hot path
            except FileNotFoundError:
                continue
            except OSError as cause:
                raise _refused(path, cause) from cause

    def sync(self, paths: Collection[str]) -> None:
        places = [self._at(path) for path in paths]
        sync_files(places, root=self._folder, sync=self._full_sync)

    def uri(self, path: str) -> str:
        return f"{self._root}/{checked(path)}"

    def now(self) -> datetime:
        self._require_writable()
        temporary = self._write(b"", sync=False)
        try:
            return datetime.fromtimestamp(Path(temporary).stat().st_mtime, UTC)
        finally:
            _unlink(temporary)

    def _at(self, path: str) -> str:
        return f"{self._folder}/{checked(path)}"

    def _require_writable(self) -> None:
        if self.read_only:
            raise StoreError(
                f"{self._folder} is read-only for this user",
                fix="open it as a user who may write, or copy it",
            )
        if self.broken is not None:
            raise StoreError(
                f"this process stopped writing to {self._folder}: {self.broken}",
                fix="check the disk, then start the process again",
            )

    def _write(self, data: bytes, *, sync: bool) -> str:
        temporary = f"{self._folder}/{_TEMPORARY}/{os.getpid()}-{os.urandom(8).hex()}"
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(handle, rest) :]
                if sync:
                    self._full_sync(handle)
            finally:
                os.close(handle)
        except OSError as cause:
            _unlink(temporary)
            raise _refused(temporary, cause) from cause
        return temporary

    def _claim_name(self, temporary: str, target: str) -> bool:
        try:
            try:
                return self._claim(temporary, target)
            except FileNotFoundError:
                self._make_folder(os.path.dirname(target))  # noqa: PTH120 - hot path
                return self._claim(temporary, target)
        except OSError as cause:
            raise _refused(target, cause) from cause

    def _sync_folder_of(self, target: str) -> None:
        try:
            sync_one(os.path.dirname(target), self._full_sync)  # noqa: PTH120 - hot path
        except StoreError as cause:
            self.broken = cause.problem
            raise CommitStateUnknown(
                f"{target} was written, but may not survive a power cut: {cause.problem}",
                fix="check the disk, start the process again and look whether it is there",
            ) from cause

    def _make_folder(self, folder: str) -> None:
        if folder in self._known:
            return
        if not Path(folder).is_dir():
            Path(folder).mkdir(parents=True, exist_ok=True)
            sync_files([f"{folder}/."], root=self._folder, sync=self._full_sync)
        self._known.add(folder)

    def _probe(self, ways: Iterable[Callable[[str, str], bool]]) -> Callable[[str, str], bool]:
        for way in ways:
            first, second = self._write(b"", sync=False), self._write(b"", sync=False)
            target = f"{first}.probe"
            try:
                if way(first, target) and not way(second, target):
                    return way
            except OSError:
                continue
            finally:
                for path in (first, second, target):
                    _unlink(path)
        raise StoreUnsafe(
            f"{self._folder} cannot create a file only if it is absent",
            fix="put the lake on a file system with hard links (ext4, xfs, apfs), or on S3",
        )


def _link(written: str, target: str) -> bool:
    try:
        os.link(written, target)
    except FileExistsError:
        return False
    return True


def _rename_without_replacing(written: str, target: str) -> bool:
    """Source: Linux renameat2(2), RENAME_NOREPLACE; macOS renamex_np(2), RENAME_EXCL."""
    library = ctypes.CDLL(None, use_errno=True)
    old, new = os.fsencode(written), os.fsencode(target)
    if sys.platform == "darwin":
        status = library.renamex_np(old, new, 4)
    else:
        status = library.renameat2(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_NOREPLACE)
    if status == 0:
        return True
    code = ctypes.get_errno()
    if code == errno.EEXIST:
        return False
    raise OSError(code, os.strerror(code), target)  # builtin: as os.link does


def _unlink(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108 - hot path
    except OSError:
        return


def _absent(path: str) -> NotFound:
    return NotFound(f"object {path!r} does not exist", fix="check the address of the lake")


def _refused(path: str, cause: OSError) -> StoreError:
    return StoreError(
        f"{path}: {cause.strerror or cause}",
        fix="check the disk, its free space and the rights of the folder, then run it again",
    )
