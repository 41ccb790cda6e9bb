"""Which settings somebody gave: in a file, or as a variable above it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from phlo.config._document import Located, read_toml, read_yaml
from phlo.config.environment import Environment
from phlo.config.project import PROJECT_FILE, project_schema
from phlo.config.runtime import RUNTIME_FILE, runtime_schema
from phlo.model import Json

_FILES: tuple[tuple[str, Callable[[Path], Located], Callable[[], dict[str, Json]]], ...] = (
    (PROJECT_FILE, read_yaml, project_schema),
    (RUNTIME_FILE, read_toml, runtime_schema),
)


def given_settings(root: Path, environment: Environment) -> Mapping[str, frozenset[str]]:
    """Return the dotted names of the settings that are given, by the file they belong to.

    The files are read as they are now. Raises ``ConfigError`` if one cannot be read.
    """
    found = {}
    for name, read, schema in _FILES:
        file = root / name
        document = read(file).plain() if file.is_file() else {}
        found[name] = frozenset(
            ".".join(path)
            for path in _leaves(schema())
            if _holds(document, path) or environment.get(_variable(path)) is not None
        )
    return found


def _leaves(schema: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, about in schema.get("properties", {}).items():
        inner = list(_leaves(about, (*path, name)))
        yield from inner or [(*path, name)]


def _holds(document: Json, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(document, dict) or part not in document:
            return False
        document = document[part]
    return True


def _variable(path: tuple[str, ...]) -> str:
    return "_".join(("PHLO", *path)).upper()
