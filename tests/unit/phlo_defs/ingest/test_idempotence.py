"""A load that is run twice, out of order or again after a crash leaves the same table."""

import pytest

MODES = {
    "merge": "key='id'",
    "replace": "write='replace'",
    "append": "write='append'",
    "append with a key": "write='append', key='id'",
}


@pytest.mark.parametrize("how", MODES.values(), ids=MODES)
def test_a_second_load_leaves_the_same_table(house, how) -> None:
    house.declare(
        f"""
        @phlo.ingestion(table="raw.t", {how})
        def t():
            return [{{"id": n, "x": n % 3}} for n in range(50)]
        """
    )
    house.load("raw.t")
    first = house.same("raw.t")

    house.load("raw.t")

    assert house.same("raw.t") == first
    assert len(first) == 50


def test_other_rows_are_added_by_an_append(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return phlo.csv('t.csv')\n")
    house.file("t.csv", "id\n1\n")
    house.load("raw.t")
    house.file("t.csv", "id\n2\n")

    house.load("raw.t")

    assert house.rows("raw.t") == [{"id": 1}, {"id": 2}]


PARTITIONED = """
@phlo.ingestion(table="raw.t", {how}, partition=phlo.daily("at", start="2024-03-09", tz="{tz}"))
def t(window):
    return phlo.csv("t.csv", types={{"at": "timestamptz"}})
"""
HOURS = "id,at\n" + "".join(
    f"{day * 24 + hour},2024-03-{day:02d} {hour:02d}:00:00+00\n"
    for day in range(9, 13)
    for hour in range(24)
)


@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("how", ["key='id'", "write='replace'", "write='append'"])
def test_partitions_in_any_order_and_again_hold_each_row_once(house, how, tz) -> None:
    house.declare(PARTITIONED.format(how=how, tz=tz))
    house.file("t.csv", HOURS)

    for day in ("2024-03-10", "2024-03-09", "2024-03-10"):
        house.load("raw.t", partition=day)

    ids = [row["id"] for row in house.rows("raw.t")]
    hours = 47 if tz == "America/New_York" else 48
    assert len(ids) == len(set(ids))
    assert len(ids) == {"America/New_York": hours, "UTC": 48}.get(tz, len(ids))


def test_a_partition_is_replaced_and_the_others_stay(house) -> None:
    house.declare(PARTITIONED.format(how="write='replace'", tz="America/New_York"))
    house.file("t.csv", HOURS)
    house.load("raw.t", partition="2024-03-09")
    house.load("raw.t", partition="2024-03-10")
    house.file("t.csv", "id,at\n7,2024-03-10 12:00:00+00\n")

    house.load("raw.t", partition="2024-03-10")

    frame = house.frame("raw.t")
    counts = dict(frame.group_by("_phlo_partition").len().iter_rows())
    assert counts == {"2024-03-09": 24, "2024-03-10": 1}


def test_static_partitions_are_replaced_by_their_value(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", write="replace", partition=phlo.static("org", ["a", "b"]))
        def t(window):
            return phlo.csv("t.csv")
        """
    )
    house.file("t.csv", "org,x\na,1\nb,2\n")
    house.load("raw.t", partition="a")
    house.load("raw.t", partition="b")
    house.file("t.csv", "org,x\na,3\nb,4\n")

    house.load("raw.t", partition="a")

    assert house.rows("raw.t") == [{"org": "a", "x": 3}, {"org": "b", "x": 2}]


def test_the_highest_cursor_wins_whatever_the_order(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", key="id", cursor="version")
        def t():
            return phlo.csv("t.csv")
        """
    )
    house.file("t.csv", "id,version,x\n1,5,new\n2,1,old\n")
    house.load("raw.t")
    house.file("t.csv", "id,version,x\n1,3,late\n2,2,new\n2,1,twice\n3,1,new\n")

    house.load("raw.t")

    assert [(row["id"], row["x"]) for row in house.rows("raw.t")] == [
        (1, "new"), (2, "new"), (3, "new"),
    ]  # fmt: skip
    assert house.metadata("raw.t")["phlo/cursor"] == 5


def test_an_append_takes_only_what_lies_beyond_its_cursor(house) -> None:
    house.declare(
        """
        seen = []

        @phlo.ingestion(table="raw.t", write="append", cursor="at")
        def t(window):
            seen.append(window.cursor)
            return phlo.csv("t.csv")
        """
    )
    house.file("t.csv", "id,at\n1,2024-01-01 00:00:00\n2,2024-01-02 00:00:00\n")
    house.load("raw.t")
    house.file("t.csv", "id,at\n2,2024-01-02 00:00:00\n3,2024-01-03 00:00:00\n")

    house.load("raw.t")
    house.load("raw.t")

    assert [row["id"] for row in house.rows("raw.t")] == [1, 2, 3]
    assert house.metadata("raw.t")["phlo/rows_before_cursor"] == 2


def test_a_reverted_load_can_be_loaded_again(house) -> None:
    house.declare("@phlo.ingestion(table='raw.t')\ndef t():\n    return [{'id': 1}]\n")
    house.load("raw.t")
    merged = house.catalog.resolve("main")
    house.catalog.revert(merged.id, override="a test")
    assert "raw.t" not in house.tables() or house.rows("raw.t") == []

    house.load("raw.t")

    assert house.rows("raw.t") == [{"id": 1}]


def test_an_hour_is_loaded_by_itself_and_its_rows_name_the_run(house) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", key="id", write="replace",
                        partition=phlo.hourly("at", start="2024-01-01", tz="Asia/Kolkata"))
        def t(window):
            return phlo.csv("t.csv")
        """
    )
    # The second hour of the day in Kolkata is 19:30 to 20:30 of the day before in UTC.
    house.file("t.csv", "id,at\n1,2023-12-31T19:29:00Z\n2,2023-12-31T19:30:00Z\n")

    for _ in range(2):
        done = house.load("raw.t", partition="2024-01-01-01:00")

    frame = house.frame("raw.t")
    assert frame["id"].to_list() == [2]
    assert frame["_phlo_run_id"].to_list() == [done.run_id]
