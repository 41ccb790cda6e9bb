"""Checks and their results."""

from pathlib import Path
from typing import Any

from phlo.errors import AssetNotFound
from phlo.quality.checks import CheckNotFound
from phlo_api.dagster_facts import CheckFacts, CheckNode
from phlo_api.paging import decode_cursor, encode_cursor, page_by_offset
from phlo_api.schemas import quality as wire
from phlo_api.state import Api

_ORDER = ("failed", "error", "warned", "running", "skipped", "unknown", "passed")
_BAD = {"failed", "error", "warned"}


def statuses(api: Api) -> dict[tuple[str, str], CheckFacts]:
    """Return the latest execution of every check, in one read."""
    return api.dagster.latest_checks(api.dagster.checks)


def find(api: Api, asset: str, check: str) -> CheckNode:
    """Return a check. Raises ``AssetNotFound`` or ``CheckNotFound``."""
    node = api.dagster.checks.get((asset, check))
    if node is not None:
        return node
    if asset not in api.dagster.assets:
        raise AssetNotFound.named(asset, known=api.dagster.assets)
    known = [name for of, name in api.dagster.checks if of == asset]
    raise CheckNotFound.named(check, known=known, where=f"of {asset}")


def list_page(
    api: Api, asset: str | None, status: str | None, cursor: str | None, limit: int
) -> wire.CheckPage:
    """Return a page of checks: failing first, then by name."""
    if asset is not None:
        api.dagster.asset(asset)
    nodes = [n for n in api.dagster.checks.values() if asset in (None, n.asset)]
    known = api.dagster.latest_checks([(n.asset, n.name) for n in nodes])
    items = [_summary(api, node, known.get((node.asset, node.name))) for node in nodes]
    return _page([i for i in items if status in (None, i.status)], cursor, limit)


def failing_page(api: Api, cursor: str | None, limit: int) -> wire.CheckPage:
    """Return a page of the checks that fail or warn."""
    known = statuses(api)
    bad = {key: found for key, found in known.items() if found.status in _BAD}
    items = [_summary(api, api.dagster.checks[key], found) for key, found in bad.items()]
    return _page(items, cursor, limit)


def _page(items: list[wire.CheckSummary], cursor: str | None, limit: int) -> wire.CheckPage:
    items.sort(key=lambda item: (_ORDER.index(item.status), item.asset, item.check))
    page, following = page_by_offset(items, cursor, limit)
    return wire.CheckPage(total=len(items), items=page, next_cursor=following)


def _summary(api: Api, node: CheckNode, last: CheckFacts | None) -> wire.CheckSummary:
    return wire.CheckSummary(**_fields(api, node, last))


def _fields(api: Api, node: CheckNode, last: CheckFacts | None) -> dict[str, Any]:
    return {
        "asset": node.asset,
        "check": node.name,
        "description": node.description,
        "blocking": node.is_blocking,
        "source": _source(api, node),
        "status": last.status if last else "unknown",
        "last": execution(last) if last else None,
    }


def _source(api: Api, node: CheckNode) -> str:
    spec = api.declared.check(node.asset, node.name)
    if spec is not None:
        if spec.rule is None:
            return "function"
        return "schema" if spec.rule.kind == "schema" else "rule"
    if node.name.startswith("freshness"):
        return "freshness"
    asset = api.dagster.assets.get(node.asset)
    return "dbt" if asset and "dbt" in asset.kinds else "dagster"


def execution(found: CheckFacts) -> wire.CheckExecution:
    """Return one execution of a check with what it measured."""
    metadata = found.metadata
    return wire.CheckExecution(
        id=found.id,
        time=found.time,
        run_id=found.run_id,
        status=found.status,
        severity=found.severity,
        partition=found.partition,
        measured=metadata.get("measured"),
        expected=_text(metadata.get("expected")),
        failing=_whole(metadata.get("failing rows", metadata.get("dagster_dbt/failed_row_count"))),
        rows=_whole(metadata.get("rows looked at")),
        message=_text(metadata.get("message")) or found.description,
        sql=statement(metadata.get("sql")),
        ref=_text(metadata.get("phlo/branch")),
        commit=_text(metadata.get("phlo/commit")),
        sample=sample(metadata.get("sample")),
        metadata=dict(metadata),
    )


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def statement(value: object) -> str | None:
    """Return a statement without the fence that shows it as code."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    if text.startswith("```"):
        text = text.split("\n", 1)[-1].rsplit("```", 1)[0]
    return text.strip()


def sample(value: object) -> list[dict[str, Any]]:
    """Return the rows that a check kept: JSON, or the table that shows them."""
    if isinstance(value, list):
        return [row for row in value if isinstance(row, dict)]
    if not isinstance(value, str):
        return []
    lines = [line.strip() for line in value.splitlines() if line.strip().startswith("|")]
    if len(lines) < 3:
        return []
    names = _cells(lines[0])
    return [dict(zip(names, _cells(line), strict=False)) for line in lines[2:]]


def _cells(line: str) -> list[str]:
    text = line.strip("|").replace("\\|", "\0")
    return [cell.strip().replace("\0", "|") for cell in text.split("|")]


def detail(api: Api, asset: str, check: str) -> wire.CheckDetail:
    """Describe a check."""
    node = find(api, asset, check)
    last = api.dagster.latest_checks([(asset, check)]).get((asset, check))
    spec = api.declared.check(asset, check)
    return wire.CheckDetail(
        **_fields(api, node, last),
        file=_in_project(api, spec.file) if spec else None,
        line=spec.line or None if spec else None,
        columns=list(spec.rule.columns) if spec and spec.rule else [],
        reads=list(spec.reads) if spec else [],
    )


def _in_project(api: Api, file: str) -> str | None:
    """Return the path of a file as the project's people call it."""
    path = Path(file)
    inside = path.is_relative_to(api.project.root)
    return (path.relative_to(api.project.root).as_posix() if inside else path.name) or None


def history(api: Api, asset: str, check: str, cursor: str | None, limit: int) -> wire.CheckHistory:
    """Return a page of the executions of a check, newest first."""
    find(api, asset, check)
    before = decode_cursor(cursor, int)[0] if cursor else None
    found = api.dagster.check_history(asset, check, before, limit + 1)
    page = found[:limit]
    following = encode_cursor(page[-1].id) if len(found) > limit else None
    return wire.CheckHistory(
        asset=asset, check=check, items=[execution(f) for f in page], next_cursor=following
    )
