"""Several tables, views and cursors in one commit: one group of one entry."""

from types import TracebackType
from typing import Self

import orjson

from phlo.catalog.entries import Header, Put
from phlo.catalog.iceberg import PhloCatalog
from phlo.catalog.tips import History, StagedTip
from phlo.errors import InvalidInput, NotFound
from phlo.model import Change, Commit, CursorContent, Json, Key, ViewContent, cursor_key, key_text


class CollectingStage:
    """The port ``Stage`` over a log catalog. Use it as a context manager, once."""

    def __init__(self, lake: History, header: Header, tip: StagedTip) -> None:
        self._lake, self._header, self._tip = lake, header, tip
        self._tables = PhloCatalog(f"{header.ref}+", tip, lake.root)
        self._commit: Commit | None = None
        self._done = False

    def __enter__(self) -> Self:
        if self._done:
            raise InvalidInput("this stage was used before", fix="open another one with stage()")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done = True
        if kind is not None:
            return
        puts = self._tip.collected()
        if puts:
            self._commit = self._lake.put(self._header, puts, self._tip.files)

    @property
    def tables(self) -> PhloCatalog:
        return self._tables

    @property
    def commit(self) -> Commit | None:
        return self._commit

    def put_cursor(self, resource: str, value: Json, *, partition: str = "") -> None:
        key = cursor_key(resource, partition)
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        self._change(Change(key, self._tip.contents().get(key), CursorContent(text)))

    def put_view(self, key: Key, sql: str, *, comment: str = "") -> None:
        self._change(Change(key, self._tip.contents().get(key), ViewContent(sql, comment=comment)))

    def remove(self, key: Key) -> None:
        before = self._tip.contents().get(key)
        if before is None:
            raise NotFound.named(key_text(key), known=map(key_text, self._tip.contents()))
        self._change(Change(key, before, None))

    def _change(self, change: Change) -> None:
        self._tip.require_writable()
        self._tip.put((Put(change),), self._tip.files, "")
