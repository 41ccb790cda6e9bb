"""Search over everything, as it is typed."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from phlo.model import Commit, Key, TableContent
from phlo_api import lake_tables
from phlo_api.dagster_facts import RunFacts
from phlo_api.lake_tables import Found, Relation
from phlo_api.schemas import search as wire
from phlo_api.schemas.trino import SavedQuery
from phlo_api.search_names import Followed, Item, Names, best
from phlo_api.state import Api
from phlo_api.views import saved
from phlo_api.views.runs import shown

_AT_ONCE = 200
_RUNS = 200
Named = tuple[str, Key, Relation]


@dataclass
class _Columns:
    """The columns of states of tables; read once each, those of a big lake in the background."""

    known: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    reading: bool = False


class _Index:
    """All names of a process. It follows what changes, so a search never makes it anew."""

    def __init__(self, api: Api) -> None:
        self.lock = threading.Lock()
        self.schemas = _Columns()
        self.tables = Followed("table")
        self.columns = Followed("column")
        self.branches = Followed("branch")
        self.tags = Followed("tag")
        self.runs = Followed("run")
        self.queries = Followed("query")
        self.assets = Names("asset", _assets(api))
        self.checks = Names("check", _checks(api))
        self._at: tuple[str, int] | None = None

    def follow(self, api: Api, commit: Commit) -> None:
        """Go on to a commit, and to the refs, runs and saved queries of this moment."""
        at = (commit.id, len(self.schemas.known))
        if at != self._at or self.schemas.reading:
            relations = lake_tables.relations(api, commit)
            _read_columns(api, self.schemas, _missing(self.schemas, relations, commit))
            self._follow_lake(relations)
            self._at = (commit.id, len(self.schemas.known))
        self._follow_refs(api)
        self.runs.follow(api.dagster.columns.run_prints(limit=_RUNS), partial(_runs, api))
        self.queries.follow(saved.marks(api), partial(_queries, api))

    def _follow_lake(self, relations: Sequence[Named]) -> None:
        contents = {name: content for name, _, content in relations}
        states = {name: _token(content) for name, content in contents.items()}
        known = self.schemas.known
        self.tables.follow(
            states, lambda names: {name: [_table(name, contents[name])] for name in names}
        )
        self.columns.follow(
            {name: token for name, token in states.items() if token in known},
            lambda names: {name: _columns(name, known[states[name]]) for name in names},
        )

    def _follow_refs(self, api: Api) -> None:
        refs = list(api.catalog.refs())
        for names in (self.branches, self.tags):
            standing = {ref.name: ref.commit for ref in refs if ref.kind == names.kind}
            names.follow(standing, partial(_refs, names.kind, standing))

    def sources(self, kinds: Sequence[wire.HitKind] | None) -> list[Names]:
        """Return the names of some kinds, or of all."""
        every = (
            *(self.tables, self.columns, self.assets, self.checks),
            *(self.branches, self.tags, self.runs, self.queries),
        )
        return [names for names in every if not kinds or names.kind in kinds]


def find(
    api: Api, ref: str, q: str, kinds: list[wire.HitKind] | None, limit: int
) -> wire.SearchResult:
    """Return what matches every word that was typed, the best first."""
    started = time.perf_counter()
    words = q.lower().split()
    commit = api.catalog.resolve(ref)
    total = 0
    hits: list[tuple[float, Item]] = []
    if words:
        index = api.caches.search.get("names", lambda: _Index(api))
        with index.lock:
            index.follow(api, commit)
            total, hits = best(index.sources(kinds), words, limit)
    return wire.SearchResult(
        query=q,
        total=total,
        elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
        items=[_hit(score, item) for score, item in hits],
    )


def warm(api: Api, ref: str = "main") -> None:
    """Make all names now, so that the first search is as quick as the next."""
    index = api.caches.search.get("names", lambda: _Index(api))
    commit = api.catalog.resolve(ref)
    relations = lake_tables.relations(api, commit)
    _read(api, index.schemas, _missing(index.schemas, relations, commit))
    with index.lock:
        index.follow(api, commit)


def _hit(score: float, item: Item) -> wire.Hit:
    return wire.Hit(
        kind=item.kind,
        id=item.id,
        title=item.title,
        detail=item.detail,
        parent=item.parent,
        score=round(score, 4),
    )


def _token(content: Relation) -> str:
    return content.metadata_location if isinstance(content, TableContent) else content.sql


def _table(name: str, content: Relation) -> Item:
    rows = content.rows if isinstance(content, TableContent) else None
    is_table = isinstance(content, TableContent)
    detail = f"{rows:,} rows" if rows is not None else "table" if is_table else "view"
    return Item("table", name, name, detail, name.lower())


def _columns(name: str, columns: Sequence[tuple[str, str]]) -> list[Item]:
    return [
        Item("column", f"{name}.{column}", column, f"{name} · {kind}", column.lower(), name)
        for column, kind in columns
    ]


def _missing(columns: _Columns, relations: Sequence[Named], commit: Commit) -> list[Found]:
    """Return the tables whose state was not met yet."""
    return [
        Found(key, content, commit)
        for _, key, content in relations
        if isinstance(content, TableContent) and content.metadata_location not in columns.known
    ]


def _read_columns(api: Api, columns: _Columns, missing: list[Found]) -> None:
    """Read the columns of tables: of few at once, of many in the background."""
    if len(missing) > _AT_ONCE:
        _read_later(api, columns, missing)
    else:
        _read(api, columns, missing)


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
        columns.known[found.token] = lake_tables.column_types(api, found)


def _assets(api: Api) -> list[Item]:
    return [
        Item(
            "asset",
            node.name,
            node.name,
            node.description.splitlines()[0] if node.description else node.group or "",
            node.name.lower(),
        )
        for node in api.dagster.assets.values()
    ]


def _checks(api: Api) -> list[Item]:
    return [
        Item(
            "check",
            f"{check.asset}/{check.name}",
            check.name,
            check.description or check.asset,
            check.name.lower(),
            check.asset,
        )
        for check in api.dagster.checks.values()
    ]


def _refs(
    kind: wire.HitKind, standing: Mapping[str, str], names: list[str]
) -> dict[str, list[Item]]:
    return {
        name: [Item(kind, name, name, f"at {standing[name][:8]}", name.lower())] for name in names
    }


def _runs(api: Api, run_ids: list[str]) -> dict[str, list[Item]]:
    return {run_id: [_run(run)] for run_id, run in api.dagster.runs_of(run_ids).items()}


def _run(facts: RunFacts) -> Item:
    run = shown(facts)
    what = ", ".join(run.assets[:4]) or run.job
    detail = f"{what} · {run.status}"
    return Item("run", run.run_id, run.run_id[:8], detail, f"{run.run_id} {what}".lower())


def _queries(api: Api, paths: list[str]) -> dict[str, list[Item]]:
    return {path: [_query(query)] for path, query in saved.read_some(api, paths).items()}


def _query(query: SavedQuery) -> Item:
    text = f"{query.name} {' '.join(query.tags)}".lower()
    return Item("query", query.id, query.name, query.description or query.sql[:120], text)
