"""Who listens while the files of a project are imported."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from phlo.config import Environment


@dataclass(slots=True)
class Collector:
    """What the files of one project declared, in order, and the defaults they see."""

    timezone: str = "UTC"
    environment: Environment | None = None
    found: list[object] = field(default_factory=list)


_last_environment: Environment | None = None
_current: ContextVar[Collector | None] = ContextVar("phlo_declarations", default=None)


@contextmanager
def collecting(collector: Collector) -> Iterator[Collector]:
    """Give the declarations made inside the block to this collector."""
    token = _current.set(collector)
    try:
        yield collector
    finally:
        _current.reset(token)


def declared(spec: object) -> None:
    """Tell the collector, if there is one, of a new declaration."""
    collector = _current.get()
    if collector is not None:
        collector.found.append(spec)


def is_collecting() -> bool:
    """Tell whether the files of a project are being imported."""
    return _current.get() is not None


def default_timezone() -> str:
    """Return the zone of the project that is being loaded, else UTC."""
    collector = _current.get()
    return collector.timezone if collector else "UTC"


def default_environment() -> Environment | None:
    """Return the variables of the project that is being loaded, or was loaded last."""
    collector = _current.get()
    return collector.environment if collector else _last_environment


def remember_environment(environment: Environment) -> None:
    """Let functions of the project find its variables when they run later."""
    global _last_environment
    _last_environment = environment
