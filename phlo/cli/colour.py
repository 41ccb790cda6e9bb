"""Colour where a person reads, and none where NO_COLOR says so (https://no-color.org)."""

import sys
from typing import Literal

import click

from phlo.config.environment import wants_colour


def styled(text: str, colour: Literal["red", "green", "yellow", "cyan"]) -> str:
    """Return text coloured for stderr, or plain."""
    if not (wants_colour() and sys.stderr.isatty()):
        return text
    return click.style(text, fg=colour, bold=True)
