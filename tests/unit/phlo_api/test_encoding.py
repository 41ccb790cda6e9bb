"""Values of Arrow as JSON: what DuckDB answers, whatever its shape, and no more than is wise."""

import duckdb
import pyarrow as pa
import pytest

from phlo.errors import QueryLimit
from phlo_api.encoding import first_rows, rows_of


def answer(sql: str) -> pa.Table:
    with duckdb.connect() as con:
        return con.execute(sql).to_arrow_table()


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("row(1, 'x')", [1, "x"]),
        ("[row(1, 2), null]", [[1, 2], None]),
        ("{'k': row(null, 2)}", {"k": [None, 2]}),
        ("map {'k': row(1, 2)}", [{"key": "k", "value": [1, 2]}]),
        ("union_value(z := row(1, 2))", [1, 2]),
        ("interval '1 month 2 days 3.5 seconds'", "P1M2DT3.5S"),
        ("9007199254740993", "9007199254740993"),
        ("'nan'::double", "nan"),
    ],
)
def test_a_value_has_its_shape(sql: str, value: object) -> None:
    assert rows_of(answer(f"select {sql} as v")) == [[value]]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select i, i from range(100) t(i)", 50),
        ("select range(9) as l from range(80)", 10),
        ("select {'a': 1, 'b': [1, 2]} as s from range(80)", 20),
        ("select map {'k': 1, 'l': 2} as m from range(80)", 20),
        ("select [[true, true, true, true]] as l from range(64)", 16),
    ],
)
def test_rows_are_cut_by_what_they_hold(sql: str, rows: int) -> None:
    assert first_rows(answer(sql), 100).num_rows == rows


def test_a_row_that_holds_too_much_is_refused() -> None:
    with pytest.raises(QueryLimit) as caught:
        first_rows(answer("select range(1000) as l from range(3)"), 100)

    assert "Arrow" in caught.value.fix
