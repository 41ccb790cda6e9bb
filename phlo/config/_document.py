"""YAML and TOML read with the line of every value, so that a mistake can be pointed at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phlo.errors import ConfigError
from phlo.model import Json

PyYaml = Json  # PyYAML has no types


@dataclass(frozen=True, slots=True)
class Located:
    """A value and the line it stands on (1-based). Mappings and lists hold ``Located`` again."""

    value: Json
    line: int

    def plain(self) -> Json:
        """Return the value without lines."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


def read_text(file: Path) -> str:
    """Read a settings file. Raises ``ConfigError`` if it cannot be read as UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file} cannot be read: {error}", fix=f"make {file.name} a readable UTF-8 file"
        ) from error


def read_yaml(file: Path) -> Located:
    """Read one YAML document with lines. Raises ``ConfigError`` with the line of a mistake."""
    import yaml

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = read_text(file)
    loader = None
    try:
        loader = loader_class(text)
        node = loader.get_single_node()
        return Located({}, 1) if node is None else _locate_node(file, loader, node)
    except RecursionError as error:
        raise ConfigError(
            f"{file}:1: an alias in this file contains itself", fix="write the value out"
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            f"{file}:{line}: this is not YAML: {problem}",
            fix="check the indentation and the quotes around this line",
        ) from error
    finally:
        if loader is not None:
            loader.dispose()


def _locate_node(file: Path, loader: PyYaml, node: PyYaml) -> Located:
    line = node.start_mark.line + 1
    if node.id == "mapping":
        found: dict[str, Located] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            at = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise ConfigError(
                    f"{file}:{at}: the key {key!r} is not text", fix=f'write it as "{key}":'
                )
            if key in found:
                raise ConfigError(
                    f"{file}:{at}: the key {key!r} is given twice, first on line {found[key].line}",
                    fix="keep one of the two",
                )
            found[key] = Located(_locate_node(file, loader, value_node).value, at)
        return Located(found, line)
    if node.id == "sequence":
        return Located([_locate_node(file, loader, item) for item in node.value], line)
    return Located(loader.construct_object(node, deep=True), line)


def read_toml(file: Path) -> Located:
    """Read a TOML file with lines. Raises ``ConfigError`` with the line of a mistake."""
    import tomllib

    text = read_text(file)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = line.group(1) if line else str(len(text.splitlines()))
        raise ConfigError(
            f"{file}:{number}: this is not TOML: {error}",
            fix="check the quotes and brackets around this line",
        ) from error
    return _locate_data(data, dict(_toml_lines(text)), ())


def _locate_data(data: Json, lines: dict[tuple[str, ...], int], path: tuple[str, ...]) -> Located:
    line = lines.get(path, 1)
    if isinstance(data, dict):
        items = {key: _locate_data(item, lines, (*path, key)) for key, item in data.items()}
        return Located(items, line)
    if isinstance(data, list):
        return Located([Located(item, line) for item in data], line)
    return Located(data, line)


def _toml_lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            section = _toml_path(header.group(1))
            yield section, number
        elif key := re.match(r"\s*([A-Za-z0-9_.\"'-]+)\s*=", line):
            yield (*section, *_toml_path(key.group(1))), number


def _toml_path(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))
