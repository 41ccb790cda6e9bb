"""The public names of phlo: adding one is a decision, losing one is a breaking change."""

from pathlib import Path

import pytest

import phlo

PINNED = Path(__file__).with_name("public_names.txt")


def test_the_public_names_are_the_pinned_ones() -> None:
    assert sorted(phlo.__all__) == PINNED.read_text().split()


@pytest.mark.parametrize("name", PINNED.read_text().split())
def test_every_public_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(phlo, name)

    if callable(value):
        assert (value.__doc__ or "").strip(), f"phlo.{name} has no docstring"
