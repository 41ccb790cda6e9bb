"""Checkpoints: Parquet segments of verbatim entries, for quick cold starts (R11)."""

import threading
from collections.abc import Iterable

from phlo.catalog.entries import Entry, decode_entry, digest_of, entry_path
from phlo.catalog.fold import fold
from phlo.catalog.state import State
from phlo.errors import CommitStateUnknown, LakeDamaged, NotFound, StoreError
from phlo.ports import ObjectStore

SEGMENT = 1000


def segment_path(last: int) -> str:
    """Return where the segment lies that ends with an entry."""
    return f"catalog/manifests/{last:020d}.parquet"


class Checkpoints:
    """Writes the segments of a log in the background, and reads what can be trusted of them."""

    def __init__(self, store: ObjectStore, segment: int = SEGMENT) -> None:
        self._store = store
        self._segment = segment

    def load(self, state: State) -> State:
        """Fold whole segments from the start, as far as they exist and agree with the log."""
        while True:
            entries = self._read(state)
            if entries is None:
                return state
            state = fold(state, entries)

    def written(self, number: int) -> None:
        """Start writing a segment if an entry's number says so; never blocks, never fails."""
        rest = number % self._segment
        last = number - rest
        if (
            last == 0
            or rest not in (0, self._segment // 2)
            or getattr(self._store, "read_only", False)
        ):
            return
        threading.Thread(
            target=self._write_quietly, args=(last,), name=f"phlo-checkpoint-{last}"
        ).start()

    def write(self, last: int) -> bool:
        """Write the segment that ends with an entry, unless a good one is there."""
        data = [self._store.get(entry_path(n)) for n in range(last - self._segment + 1, last + 1)]
        head = self._store.head(segment_path(last))
        if head is not None and self._raw(last) == data:
            return False
        body = _encode(last, data)
        if head is None:
            return self._store.create(segment_path(last), body)
        self._store.put(segment_path(last), body)
        return True

    def _write_quietly(self, last: int) -> None:
        """A checkpoint that fails is no loss: the log is the truth."""
        try:
            self.write(last)
        except (StoreError, NotFound, CommitStateUnknown):
            return

    def _read(self, state: State) -> Iterable[Entry] | None:
        last = state.number + self._segment
        data = self._raw(last)
        if data is None or len(data) != self._segment:
            return None
        try:
            if digest_of(self._store.get(entry_path(last))) != digest_of(data[-1]):
                return None
            entries = [decode_entry(one, state.number + 1 + at) for at, one in enumerate(data)]
        except (LakeDamaged, NotFound):
            return None
        digest = state.digest
        for entry in entries:
            if entry.previous != digest:
                return None
            digest = entry.digest
        return entries

    def _raw(self, last: int) -> list[bytes] | None:
        try:
            body = self._store.get(segment_path(last))
        except NotFound:
            return None
        return _decode(body)


def _encode(last: int, data: list[bytes]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table(
        {
            "number": pa.array(range(last - len(data) + 1, last + 1), pa.int64()),
            "digest": pa.array([digest_of(one) for one in data], pa.string()),
            "entry": pa.array(data, pa.binary()),
        }
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd", use_dictionary=False)
    return bytes(sink.getvalue())


def _decode(body: bytes) -> list[bytes] | None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        column = parquet.ParquetFile(pa.BufferReader(body)).read(["entry"]).column("entry")
    except (pa.ArrowException, OSError):
        return None
    return [bytes(one) for one in column.to_pylist()]
