"""Assets: list, one, its history."""

from phlo_api.paging import decode_cursor, encode_cursor, page_by_key
from phlo_api.schemas import dagster as wire
from phlo_api.state import Api
from phlo_api.views import standing


def list_page(
    api: Api,
    q: str | None,
    namespace: str | None,
    health: str | None,
    cursor: str | None,
    limit: int,
) -> wire.AssetPage:
    """Return a page of assets; only those of the page are read, unless health chooses them."""
    names = list(api.dagster.assets)
    if namespace is not None:
        names = [n for n in names if n.rpartition(".")[0] == namespace]
    if q:
        words = q.lower().split()
        names = [n for n in names if all(word in n.lower() for word in words)]
    if health is not None:
        chosen = [s for s in standing.of_assets(api, names) if s.judge()[0] == health]
        names = [s.node.name for s in chosen]
    page, following = page_by_key(names, lambda name: name, cursor, limit)
    items = [standing.summary(s) for s in standing.of_assets(api, page)]
    return wire.AssetPage(total=len(names), items=items, next_cursor=following)


def detail(api: Api, name: str) -> wire.AssetDetail:
    """Describe an asset."""
    node = api.dagster.asset(name)
    (found,) = standing.of_assets(api, [name])
    kind = api.dagster.partition_kind(name)
    last = standing.materialization(found.last) if found.last else None
    return wire.AssetDetail(
        **standing.summary(found).model_dump(exclude={"last"}),
        last=last,
        tags=dict(node.tags),
        jobs=list(node.jobs),
        automation=node.automation,
        partition_definition=kind,
        pools=list(node.pools),
        check_names=list(node.checks),
        code_version=node.code_version,
        metadata=dict(node.metadata),
    )


def history(
    api: Api, name: str, partition: str | None, cursor: str | None, limit: int
) -> wire.MaterializationPage:
    """Return a page of the times an asset was written, newest first."""
    before = decode_cursor(cursor, int)[0] if cursor else None
    found = api.dagster.materializations(name, partition, before, limit + 1)
    page = found[:limit]
    following = encode_cursor(page[-1].storage_id) if len(found) > limit else None
    return wire.MaterializationPage(
        asset=name, items=[standing.materialization(m) for m in page], next_cursor=following
    )
