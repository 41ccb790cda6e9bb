"""Saved queries: small JSON objects in the lake, so that they go where the data goes."""

from collections.abc import Hashable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

from pydantic import ValidationError

from phlo.errors import LakeDamaged, NotFound
from phlo_api.errors import SavedQueryNotFound
from phlo_api.schemas import trino as wire
from phlo_api.schemas.common import Done
from phlo_api.state import Api

_FOLDER = "app/queries/"


def list_all(api: Api) -> wire.SavedQueryList:
    """Return all saved queries by name."""
    items = [_read(api, info.path) for info in api.store.list(_FOLDER)]
    return wire.SavedQueryList(items=sorted(items, key=lambda q: (q.name.lower(), q.id)))


def marks(api: Api) -> dict[str, Hashable]:
    """Return what changes when a saved query does, by its object."""
    return {info.path: (info.size_bytes, info.modified) for info in api.store.list(_FOLDER)}


def read_some(api: Api, paths: Iterable[str]) -> dict[str, wire.SavedQuery]:
    """Return the saved queries of objects; one that is gone or damaged is left out."""
    found = {}
    for path in paths:
        with suppress(NotFound, LakeDamaged):
            found[path] = _read(api, path)
    return found


def get(api: Api, query_id: str) -> wire.SavedQuery:
    """Return a saved query. Raises ``SavedQueryNotFound``."""
    try:
        return _read(api, _path(query_id))
    except NotFound as cause:
        known = [info.path.removeprefix(_FOLDER)[:-5] for info in api.store.list(_FOLDER)]
        raise SavedQueryNotFound.named(query_id, known=known) from cause


def create(api: Api, body: wire.SavedQueryBody) -> wire.SavedQuery:
    """Save a query under a new id."""
    now = datetime.now(UTC)
    return _write(api, body, str(uuid4()), api.project.author, now)


def update(api: Api, query_id: str, body: wire.SavedQueryBody) -> wire.SavedQuery:
    """Replace a saved query."""
    known = get(api, query_id)
    return _write(api, body, known.id, known.author, known.created_at)


def delete(api: Api, query_id: str) -> Done:
    """Delete a saved query."""
    known = get(api, query_id)
    api.store.delete([_path(known.id)])
    return Done(done=f"the saved query {known.name!r} is deleted")


def _path(query_id: str) -> str:
    """Return the object of an id; an id is a UUID, never a path."""
    try:
        return f"{_FOLDER}{UUID(query_id)}.json"
    except ValueError as cause:
        raise SavedQueryNotFound(
            f"{query_id[:80]!r} is not the id of a saved query",
            fix="take an id that GET /api/trino/saved lists",
        ) from cause


def _read(api: Api, path: str) -> wire.SavedQuery:
    data = api.store.get(path)
    try:
        return wire.SavedQuery.model_validate_json(data)
    except ValidationError as cause:
        raise LakeDamaged(
            f"the saved query {path} cannot be read", fix=f"delete {path} from the lake"
        ) from cause


def _write(
    api: Api, body: wire.SavedQueryBody, query_id: str, author: str, created: datetime
) -> wire.SavedQuery:
    saved = wire.SavedQuery(
        **body.model_dump(),
        id=query_id,
        author=author,
        created_at=created,
        updated_at=datetime.now(UTC),
    )
    api.store.put(_path(query_id), saved.model_dump_json().encode())
    return saved
