"""The public names of phlo: adding one is a decision, losing one is a breaking change."""

import importlib
import tomllib
from pathlib import Path

import click
import pytest

import phlo
from tests.architecture.sources import ROOT

PINNED = Path(__file__).with_name("public_names.txt")


def test_the_public_names_are_the_pinned_ones() -> None:
    assert sorted(phlo.__all__) == PINNED.read_text().split()


@pytest.mark.parametrize("name", PINNED.read_text().split())
def test_every_public_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(phlo, name)

    if callable(value):
        assert (value.__doc__ or "").strip(), f"phlo.{name} has no docstring"


COMMANDS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
    "phlo.cli"
]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_another_room_loads_and_says_what_it_does(name: str) -> None:
    module, _, attribute = COMMANDS[name].partition(":")

    command = getattr(importlib.import_module(module), attribute)

    assert isinstance(command, click.Command)
    assert command.get_short_help_str().strip()
