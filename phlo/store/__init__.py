"""Object stores: the only truth of a lake."""

from phlo.store.full import disk_full
from phlo.store.local import LocalStore
from phlo.store.memory import MemoryStore
from phlo.store.opening import open_store, probe
from phlo.store.s3 import S3Store
from phlo.store.sync import sync_files

__all__ = ["LocalStore", "MemoryStore", "S3Store", "disk_full", "open_store", "probe", "sync_files"]
