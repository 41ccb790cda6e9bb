"""Search over everything, as it is typed."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from phlo.errors import PhloError
from phlo.model import Commit, TableContent
from phlo_api import lake_tables
from phlo_api.lake_tables import Found
from phlo_api.schemas import search as wire
from phlo_api.schemas.dagster import Run
from phlo_api.state import Api
from phlo_api.views import saved
from phlo_api.views.runs import shown

_AT_ONCE = 200
_RUNS = 200
_WEIGHT = {
    "table": 1.0,
    "asset": 0.95,
    "branch": 0.9,
    "query": 0.85,
    "tag": 0.8,
    "check": 0.75,
    "column": 0.7,
    "run": 0.6,
}


@dataclass(frozen=True, slots=True)
class _Item:
    kind: wire.HitKind
    id: str
    title: str
    detail: str
    text: str
    parent: str | None = None


@dataclass
class _Columns:
    """The columns of states of tables; read once each, those of a big lake in the background."""

    known: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    reading: bool = False


def find(
    api: Api, ref: str, q: str, kinds: list[wire.HitKind] | None, limit: int
) -> wire.SearchResult:
    """Return what matches every word that was typed, the best first."""
    started = time.perf_counter()
    words = q.lower().split()
    commit = api.catalog.resolve(ref)
    hits = []
    for item in _items(api, commit, words):
        if kinds and item.kind not in kinds:
            continue
        score = _score(item, words)
        if score > 0:
            hits.append((score, item))
    hits.sort(key=lambda hit: (-hit[0], len(hit[1].title), hit[1].id))
    return wire.SearchResult(
        query=q,
        total=len(hits),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
        items=[_hit(score, item) for score, item in hits[:limit]],
    )


def _hit(score: float, item: _Item) -> wire.Hit:
    return wire.Hit(
        kind=item.kind,
        id=item.id,
        title=item.title,
        detail=item.detail,
        parent=item.parent,
        score=round(score, 4),
    )


def _score(item: _Item, words: list[str]) -> float:
    """Whole name before its start, the start of a part before the middle; 0 if a word lacks."""
    total = 0.0
    for word in words:
        place = item.text.find(word)
        if place < 0:
            return 0.0
        if item.text == word:
            total += 4
        elif place == 0:
            total += 3
        elif item.text[place - 1] in "._/- ":
            total += 2
        else:
            total += 1
    return total / max(len(words), 1) * _WEIGHT[item.kind]


def _items(api: Api, commit: Commit, words: list[str]) -> Iterator[_Item]:
    if not words:
        return
    tables = api.caches.search.get(("tables", commit.id), lambda: list(_tables(api, commit)))
    yield from tables
    yield from _columns(api, commit)
    yield from api.caches.search.get("assets", lambda: list(_assets(api)))
    yield from _refs(api)
    yield from _runs(api)
    yield from _saved(api)


def _tables(api: Api, commit: Commit) -> Iterator[_Item]:
    for name, _, content in lake_tables.relations(api, commit):
        is_table = isinstance(content, TableContent)
        rows = content.rows if isinstance(content, TableContent) else None
        detail = f"{rows:,} rows" if rows is not None else "table" if is_table else "view"
        yield _Item("table", name, name, detail, name.lower())


def _columns(api: Api, commit: Commit) -> Iterable[_Item]:
    columns = api.caches.search.get("columns", _Columns)
    relations = lake_tables.relations(api, commit)
    missing = [
        Found(key, content, commit)
        for _, key, content in relations
        if isinstance(content, TableContent) and content.metadata_location not in columns.known
    ]
    if len(missing) > _AT_ONCE:
        _read_later(api, columns, missing)
    else:
        _read(api, columns, missing)
    return api.caches.search.get(
        ("columns", commit.id, len(columns.known)),
        lambda: [
            _Item("column", f"{name}.{column}", column, f"{name} · {kind}", column.lower(), name)
            for name, _, content in relations
            if isinstance(content, TableContent)
            for column, kind in columns.known.get(content.metadata_location, ())
        ],
    )


def _read_later(api: Api, columns: _Columns, missing: list[Found]) -> None:
    with columns.lock:
        if columns.reading:
            return
        columns.reading = True

    def work() -> None:
        try:
            _read(api, columns, missing)
        finally:
            columns.reading = False

    threading.Thread(target=work, name="phlo-search", daemon=True).start()


def _read(api: Api, columns: _Columns, missing: list[Found]) -> None:
    for found in missing:
        try:
            fields = lake_tables.load(api, found).schema().fields
        except PhloError:
            fields = ()
        columns.known[found.token] = tuple((f.name, str(f.field_type)) for f in fields)


def _assets(api: Api) -> Iterator[_Item]:
    for node in api.dagster.assets.values():
        detail = node.description.splitlines()[0] if node.description else node.group or ""
        yield _Item("asset", node.name, node.name, detail, node.name.lower())
    for check in api.dagster.checks.values():
        yield _Item(
            "check",
            f"{check.asset}/{check.name}",
            check.name,
            check.description or check.asset,
            check.name.lower(),
            check.asset,
        )


def _refs(api: Api) -> Iterator[_Item]:
    for ref in api.catalog.refs():
        yield _Item(ref.kind, ref.name, ref.name, f"at {ref.commit[:8]}", ref.name.lower())


def _runs(api: Api) -> Iterable[_Item]:
    newest = api.dagster.newest()[:1]
    return api.caches.search.get(
        ("runs", newest),
        lambda: [_run(shown(run)) for run in api.dagster.runs(limit=_RUNS)],
    )


def _run(run: Run) -> _Item:
    what = ", ".join(run.assets[:4]) or run.job
    return _Item(
        "run", run.run_id, run.run_id[:8], f"{what} · {run.status}", f"{run.run_id} {what}".lower()
    )


def _saved(api: Api) -> Iterator[_Item]:
    for query in saved.list_all(api).items:
        text = f"{query.name} {' '.join(query.tags)}".lower()
        yield _Item("query", query.id, query.name, query.description or query.sql[:120], text)
