"""What cannot become a row says so, with its fix, and main stays as it was."""

import math

import pytest


def declare_csv(house, extra: str = "") -> None:
    house.declare(
        f"@phlo.ingestion(table='raw.t', key='id'{extra})\ndef t():\n    return phlo.csv('t.csv')\n"
    )
    house.file("t.csv", "id,x\n1,1\n")
    house.load("raw.t")


def unchanged(house) -> None:
    assert house.rows("raw.t") == [{"id": 1, "x": 1}]
    assert house.branches() == []
    assert len(house.events("raw.t")) == 1


BAD_FILES = {
    "more fields than columns": ("id,x\n2,2\n3,3,3,3\n4,4\n", "t.csv"),
    "an open quote": ('id,x\n2,"2\n3,3\n', "t.csv"),
    "text in a column of numbers": ("id,x\n2,two\n", "two"),
    "a key twice": ("id,x\n2,2\n2,3\n", "more than once"),
    "a key without a value": ("id,x\n,2\n3,3\n", "no usable value"),
    "no file": (None, "no file matches"),
}


@pytest.mark.parametrize(("text", "said"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_leaves_main_alone(house, text, said) -> None:
    declare_csv(house)
    if text is None:
        (house.root / "t.csv").unlink()
    else:
        house.file("t.csv", text)

    problem = house.refuse("raw.t")

    assert said in problem
    assert "fix: " in problem
    unchanged(house)


def test_a_parquet_file_that_is_none_is_named(house) -> None:
    house.declare(
        "@phlo.ingestion(table='raw.p')\ndef p():\n    return phlo.parquet('p.parquet')\n"
    )
    house.file("p.parquet", b"PAR1 this is not it")

    problem = house.refuse("raw.p")

    assert "p.parquet" in problem
    assert house.tables() == []


ROWS = {
    "a type that changes": ("[{'id': 1, 'x': 1}, {'id': 2, 'x': 'two'}]", "in row 2"),
    "no row": ("['text']", "which is no row"),
    "names that differ in case": ("[{'id': 1, 'X': 1, 'x': 2}]", "differ in case"),
    "not a number in a key": ("[{'id': float('nan'), 'x': 1}]", "id"),
    "a number without bounds in a whole column": ("[{'id': 2, 'x': float('inf')}]", "x"),
    "a fraction in a whole column": ("[{'id': 2, 'x': 1.5}]", "lose"),
    "a number that is too large": ("[{'id': 2, 'x': 2**70}]", "x"),
}


@pytest.mark.parametrize(("rows", "said"), ROWS.values(), ids=ROWS)
def test_bad_rows_leave_main_alone(house, rows, said) -> None:
    declare_csv(house)
    house.declare(f"@phlo.ingestion(table='raw.t', key='id')\ndef t():\n    return {rows}\n")

    problem = house.refuse("raw.t")

    assert said in problem
    assert "fix: " in problem
    unchanged(house)


def test_odd_but_true_values_are_kept(house) -> None:
    house.declare(
        """
        from datetime import date, datetime

        @phlo.ingestion(table="raw.t", key="id")
        def t():
            yield {"id": 1, "text": "a\\0b", "x": float("nan"), "day": date(1677, 9, 20)}
            yield {"id": 2, "text": "\\ud7ff \\u2028", "x": float("inf"), "day": date(9999, 12, 31)}
            yield {"id": 3, "text": "", "x": -0.0, "day": date(1, 1, 1)}
        """
    )

    house.load("raw.t")

    rows = house.rows("raw.t")
    assert rows[0]["text"] == "a\0b"
    assert math.isnan(rows[0]["x"])
    assert rows[1]["x"] == math.inf
    assert [row["day"].year for row in rows] == [1677, 9999, 1]


def test_a_source_without_rows_cannot_make_a_table(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return []\n")

    problem = house.refuse("raw.t")

    assert "got no rows, so its columns are not known" in problem


def test_an_empty_file_with_columns_makes_an_empty_table(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return phlo.csv('t.csv')\n")
    house.file("t.csv", "id,x\n")

    house.load("raw.t")

    assert house.rows("raw.t") == []
    assert house.frame("raw.t").columns[:2] == ["id", "x"]


def test_an_empty_source_does_not_empty_a_table(house) -> None:
    house.declare(
        "@phlo.ingestion(table='raw.t', write='replace')\ndef t():\n    return [{'id': 1}]\n"
    )
    house.load("raw.t")
    house.declare("@phlo.ingestion(table='raw.t', write='replace')\ndef t():\n    return []\n")

    problem = house.refuse("raw.t")

    assert "would empty the table of its 1 rows" in problem
    assert house.rows("raw.t") == [{"id": 1}]


def test_an_empty_table_does_not_pass_a_check_by_accident(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", checks=[phlo.not_null("id")])
        def t():
            return phlo.csv("t.csv")
        """
    )
    house.file("t.csv", "id,x\n")

    assert "no rows" in house.refuse("raw.t")


def test_a_source_that_dies_half_way_publishes_nothing(house) -> None:
    declare_csv(house, ", retries=0")
    house.declare(
        """
        @phlo.ingestion(table="raw.t", key="id", retries=0)
        def t():
            for n in range(200_000):
                yield {"id": n, "x": n}
            raise ConnectionResetError("the line is dead")
        """
    )

    problem = house.refuse("raw.t")

    assert "ConnectionResetError: the line is dead" in problem
    assert "run it again" in problem
    unchanged(house)


def test_a_mistake_in_the_function_is_not_tried_again(house) -> None:
    house.declare(
        "@phlo.ingestion(table='raw.t', retries=3)\ndef t():\n    return [{}['missing']]\n"
    )

    result = house.run("raw.t")

    assert not result.success
    assert not [
        event for event in result.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"
    ]


def test_a_file_with_a_nul_byte_is_kept_whole(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return phlo.csv('t.csv')\n")
    house.file("t.csv", b"id,name\n1,a\x00b\n2,c\n")

    house.load("raw.t")

    assert house.rows("raw.t") == [{"id": 1, "name": "a\x00b"}, {"id": 2, "name": "c"}]
