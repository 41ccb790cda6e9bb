"""Fill a frozen dataclass from a file and the environment, naming the place of each mistake."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast

from phlo.config._document import Located
from phlo.config.environment import Environment
from phlo.errors import ConfigError
from phlo.model import Json

Hint = Any  # an annotation; typing has no type for it
T = TypeVar("T")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Where values come from: the file they stand in and the variables above it."""

    file: Path
    environment: Environment
    prefix: str

    def build(self, kind: type[T], document: Located, path: tuple[str, ...] = ()) -> T:
        """Build a settings dataclass. Raises ``ConfigError`` with file, line and nearest key."""
        if not isinstance(document.value, dict):
            what = ".".join(path) or "the file"
            raise self._error(document.line, f"{what} must be keys and values, like `name: x`", "")
        fields = {item.name: item for item in dataclasses.fields(cast("Any", kind))}
        self._refuse_unknown(document, fields, path)
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for name in fields:
            found = self._field(hints[name], document, (*path, name))
            if found is not _ABSENT:
                _check_choice(self, fields[name], found, document.value.get(name), name)
                values[name] = found
        missing = [
            name
            for name, item in fields.items()
            if name not in values
            and item.default is dataclasses.MISSING
            and item.default_factory is dataclasses.MISSING
        ]
        if missing:
            key = ".".join((*path, missing[0]))
            raise self._error(document.line, f"{key} is missing", f"add `{key}: …`")
        return kind(**values)

    def _refuse_unknown(
        self, document: Located, fields: Mapping[str, Any], path: tuple[str, ...]
    ) -> None:
        for key, item in document.value.items():
            if key not in fields:
                near = get_close_matches(key, fields, n=1, cutoff=0.5)
                known = f"write {near[0]}" if near else f"use one of: {', '.join(fields)}"
                where = f" in {'.'.join(path)}" if path else ""
                raise self._error(item.line, f"{key!r} is not a setting{where}", known)

    def _field(self, hint: Hint, document: Located, path: tuple[str, ...]) -> Json:
        name = path[-1]
        if dataclasses.is_dataclass(hint):
            inner = document.value.get(name, Located({}, document.line))
            return self.build(cast("type[Any]", hint), inner, path)
        variable = "_".join((self.prefix, *path)).upper()
        text = self.environment.get(variable)
        if text is not None and not _is_mapping(hint):
            return self._from_text(hint, text, variable)
        if name not in document.value:
            return _ABSENT
        return self._from_file(hint, document.value[name], path)

    def _from_file(self, hint: Hint, item: Located, path: tuple[str, ...]) -> Json:
        key = ".".join(path)
        plain = self._interpolated(item.plain(), item.line, key)
        allowed = _types_of(hint)
        if type(plain) in allowed:
            return plain
        if type(plain) is int and float in allowed:
            return float(plain)
        if isinstance(plain, dict) and _is_mapping(hint):
            return plain
        words = _WORDS.get(allowed[0], "keys and values")
        raise self._error(
            item.line, f"{key} is {plain!r}, which is not {words}", f"give {key} {words}"
        )

    def _interpolated(self, value: Json, line: int, key: str) -> Json:
        if isinstance(value, str):
            return self.environment.interpolate(value, where=f"{self.file}:{line}: {key}")
        if isinstance(value, dict):
            return {name: self._interpolated(item, line, key) for name, item in value.items()}
        if isinstance(value, list):
            return [self._interpolated(item, line, key) for item in value]
        return value

    def _from_text(self, hint: Hint, text: str, variable: str) -> Json:
        kind = _types_of(hint)[0]
        try:
            found = _parse_bool(text) if kind is bool else kind(text)
        except ValueError:
            found = None
        if found is None:
            raise ConfigError(
                f"the environment variable {variable} is {text!r}, which is not {_WORDS[kind]}",
                fix=f"set {variable} to {_WORDS[kind]}, or unset it",
            )
        return found

    def _error(self, line: int, problem: str, fix: str) -> ConfigError:
        return ConfigError(f"{self.file}:{line}: {problem}", fix=fix or "see `phlo config schema`")


_ABSENT: Json = object()


def _types_of(hint: Hint) -> list[type]:
    if isinstance(hint, types.UnionType):
        return [item for item in typing.get_args(hint) if item is not type(None)]
    return [cast("type", typing.get_origin(hint) or hint)]


def _is_mapping(hint: Hint) -> bool:
    return _types_of(hint)[0] is Mapping or "Mapping" in repr(hint)


def _parse_bool(text: str) -> bool | None:
    lowered = text.strip().lower()
    return lowered in _TRUE if lowered in _TRUE | _FALSE else None


def _check_choice(
    reader: Reader, field: dataclasses.Field[Json], value: Json, item: Located | None, name: str
) -> None:
    choices = field.metadata.get("choices")
    line = item.line if item else 1
    if choices and value not in choices:
        near = get_close_matches(str(value), choices, n=1)
        fix = f"write {near[0]}" if near else f"use one of: {', '.join(choices)}"
        raise ConfigError(f"{reader.file}:{line}: {name} is {value!r}", fix=fix)
    least = field.metadata.get("least")
    if least is not None and value is not None and value < least:
        raise ConfigError(
            f"{reader.file}:{line}: {name} is {value}, below {least}",
            fix=f"give {name} at least {least}",
        )
