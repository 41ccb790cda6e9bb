"""The graph of assets: all, neighbours, impact, ways."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Literal

from phlo_api.dagster_facts import AssetNode
from phlo_api.schemas import lineage as wire
from phlo_api.state import Api
from phlo_api.views.standing import Standing, of_assets

Direction = Literal["self", "upstream", "downstream"]
Place = tuple[Direction, int]
_PATHS = 20
_FAR = 10_000
NOBODY: list[str | None] = [None]


def whole(api: Api) -> wire.AssetGraph:
    """Return all assets and what is made from what."""
    found = of_assets(api, api.dagster.assets)
    return wire.AssetGraph(
        nodes=[wire.LineageNode(**_fields(one)) for one in found],
        edges=_edges(api.dagster.assets),
    )


def _fields(one: Standing) -> dict[str, Any]:
    node = one.node
    return {
        "asset": node.name,
        "namespace": ".".join(node.key[:-1]),
        "group": node.group,
        "kinds": list(node.kinds),
        "owners": list(node.owners),
        "external": node.is_external,
        "partitioned": node.is_partitioned,
        "health": one.judge()[0],
        "freshness": one.freshness.state,
        "last_at": one.last.time if one.last else None,
        "checks_failed": one.counts.failed,
    }


def _edges(nodes: Mapping[str, AssetNode]) -> list[wire.LineageEdge]:
    return [
        wire.LineageEdge(source=name, target=child)
        for name, node in nodes.items()
        for child in node.downstream
        if child in nodes
    ]


def _reach(start: str, following: Callable[[str], tuple[str, ...]], depth: int) -> dict[str, int]:
    """Return the distance of everything that can be reached, the start left out."""
    found, queue = {start: 0}, deque([start])
    while queue:
        name = queue.popleft()
        if found[name] == depth:
            continue
        for other in following(name):
            if other not in found:
                found[other] = found[name] + 1
                queue.append(other)
    del found[start]
    return found


def _ways(api: Api) -> dict[Direction, Callable[[str], tuple[str, ...]]]:
    nodes = api.dagster.assets
    return {
        "upstream": lambda name: tuple(n for n in nodes[name].upstream if n in nodes),
        "downstream": lambda name: tuple(n for n in nodes[name].downstream if n in nodes),
    }


def neighbours(api: Api, name: str, direction: str, depth: int) -> wire.Neighbours:
    """Return the assets around one, to a depth."""
    api.dagster.asset(name)
    near: dict[str, Place] = {name: ("self", 0)}
    more: dict[str, int] = {"upstream": 0, "downstream": 0}
    for way, following in _ways(api).items():
        if direction not in ("both", way):
            continue
        every = _reach(name, following, _FAR)
        inside = {other: far for other, far in every.items() if far <= depth}
        more[way] = len(every) - len(inside)
        for other, far in inside.items():
            near.setdefault(other, (way, far))
    nodes = {n: api.dagster.assets[n] for n in sorted(near)}
    return wire.Neighbours(
        asset=name,
        depth=depth,
        nodes=_near(api, near),
        edges=_edges(nodes),
        more_upstream=more["upstream"],
        more_downstream=more["downstream"],
    )


def _near(api: Api, near: Mapping[str, Place]) -> list[wire.Neighbour]:
    return [
        wire.Neighbour(
            **_fields(one), direction=near[one.node.name][0], distance=near[one.node.name][1]
        )
        for one in of_assets(api, sorted(near))
    ]


def impact(api: Api, name: str) -> wire.Impact:
    """Return all that would feel a change of an asset, by owner."""
    api.dagster.asset(name)
    reach = _reach(name, _ways(api)["downstream"], _FAR)
    nodes = _near(api, {other: ("downstream", far) for other, far in reach.items()})
    nodes.sort(key=lambda node: (node.distance, node.asset))
    owners: dict[str | None, list[str]] = {}
    for node in nodes:
        for owner in node.owners or NOBODY:
            owners.setdefault(owner, []).append(node.asset)
    by_owner = [
        wire.OwnerImpact(owner=owner, assets=sorted(found)) for owner, found in owners.items()
    ]
    by_owner.sort(key=lambda item: (item.owner is None, item.owner or ""))
    return wire.Impact(asset=name, total=len(nodes), nodes=nodes, by_owner=by_owner)


def path(api: Api, source: str, target: str) -> wire.LineagePath:
    """Return the shortest ways from one asset to another, along the data."""
    api.dagster.asset(source)
    api.dagster.asset(target)
    following = _ways(api)["downstream"]
    reach = {source: 0, **_reach(source, following, _FAR)}
    if target not in reach:
        return wire.LineagePath(source=source, target=target, paths=[], distance=None)
    back = _ways(api)["upstream"]
    paths: list[list[str]] = []
    stack = [[target]]
    while stack and len(paths) < _PATHS:
        way = stack.pop()
        if way[-1] == source:
            paths.append(way[::-1])
            continue
        far = reach[way[-1]]
        stack += [[*way, other] for other in back(way[-1]) if reach.get(other) == far - 1]
    return wire.LineagePath(
        source=source, target=target, paths=sorted(paths), distance=reach[target]
    )
