"""Which names search finds, and in what order."""

from collections.abc import Mapping, Sequence

import pytest

from phlo_api.schemas.search import HitKind
from phlo_api.search_names import Followed, Item, Names, best, score


def item(kind: HitKind, name: str, parent: str | None = None) -> Item:
    of = f"{parent}.{name}" if parent else name
    return Item(kind, of, name, "", name.lower(), parent)


TABLES = Names("table", [item("table", f"raw.{n}") for n in ("orders", "reorders", "people")])
COLUMNS = Names(
    "column", [item("column", n, "raw.people") for n in ("orders", "orders_total", "id")]
)


def found(words: str, limit: int = 10) -> list[str]:
    return [hit.id for _, hit in best([COLUMNS, TABLES], words.split(), limit)[1]]


def test_a_table_that_matches_anywhere_comes_before_any_column() -> None:
    assert found("orders") == [
        "raw.orders",
        "raw.reorders",
        "raw.people.orders",
        "raw.people.orders_total",
    ]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("raw.orders", "raw.orders_old"),
        ("raw.orders_old", "raw.my_orders"),
        ("a.my_orders", "a.reorders"),
    ],
)
def test_whole_before_start_before_part_before_middle(better: str, worse: str) -> None:
    assert score("table", better, ["orders"]) > score("table", worse, ["orders"])


def test_every_word_has_to_be_there() -> None:
    assert found("raw people") == ["raw.people"]
    assert found("people nowhere") == []


def test_all_that_match_are_counted_however_few_are_wanted() -> None:
    total, hits = best([TABLES, COLUMNS], ["orders"], 1)

    assert total == 4
    assert [hit.id for _, hit in hits] == ["raw.orders"]


def test_columns_of_one_name_are_all_found() -> None:
    names = Names("column", [item("column", "id", f"raw.t{n}") for n in range(3)])

    assert names.matching(["i"]) == [("id", 3)]
    assert [each.parent for each in names.items("id")] == ["raw.t0", "raw.t1", "raw.t2"]


def test_only_what_changed_is_made_anew_and_what_is_gone_is_not_found() -> None:
    asked: list[list[str]] = []

    def make(names: list[str]) -> Mapping[str, Sequence[Item]]:
        asked.append(names)
        return {name: [item("column", f"{name}_{len(asked)}", name)] for name in names}

    followed = Followed("column")
    followed.follow({"a": 1, "b": 1, "c": 1}, make)
    followed.follow({"a": 1, "b": 2}, make)

    assert asked == [["a", "b", "c"], ["b"]]
    assert sorted(followed.matching(["_"])) == [("a_1", 1), ("b_2", 1)]
