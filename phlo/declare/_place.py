"""Where a declaration stands, and errors that say so."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import FrameType

from phlo.declare._collect import is_collecting
from phlo.errors import DeclarationError

_PACKAGE = Path(__file__).parent.parent
_OURS = (str(_PACKAGE / "declare"), str(_PACKAGE / "quality"), "<frozen")
_FACE = str(_PACKAGE / "__init__.py")


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a line in it (1-based)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def caller_place() -> Place:
    """Return the nearest place outside phlo on the call stack: the user's line."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return Place(frame.f_code.co_filename, frame.f_lineno)


def declaring_place() -> Place:
    """Return the nearest line of a project file being imported, else the nearest outside phlo.

    A helper function that declares for several files so counts for the file that calls it.
    """
    frame: FrameType | None = sys._getframe(1) if is_collecting() else None
    while frame is not None:
        if frame.f_code.co_name == "<module>" and not _is_ours(frame.f_code.co_filename):
            return Place(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return caller_place()


def _is_ours(file: str) -> bool:
    return file.startswith(_OURS) or file == _FACE or file == "<string>"  # a dataclass's __init__


def mistake(problem: str, *, fix: str, place: Place | None = None) -> DeclarationError:
    """Build the error for a mistake at a place (default: the user's line)."""
    where = place or caller_place()
    error = DeclarationError(f"{where}: {problem}", fix=fix)
    error.place = where  # type: ignore[attr-defined]  # read by load_declarations only
    return error


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a fix that names the nearest of the known names."""
    names = list(known)
    near = get_close_matches(str(name), names, n=1, cutoff=0.5)
    return f"use {near[0]!r}" if near else f"use one of: {', '.join(names)}"
