"""Answers of queries as files: Arrow batches in, CSV or Parquet out, as they come."""

import io
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


class _Bytes(io.RawIOBase):
    """Chunks as a file that Arrow reads from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _batches(chunks: Generator[bytes]) -> Generator["pa.RecordBatch | pa.Schema"]:
    """Yield the schema, then each batch; the chunks are read to their end, or given up."""
    import pyarrow as pa

    with closing(chunks):
        with pa.ipc.open_stream(io.BufferedReader(_Bytes(chunks), 1 << 20)) as reader:
            yield reader.schema
            yield from reader
        for _ in chunks:
            pass


def csv_of(chunks: Generator[bytes]) -> Generator[bytes]:
    """Yield an Arrow IPC stream as CSV with a header line; what is nested becomes JSON."""
    from pyarrow import csv

    with closing(_batches(chunks)) as batches:
        schema = _with_text(next(batches), _is_nested)
        sink = io.BytesIO()
        with csv.CSVWriter(sink, schema) as writer:
            yield _taken(sink)
            for batch in batches:
                writer.write_batch(_told(batch, schema))
                yield _taken(sink)
        yield _taken(sink)


def _with_text(schema: "pa.Schema", is_foreign: "Callable[[pa.DataType], bool]") -> "pa.Schema":
    """Return the schema with text for each type that the format has no place for."""
    import pyarrow as pa

    return pa.schema([f.with_type(pa.string()) if is_foreign(f.type) else f for f in schema])


def _told(batch: "pa.RecordBatch", schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    columns = [_as_text(batch.column(i), f.type) for i, f in enumerate(schema)]
    return pa.record_batch(columns, schema=schema)


def _is_nested(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    odd = (pa.types.is_nested, pa.types.is_binary, pa.types.is_interval, pa.types.is_duration)
    return any(test(kind) for test in odd) or pa.types.is_large_binary(kind)


def _as_text(column: "pa.Array", kind: "pa.DataType") -> "pa.Array":
    import orjson
    import pyarrow as pa

    from phlo_api.encoding import values_of

    if column.type == kind:
        return column
    texts = [
        value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
        for value in values_of(column)
    ]
    return pa.array(texts, pa.string())


def _taken(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data


class _Tape(io.RawIOBase):
    """A file that is only written on to, and given away as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        part = bytes(data)
        self._parts.append(part)
        self._at += len(part)
        return len(part)

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def parquet_of(chunks: Generator[bytes]) -> Generator[bytes]:
    """Yield an Arrow IPC stream as one Parquet file; what it has no type for becomes JSON."""
    from pyarrow import parquet

    tape = _Tape()
    with closing(_batches(chunks)) as batches:
        schema = _with_text(next(batches), _is_not_parquet)
        with parquet.ParquetWriter(tape, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(_told(batch, schema))
                yield tape.take()
        yield tape.take()


def _is_not_parquet(kind: "pa.DataType") -> bool:
    """Tell whether Parquet has no place for a type: intervals, unions, structs of nothing."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        parquet.write_table(pa.schema([("column", kind)]).empty_table(), io.BytesIO())
    except pa.ArrowNotImplementedError:
        return True
    return False
