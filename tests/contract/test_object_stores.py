from pathlib import Path

import pytest

from phlo.store import LocalStore, MemoryStore
from phlo.store.local import _rename_without_replacing
from phlo.testing.store import ObjectStoreContract


class TestLocalStore(ObjectStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path):
        return LocalStore(tmp_path / "a folder # with % signs")


class TestLocalStoreWithoutLinks(ObjectStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path):
        return LocalStore(tmp_path, claim=_rename_without_replacing)


class TestMemoryStore(ObjectStoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()
