"""Which asset is made from which."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import AssetName, Health, Time, Wire


class LineageNode(Wire):
    """An asset in the graph."""

    asset: AssetName
    namespace: str
    group: str | None
    kinds: list[str]
    owners: list[str]
    external: bool = Field(description="It is read but not made here.")
    partitioned: bool
    health: Health
    freshness: Literal["pass", "warn", "fail", "unknown", "none"]
    last_at: Time | None
    checks_failed: int


class LineageEdge(Wire):
    """The first asset is read to make the second."""

    source: AssetName
    target: AssetName


class AssetGraph(Wire):
    """Assets and what is made from what."""

    nodes: list[LineageNode]
    edges: list[LineageEdge]


class Neighbour(LineageNode):
    """An asset near another."""

    direction: Literal["self", "upstream", "downstream"]
    distance: int


class Neighbours(Wire):
    """The assets around one, to a depth."""

    asset: AssetName
    depth: int
    nodes: list[Neighbour]
    edges: list[LineageEdge]
    more_upstream: int = Field(description="Further assets upstream, beyond the depth.")
    more_downstream: int = Field(description="Further assets downstream, beyond the depth.")


class OwnerImpact(Wire):
    """Assets of one owner."""

    owner: str | None
    assets: list[AssetName]


class Impact(Wire):
    """All that would feel a change of an asset."""

    asset: AssetName
    total: int
    nodes: list[Neighbour]
    by_owner: list[OwnerImpact]


class LineagePath(Wire):
    """The assets between two, along a shortest way."""

    source: AssetName
    target: AssetName
    paths: list[list[AssetName]] = Field(description="Shortest ways, at most 20; empty if none.")
    distance: int | None
