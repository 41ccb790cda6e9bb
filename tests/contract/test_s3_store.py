import pytest

from phlo.store import open_store
from phlo.testing.store import ObjectStoreContract
from tests.unit.store.s3_server import s3_server


class TestS3Store(ObjectStoreContract):
    @pytest.fixture
    def store(self):
        with s3_server() as server:
            yield open_store("s3://bucket/a/lake", options=server.options)
