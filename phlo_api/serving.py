"""How this process listens and what it lets in."""

import re
from dataclasses import dataclass, field

from phlo.config.runtime import ApiSettings
from phlo.errors import ConfigError

_BASE = re.compile(r"(/[A-Za-z0-9._~-]+)+")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Serving:
    """The settings of the HTTP side of a process.

    ``hosts`` are names beside those of the loopback that requests may name; ``keys`` are what a
    bearer may carry. Beyond loopback a key is always asked for. ``base_path`` is where a proxy
    serves the process, such as ``/phlo``.
    """

    host: str = "127.0.0.1"
    hosts: frozenset[str] = frozenset()
    keys: frozenset[str] = field(default=frozenset(), repr=False)
    base_path: str = ""
    request_timeout_s: float = 30.0
    max_body_bytes: int = 1_048_576
    max_header_bytes: int = 32_768
    max_json_depth: int = 64

    @property
    def key_required(self) -> bool:
        """Whether a request needs a key."""
        return bool(self.keys) or self.host not in LOOPBACK


def serving_of(settings: ApiSettings, *, host: str | None = None) -> Serving:
    """Return how a process listens, as its settings say.

    Raises:
        ConfigError: It would listen beyond loopback without a key, or the base path is no path.
    """
    base = settings.base_path.rstrip("/")
    if base and not _BASE.fullmatch(base):
        raise ConfigError(f"api.base_path {base!r} is no path", fix="write it as /phlo")
    where = host or settings.host
    if where not in LOOPBACK and not settings.key:
        raise ConfigError(
            f"api.host is {where!r}, which others can reach, and there is no api.key",
            fix="set api.key in lakehouse.toml or PHLO_API_KEY, or listen on 127.0.0.1",
        )
    names = {name.strip().lower() for name in settings.hosts.split(",")} - {""}
    return Serving(
        host=where,
        hosts=frozenset(names),
        keys=frozenset({settings.key} - {""}),
        base_path=base,
        request_timeout_s=settings.timeout_s,
        max_body_bytes=settings.max_body_bytes,
    )
