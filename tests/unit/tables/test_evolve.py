import pyarrow as pa
import pytest

from phlo.errors import BadData, InvalidInput
from phlo.tables.write import append, evolve

KEY = ("raw", "t")


@pytest.fixture
def table(con, make):
    table = make("t", id=pa.int32(), x=pa.float32(), s=pa.struct([("a", pa.int32())]))
    append(con, table, "select 1 as id, 0.5 as x, {'a': 1} as s")
    return table


def test_new_columns_are_added_and_old_rows_have_no_value_in_them(con, tables, table, rows) -> None:
    table = evolve(tables, KEY, pa.schema([("id", pa.int32()), ("n", pa.int64())]))
    append(con, table, "select 2 as id, 7 as n")

    assert rows(table, "id, n, x") == [(1, None, 0.5), (2, 7, None)]


def test_columns_that_grew_are_widened(con, tables, table, rows) -> None:
    table = evolve(tables, KEY, pa.schema([("id", pa.int64()), ("x", pa.float64())]))
    append(con, table, "select 3000000000 as id, 0.1 as x")

    assert rows(table, "id, x") == [(1, 0.5), (3_000_000_000, 0.1)]


def test_narrower_and_missing_columns_change_nothing_and_make_no_commit(
    catalog, tables, table
) -> None:
    evolve(tables, KEY, pa.schema([("id", pa.int64())]))
    before = catalog.resolve("dev").id

    table = evolve(tables, KEY, pa.schema([("id", pa.int32())]))

    assert str(table.schema().find_field("id").field_type) == "long"
    assert catalog.resolve("dev").id == before


def test_fields_inside_a_struct_are_added(con, tables, table, rows) -> None:
    struct = pa.struct([("a", pa.int32()), ("b", pa.string())])
    table = evolve(tables, KEY, pa.schema([("s", struct)]))
    append(con, table, "select 2 as id, {'a': 2, 'b': 'x'} as s")

    assert rows(table, "s") == [({"a": 1, "b": None},), ({"a": 2, "b": "x"},)]


@pytest.mark.parametrize("kind", [pa.string(), pa.list_(pa.int32()), pa.date32()])
def test_a_column_of_another_kind_is_refused(tables, table, kind) -> None:
    with pytest.raises(BadData, match=r"raw\.t"):
        evolve(tables, KEY, pa.schema([("id", kind)]))


def test_a_column_that_differs_only_by_case_is_refused(tables, table) -> None:
    with pytest.raises(InvalidInput, match="'ID'"):
        evolve(tables, KEY, pa.schema([("ID", pa.int32())]))


def test_a_new_column_is_optional_though_the_rows_require_it(tables, table) -> None:
    table = evolve(tables, KEY, pa.schema([pa.field("n", pa.int64(), nullable=False)]))

    assert not table.schema().find_field("n").required


def test_evolving_is_a_commit_of_its_own_before_data(catalog, con, tables, table) -> None:
    before = catalog.resolve("dev")

    table = evolve(tables, KEY, pa.schema([("n", pa.int64())]))
    between = catalog.resolve("dev")
    append(con, table, "select 2 as id, 1 as n")

    assert between.parents == (before.id,)
    assert catalog.resolve("dev").parents == (between.id,)
