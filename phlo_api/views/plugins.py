"""What is installed on top of phlo: its entry points."""

import sys
from importlib.metadata import EntryPoint, entry_points

from phlo_api.schemas import system as wire
from phlo_api.state import Api

_GROUP = "phlo"


def list_all(api: Api) -> wire.PluginList:
    """Return every entry point of a group of phlo's; what is installed is looked up once."""
    found = api.caches.lists.get("plugins", _installed)
    return wire.PluginList(items=[_plugin(point) for point in found])


def _installed() -> list[EntryPoint]:
    found = [
        point
        for group in entry_points().groups
        for point in entry_points(group=group)
        if point.group == _GROUP or point.group.startswith(f"{_GROUP}.")
    ]
    unique = {(p.group, p.name, p.value): p for p in found}
    return [point for _, point in sorted(unique.items())]


def _plugin(point: EntryPoint) -> wire.Plugin:
    package = point.dist
    return wire.Plugin(
        name=point.name,
        group=point.group,
        value=point.value,
        package=package.name if package else None,
        version=package.version if package else None,
        loaded=True if point.module in sys.modules else None,
        problem=None,
    )
