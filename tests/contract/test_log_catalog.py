from pathlib import Path

import pytest

from phlo.catalog import open_catalog
from phlo.testing.catalog import CatalogContract


class TestLogCatalogInAFolder(CatalogContract):
    @pytest.fixture
    def empty(self, tmp_path: Path):
        return open_catalog(tmp_path / "lake", author="tester")


class TestLogCatalogInMemory(CatalogContract):
    @pytest.fixture
    def empty(self):
        return open_catalog("memory://", author="tester")
