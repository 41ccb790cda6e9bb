"""How this process listens and what it lets in."""

from dataclasses import dataclass, field

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
