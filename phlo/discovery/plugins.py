"""Plugins by entry point: names at no cost, objects when they are used."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from phlo.errors import PhloError

_CHECKOUT = Path(__file__).parent.parent.parent


class PluginBroken(PhloError):
    """An installed package promises something that it cannot load."""

    code = "plugin-broken"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing that a package adds: ``value`` is ``module:attribute``, ``source`` the package."""

    group: str
    name: str
    value: str
    source: str

    def load(self) -> Any:  # noqa: ANN401 - whatever the package made
        """Import what the plugin names. Raises ``PluginBroken``."""
        module, _, attribute = self.value.partition(":")
        try:
            found = importlib.import_module(module)
            return getattr(found, attribute) if attribute else found
        except (ImportError, AttributeError) as error:
            raise PluginBroken(
                f"{self.name!r} of {self.source} ({self.value}) fails to load: {error}",
                fix=f"reinstall or upgrade {self.source}, or report this to its authors",
            ) from error

    def summary(self) -> str:
        """Return the line that the plugin's package says of it: ``SUMMARIES`` of its package."""
        package = self.value.partition(":")[0].rpartition(".")[0]
        try:
            summaries = getattr(importlib.import_module(package), "SUMMARIES", {})
        except Exception:  # noqa: BLE001 - help must be shown whatever a package does
            return f"(broken: {self.source})"
        return str(summaries.get(self.name, f"From {self.source}."))


@lru_cache(maxsize=16)
def find_plugins(group: str) -> tuple[Plugin, ...]:
    """Return the plugins of a group, sorted by name; the first of one name counts.

    A checkout that is not installed speaks through its `pyproject.toml`.
    """
    found: dict[str, Plugin] = {}
    for plugin in (*_installed(group), *_of_checkout(group)):
        found.setdefault(plugin.name, plugin)
    return tuple(found[name] for name in sorted(found))


def _installed(group: str) -> Iterator[Plugin]:
    for point in entry_points(group=group):
        source = point.dist.name if point.dist else "an installed package"
        yield Plugin(group, point.name, point.value, source)


def _of_checkout(group: str) -> Iterator[Plugin]:
    file = _CHECKOUT / "pyproject.toml"
    if not file.is_file():
        return
    import tomllib

    project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    if project.get("name") == "phlo":
        for name, value in project.get("entry-points", {}).get(group, {}).items():
            yield Plugin(group, name, value, "phlo")
