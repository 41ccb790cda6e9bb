"""Which assets a command means, and in which runs they are brought up to date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from phlo.errors import AssetNotFound, InvalidInput


@dataclass(frozen=True, slots=True)
class Segment:
    """Assets that one run can hold: all without partitions, or all of the same ones."""

    assets: tuple[dg.AssetKey, ...]
    partitions: dg.PartitionsDefinition[str] | None


def chosen_assets(graph: AssetGraph, names: Sequence[str]) -> set[dg.AssetKey]:
    """Return the assets that the names mean; no name means all that can be materialized.

    A name is ``raw.flights`` or ``raw/flights``, a pattern such as ``raw.*``, ``group:flights``,
    with ``+`` behind it for everything downstream and before it for everything upstream.

    Raises:
        AssetNotFound: with the nearest names.
    """
    known = {_text(key): key for key in graph.materializable_asset_keys}
    if not names:
        return set(known.values())
    found: set[dg.AssetKey] = set()
    for name in names:
        found |= _expanded(graph, name, known)
    return found


def _expanded(graph: AssetGraph, name: str, known: Mapping[str, dg.AssetKey]) -> set[dg.AssetKey]:
    plain = name.strip("+")
    keys = _matching(graph, plain.replace("/", "."), known)
    if not keys:
        raise AssetNotFound.named(plain, known=known)
    selection: dg.AssetSelection = dg.AssetSelection.assets(*keys)
    if name.endswith("+"):
        selection = selection | selection.downstream()
    if name.startswith("+"):
        selection = selection | selection.upstream()
    resolved: Iterable[dg.AssetKey] = selection.resolve(graph)
    return {key for key in resolved if key in set(known.values())}


def _matching(graph: AssetGraph, name: str, known: Mapping[str, dg.AssetKey]) -> list[dg.AssetKey]:
    kind, _, value = name.partition(":")
    if value and kind == "group":
        return [key for key in known.values() if graph.get(key).group_name == value]
    return [key for text, key in known.items() if fnmatchcase(text, name)]


def segments(graph: AssetGraph, chosen: set[dg.AssetKey]) -> list[Segment]:
    """Cut the chosen assets into runs, upstream first."""
    order = [key for level in graph.toposorted_asset_keys_by_level for key in sorted(level)]
    waiting = [key for key in order if key in chosen]
    found: list[Segment] = []
    while waiting:
        partitions = graph.get(waiting[0]).partitions_def
        taken: list[dg.AssetKey] = []
        for key in waiting:
            same = graph.get(key).partitions_def == partitions
            upstream = graph.get(key).parent_keys & set(waiting)
            if same and upstream <= set(taken):
                taken.append(key)
        found.append(Segment(tuple(taken), partitions))
        waiting = [key for key in waiting if key not in taken]
    return found


def partition_keys(segment: Segment, wanted: str | None) -> Sequence[str | None]:
    """Return the partitions to run: the wanted one, else the newest, of static ones all.

    Raises:
        InvalidInput: there is no such partition.
    """
    if segment.partitions is None:
        return (None,)
    keys = segment.partitions.get_partition_keys()
    if wanted is not None:
        return (checked_partition(segment, keys, wanted),)
    if not keys:
        return ()
    if isinstance(segment.partitions, dg.StaticPartitionsDefinition):
        return keys
    return (keys[-1],)


def checked_partition(segment: Segment, keys: Sequence[str], wanted: str) -> str:
    """Return the key, if it is one of the segment's."""
    if wanted in set(keys):
        return wanted
    names = ", ".join(_text(key) for key in segment.assets)
    span = f"{keys[0]} to {keys[-1]}" if keys else "none yet"
    raise InvalidInput(
        f"{wanted!r} is no partition of {names}", fix=f"use one of its partitions: {span}"
    )


def _text(key: dg.AssetKey) -> str:
    return ".".join(key.path)
