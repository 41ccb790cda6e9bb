"""Cursors: opaque, checked, and stable while a list grows."""

import pytest

from phlo.errors import InvalidInput
from phlo_api.paging import decode_cursor, encode_cursor, page_by_key, page_by_offset


def test_pages_by_key_hold_every_item_once() -> None:
    items = [f"t{i:03d}" for i in range(25)]
    seen: list[str] = []
    cursor: str | None = None

    for _ in range(10):
        page, cursor = page_by_key(items, lambda item: item, cursor, 7)
        seen += page
        if cursor is None:
            break

    assert seen == items


def test_an_item_that_comes_in_between_moves_no_page() -> None:
    items = ["a", "c", "e", "g"]
    first, cursor = page_by_key(items, lambda item: item, None, 2)

    second, _ = page_by_key(["a", "b", "c", "e", "g"], lambda item: item, cursor, 2)

    assert first + second == ["a", "c", "e", "g"]


def test_the_last_page_has_no_cursor() -> None:
    assert page_by_offset([1, 2, 3], None, 3) == ([1, 2, 3], None)


@pytest.mark.parametrize("cursor", ["!", "e30", "W10", "WzFd", "a" * 5000, "é", "WyJhIiwxXQ"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        decode_cursor(cursor, str)


def test_a_cursor_comes_back_as_it_was() -> None:
    assert decode_cursor(encode_cursor("raw.flights", 7), str, int) == ("raw.flights", 7)


def test_an_offset_before_the_list_is_refused() -> None:
    with pytest.raises(InvalidInput):
        page_by_offset([1], encode_cursor(-1), 1)
