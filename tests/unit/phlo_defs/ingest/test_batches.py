from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from phlo.errors import BadData
from phlo_defs.ingest.batches import arrow_batches, rows_table


def rows(data, **options):
    return [
        row
        for table in arrow_batches(data, origin="source", **options)
        for row in table.to_pylist()
    ]


def test_plain_rows_are_cut_into_batches_in_their_order() -> None:
    tables = list(arrow_batches(({"n": n} for n in range(25)), origin="source", batch_rows=10))

    assert [table.num_rows for table in tables] == [10, 10, 5]
    assert [n for table in tables for n in table["n"].to_pylist()] == list(range(25))


def test_a_page_of_rows_is_taken_as_its_rows() -> None:
    assert rows([[{"n": 1}, {"n": 2}], {"n": 3}]) == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_a_key_that_only_a_later_row_has_is_kept() -> None:
    assert rows([{"a": 1}, {"a": 2, "b": "x"}]) == [{"a": 1, "b": None}, {"a": 2, "b": "x"}]


def test_nested_values_become_structs_and_lists() -> None:
    (table,) = arrow_batches([{"n": {"a": 1, "l": [1, 2]}}], origin="source")

    assert table.schema.field("n").type == pa.struct(
        [("a", pa.int64()), ("l", pa.list_(pa.int64()))]
    )


def test_whole_numbers_and_fractions_share_a_column() -> None:
    assert rows([{"x": 1}, {"x": 2.5}]) == [{"x": 1.0}, {"x": 2.5}]


def test_a_value_of_another_type_is_named_with_its_row() -> None:
    with pytest.raises(BadData, match=r"column 'x' of source holds str 'two' in row 3") as caught:
        list(arrow_batches([{"x": 1}, {"x": 2}, {"x": "two"}], origin="source"))

    assert "str(row['x'])" in caught.value.fix


def test_a_value_that_is_no_row_is_refused() -> None:
    with pytest.raises(BadData, match="yielded 7, which is no row"):
        list(arrow_batches([{"x": 1}, 7], origin="source"))


@dataclass
class Reading:
    at: datetime
    id: UUID


def test_dataclasses_and_odd_values_become_plain_ones() -> None:
    found = rows([Reading(datetime(2025, 1, 1, tzinfo=UTC), UUID(int=5))])

    assert found[0]["at"] == datetime(2025, 1, 1, tzinfo=UTC)


def test_frames_relations_and_readers_pass_through() -> None:
    frame = pl.DataFrame({"a": [1, 2], "c": pl.Series(["x", "y"], dtype=pl.Categorical)})
    relation = duckdb.sql("select 1::bigint as a")
    reader = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), [])

    assert rows(frame) == [{"a": 1, "c": "x"}, {"a": 2, "c": "y"}]
    assert rows(frame.lazy()) == rows(frame)
    assert rows(relation) == [{"a": 1}]
    assert rows(reader) == []


def test_a_column_without_any_value_is_left_out_of_its_batch() -> None:
    assert rows_table([{"a": 1, "b": None}], origin="source").column_names == ["a"]
