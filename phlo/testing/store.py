"""What every object store must do; subclass ``ObjectStoreContract`` and give it a ``store``."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from phlo.errors import InvalidInput, NotFound
from phlo.ports import ObjectStore
from phlo.testing.gaps import Contract


class ObjectStoreContract(Contract):
    """The port ``ObjectStore``."""

    @pytest.fixture
    def store(self) -> ObjectStore:
        raise NotImplementedError

    def test_an_object_is_created_once_and_keeps_its_first_bytes(self, store: ObjectStore) -> None:
        assert store.create("a/b.json", b"first")

        assert not store.create("a/b.json", b"second")
        assert store.get("a/b.json") == b"first"

    def test_of_many_creators_exactly_one_wins(self, store: ObjectStore) -> None:
        won: list[int] = []
        start = threading.Barrier(8)

        def create(number: int) -> None:
            start.wait()
            if store.create("race", str(number).encode()):
                won.append(number)

        threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [str(one).encode() for one in won] == [store.get("race")]

    def test_put_replaces_and_get_reads_it_back(self, store: ObjectStore) -> None:
        store.put("x", b"1")
        store.put("x", b"22")

        assert store.get("x") == b"22"
        info = store.head("x")
        assert info is not None
        assert info.size_bytes == 2

    def test_what_is_absent_is_not_found(self, store: ObjectStore) -> None:
        assert store.head("absent") is None
        with pytest.raises(NotFound):
            store.get("absent")

    def test_listing_is_in_order_and_starts_after_a_path(self, store: ObjectStore) -> None:
        for name in ("log/3", "log/1", "log/2", "other/1"):
            store.put(name, b"")

        assert [one.path for one in store.list("log/")] == ["log/1", "log/2", "log/3"]
        assert [one.path for one in store.list("log/", start_after="log/1")] == ["log/2", "log/3"]

    def test_deleting_what_is_absent_is_no_error(self, store: ObjectStore) -> None:
        store.put("x", b"")

        store.delete(["x", "absent"])

        assert store.head("x") is None

    def test_times_are_those_of_the_stores_clock(self, store: ObjectStore) -> None:
        store.put("x", b"")
        info = store.head("x")

        assert info is not None
        assert abs(store.now() - info.modified) < timedelta(minutes=1)
        assert abs(store.now() - datetime.now(UTC)) < timedelta(minutes=5)

    def test_an_address_lies_below_the_root(self, store: ObjectStore) -> None:
        assert store.uri("tables/x") == f"{store.root}/tables/x"

    @pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a\x00b"])
    def test_no_path_leads_out_of_the_store(self, store: ObjectStore, path: str) -> None:
        with pytest.raises(InvalidInput):
            store.put(path, b"")
