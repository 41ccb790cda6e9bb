"""The only reader of the process environment and of `.env`, and the masker of secrets."""

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from phlo.errors import ConfigError

MASK = "***"
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SECRET_NAME = re.compile(
    r"(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|PASS|CREDENTIALS?|DSN|AUTH|PRIVATE)(_|$)"
    r"|APIKEY|ACCESSKEY",
    re.IGNORECASE,
)
_NO_SECRET_NAME = re.compile(
    r"\A(OLD)?PWD\Z|_(SOCK|FILE|PATH|DIR|URL|METHOD|TYPE)\Z", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
_SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables that settings may name: `.env` below the process environment.

    ``file`` is the `.env` that was read, or None. Values of names that look like a secret, and
    those that were interpolated, never leave through ``mask``.
    """

    values: Mapping[str, str]
    file: Path | None = None
    _used: set[str] = field(default_factory=set, repr=False, compare=False)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return a variable, or the default."""
        return self.values.get(name, default)

    def require(self, name: str, *, where: str = "") -> str:
        """Return a variable. Raises ``ConfigError`` if it is not set."""
        value = self.values.get(name)
        if value is None:
            place = f"{where}: " if where else ""
            target = self.file.name if self.file else ".env"
            raise ConfigError(
                f"{place}the variable {name} is not set",
                fix=f"add {name}=… to {target} or export it before starting phlo",
            )
        self._used.add(name)
        return value

    def interpolate(self, text: str, *, where: str = "") -> str:
        """Replace each ``${NAME}`` by its value; ``$${`` writes a plain ``${``.

        Raises ``ConfigError`` for a name that is not set or is no name.
        """
        parts = text.split("$${")
        return "${".join(self._interpolate(part, where) for part in parts)

    def _interpolate(self, text: str, where: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            name = match.group(1)
            if not _NAME.match(name):
                place = f"{where}: " if where else ""
                raise ConfigError(
                    f"{place}${{{name}}} does not name a variable",
                    fix="write ${NAME}; names have letters, digits and underscores only",
                )
            return self.require(name, where=where)

        return _REFERENCE.sub(value_of, text)

    def secrets(self) -> frozenset[str]:
        """Return the values that must not be shown."""
        names = {name for name in self.values if is_secret_name(name)} | {
            name for name in self._used if is_secret_name(name) or self._in_file(name)
        }
        values = {self.values[name] for name in names}
        return frozenset(value for value in values if len(value) >= _SHORTEST_SECRET)

    def _in_file(self, name: str) -> bool:
        return self.file is not None and name in _read_env_file(self.file)

    def mask(self, text: str) -> str:
        """Return the text with every secret, and every password in an address, masked."""
        for secret in sorted(self.secrets(), key=len, reverse=True):
            text = text.replace(secret, MASK)
        return mask_addresses(text)


def is_secret_name(name: str) -> bool:
    """Tell whether a variable of this name holds a secret, as its name says."""
    return _SECRET_NAME.search(name) is not None and not _NO_SECRET_NAME.search(name)


def mask_addresses(text: str) -> str:
    """Mask the passwords of addresses such as ``postgres://me:word@host``."""
    return _URL_PASSWORD.sub(rf"\1:{MASK}@", text)


def variables() -> dict[str, str]:
    """Return a copy of the process environment, to hand to a child process."""
    return dict(os.environ)


def export(name: str, value: str) -> None:
    """Set a variable of this process and of the children it starts."""
    os.environ[name] = value


def user_name() -> str:
    """Return the name of the operating system's user, or ``unknown``."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def load_environment(root: Path | None = None) -> Environment:
    """Read `.env` of the folder, if there is one, below the process environment.

    Raises ``ConfigError`` for a line of `.env` that cannot be read.
    """
    file = root / ".env" if root else None
    if file is None or not file.is_file():
        return Environment(variables())
    return Environment({**_read_env_file(file), **variables()}, file)


def _read_env_file(file: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines. Source: the dotenv convention (export, quotes, # comments)."""
    found: dict[str, str] = {}
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file} cannot be read: {error}", fix=f"make {file.name} a readable UTF-8 file"
        ) from error
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not _NAME.match(name.strip()):
            raise ConfigError(
                f"{file}:{number}: this is not a NAME=value line",
                fix="write NAME=value, or start the line with # to make it a comment",
            )
        found[name.strip()] = _unquote(value.strip())
    return found


def _unquote(value: str) -> str:
    if value[:1] in {'"', "'"}:
        end = value.find(value[0], 1)
        if end > 0:
            return value[1:end]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def wants_colour() -> bool:
    """Tell whether colour may be written at all. Source: https://no-color.org."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int | None:
    """Return the width that COLUMNS asks for, or None."""
    text = os.environ.get("COLUMNS", "")
    return int(text) if text.isascii() and text.isdigit() and int(text) >= 20 else None
