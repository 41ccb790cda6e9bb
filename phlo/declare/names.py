"""The names that declarations may use: tables, columns, checks."""

import re

from phlo.declare._place import Place, mistake

_PART = re.compile(r"[a-z_][a-z0-9_]*\Z")
_CHECK = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LONGEST = 127
QUARANTINE_SUFFIX = "__quarantine"


def checked_table(name: object, place: Place | None = None) -> str:
    """Return the name if it is one of a table: ``namespace.table``, lower case."""
    if not isinstance(name, str):
        raise mistake(
            f"table={name!r} is not text", fix='write table="namespace.name"', place=place
        )
    parts = name.split(".")
    if len(parts) != 2 or not all(_PART.match(part) for part in parts):
        raise mistake(
            f"{name!r} is not a table name", fix=f"write {_better_table(name)!r}", place=place
        )
    if name.endswith(QUARANTINE_SUFFIX) or parts[0].startswith("_phlo"):
        raise mistake(
            f"{name!r} is a name that phlo keeps for itself",
            fix=f"drop {QUARANTINE_SUFFIX} and _phlo from the name",
            place=place,
        )
    if len(name) > _LONGEST:
        raise mistake(
            f"the table name {name[:40]}… has {len(name)} characters",
            fix=f"use at most {_LONGEST}",
            place=place,
        )
    return name


def _better_table(name: str) -> str:
    parts = [re.sub(r"[^a-z0-9_]+", "_", part.lower()).strip("_") for part in name.split(".")]
    parts = [f"_{part}" if part[:1].isdigit() else part for part in parts if part]
    if len(parts) < 2:
        parts = ["raw", *(parts or ["name"])]
    return ".".join((parts[0], "_".join(parts[1:])))


def checked_column(name: object, what: str = "a column") -> str:
    """Return the name if it can be one of a column."""
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        raise mistake(f"{name!r} is not the name of {what}", fix='write it as text: "origin"')
    return name


def checked_columns(names: object, what: str) -> tuple[str, ...]:
    """Return names of columns as a tuple; one name may stand alone. Repeats are mistakes."""
    listed = (names,) if isinstance(names, str) else names
    if not isinstance(listed, list | tuple):
        raise mistake(f"{what}={names!r} is not a list of columns", fix=f'write {what}=("a", "b")')
    found = tuple(checked_column(name, what) for name in listed)
    if len({name.lower() for name in found}) < len(found):
        raise mistake(f"{what}={found!r} names a column twice", fix="name each column once")
    return found


def checked_check_name(name: object) -> str:
    """Return the name if it can be one of a check: letters, digits and underscores."""
    if not isinstance(name, str) or not _CHECK.match(name):
        better = re.sub(r"\W+", "_", str(name)).strip("_") or "my_check"
        raise mistake(f"{name!r} is not a check name", fix=f"write name={better!r}")
    return name


def default_check_name(*parts: str) -> str:
    """Build a check name of a rule and its columns."""
    return re.sub(r"\W+", "_", "_".join(parts), flags=re.ASCII).strip("_")
