"""The models of a dbt project as frozen values, read from its manifest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from phlo.model import Key

_BUILT = ("model", "snapshot", "seed")
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class ModelColumn:
    """A column as the model's YAML describes it; ``data_type`` is empty where it says none."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True, slots=True)
class ModelTest:
    """A dbt test. ``name`` is unique on its model; a test of severity warn does not block."""

    unique_id: str
    name: str
    selector: str
    blocking: bool
    description: str
    reads: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model, snapshot or seed: one key of the catalog.

    ``upstream`` are the keys it reads; ``version`` is a digest of its source.
    """

    unique_id: str
    key: Key
    selector: str
    resource: str
    materialized: str
    description: str
    path: str
    columns: tuple[ModelColumn, ...]
    upstream: tuple[Key, ...]
    tests: tuple[ModelTest, ...] = ()
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Models:
    """All models, in the order they build, and the keys of the sources they read."""

    models: tuple[Model, ...]
    sources: frozenset[Key]

    def tests_of(self, key: Key) -> tuple[ModelTest, ...]:
        """Return the tests of a model; none for a key that is no model."""
        return next((model.tests for model in self.models if model.key == key), ())


def read_models(manifest: Mapping[str, Any]) -> Models:
    """Read the enabled models and their data tests from a manifest (dbt's schema v12)."""
    nodes: Mapping[str, Any] = manifest["nodes"]
    sources = {uid: _source_key(node) for uid, node in manifest["sources"].items()}
    keys = sources | {
        uid: (node["schema"], node["alias"])
        for uid, node in nodes.items()
        if node["resource_type"] in _BUILT and node["config"]["materialized"] != "ephemeral"
    }
    ordered = [nodes[uid] for uid in _in_order(nodes) if uid in keys]
    tests = _tests_by_model(manifest, [node["unique_id"] for node in ordered], keys)
    owners = {
        name: group["owner"].get("email") or group["owner"].get("name") or ""
        for group in manifest.get("groups", {}).values()
        for name in [group["name"]]
    }
    models = tuple(
        _model(node, nodes, keys, tests.get(node["unique_id"], []), owners) for node in ordered
    )
    return Models(models, frozenset(sources.values()))


def _source_key(node: Mapping[str, Any]) -> Key:
    return (node["schema"], node["identifier"])


def _model(
    node: Mapping[str, Any],
    nodes: Mapping[str, Any],
    keys: Mapping[str, Key],
    tests: list[ModelTest],
    owners: Mapping[str, str],
) -> Model:
    config = node["config"]
    return Model(
        unique_id=node["unique_id"],
        key=keys[node["unique_id"]],
        selector="fqn:" + ".".join(node["fqn"]),
        resource=node["resource_type"],
        materialized=config["materialized"],
        description=node["description"],
        path=node["original_file_path"],
        columns=tuple(
            ModelColumn(column["name"], column.get("data_type") or "", column["description"])
            for column in node["columns"].values()
        ),
        upstream=_reads(node, nodes, keys),
        tests=tuple(tests),
        tags=tuple(node.get("tags") or ()),
        meta=config.get("meta") or node.get("meta") or {},
        owner=owners.get(config.get("group") or "", ""),
        version=str((node.get("checksum") or {}).get("checksum") or "")[:16],
    )


def _reads(
    node: Mapping[str, Any], nodes: Mapping[str, Any], keys: Mapping[str, Key]
) -> tuple[Key, ...]:
    """Return the keys a node reads; an ephemeral model is seen through."""
    found: dict[Key, None] = {}
    for parent in node.get("depends_on", {}).get("nodes", ()):
        if parent in keys:
            found[keys[parent]] = None
        elif parent in nodes:
            found.update(dict.fromkeys(_reads(nodes[parent], nodes, keys)))
    return tuple(found)


def _in_order(nodes: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of nodes so that each comes after all that it reads."""
    done: set[str] = set()

    def visit(uid: str) -> Iterator[str]:
        if uid in done or uid not in nodes:
            return
        done.add(uid)
        for parent in nodes[uid].get("depends_on", {}).get("nodes", ()):
            yield from visit(parent)
        yield uid

    for uid in nodes:
        yield from visit(uid)


def _tests_by_model(
    manifest: Mapping[str, Any], order: list[str], keys: Mapping[str, Key]
) -> dict[str, list[ModelTest]]:
    nodes = manifest["nodes"]
    rank = {uid: number for number, uid in enumerate(order)}
    found: dict[str, list[ModelTest]] = {}
    for node in nodes.values():
        if node["resource_type"] != "test":
            continue
        parents = node.get("depends_on", {}).get("nodes", ())
        target = _tested(node, parents, rank, manifest)
        if target is None:
            continue
        others = found.setdefault(target, [])
        others.append(_test(node, _reads(node, nodes, keys), {test.name for test in others}))
    return found


def _tested(
    node: Mapping[str, Any],
    parents: list[str],
    rank: Mapping[str, int],
    manifest: Mapping[str, Any],
) -> str | None:
    """Return the model a test belongs to: the one it is written at, else the last it reads.

    A test of a source belongs to the first model that reads the source: it is there that bad
    rows can still be kept from being published.
    """
    attached = node.get("attached_node")
    if attached in rank:
        return str(attached)
    models = [uid for uid in parents if uid in rank]
    if models:
        return max(models, key=lambda uid: rank[uid])
    readers = [
        uid for uid in rank if set(parents) & set(manifest["nodes"][uid]["depends_on"]["nodes"])
    ]
    return min(readers, key=lambda uid: rank[uid]) if readers else None


def _test(node: Mapping[str, Any], reads: tuple[Key, ...], taken: set[str]) -> ModelTest:
    config = node["config"]
    return ModelTest(
        unique_id=node["unique_id"],
        name=_test_name(node, taken),
        selector="fqn:" + ".".join(node["fqn"]),
        blocking=str(config.get("severity") or "error").lower() == "error",
        description=node.get("description") or _in_words(node),
        reads=reads,
    )


def _test_name(node: Mapping[str, Any], taken: set[str]) -> str:
    """Return `unique_carrier_code` rather than dbt's long name, where that is unique."""
    full = _NOT_A_NAME.sub("_", node["name"])
    generic = node.get("test_metadata")
    if not generic:
        return full
    short = "_".join(part for part in (generic["name"], node.get("column_name")) if part)
    short = _NOT_A_NAME.sub("_", short)
    return short if short not in taken else full


def _in_words(node: Mapping[str, Any]) -> str:
    generic = node.get("test_metadata")
    if not generic:
        return f"dbt test {node['original_file_path']}."
    arguments = {
        name: value
        for name, value in (generic.get("kwargs") or {}).items()
        if name not in ("model", "column_name")
    }
    shown = ", ".join(f"{name}: {value}" for name, value in sorted(arguments.items()))
    column = f" of {node['column_name']}" if node.get("column_name") else ""
    return f"dbt test {generic['name']}{column}{f' ({shown})' if shown else ''}."
