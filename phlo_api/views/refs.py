"""Branches and tags, and what a ref holds."""

from typing import Any

from phlo.model import (
    Content,
    CursorContent,
    Key,
    NamespaceContent,
    Ref,
    TableContent,
    ViewContent,
    key_text,
)
from phlo_api.deps import At
from phlo_api.paging import page_by_key, page_by_offset
from phlo_api.schemas import nessie as wire
from phlo_api.schemas.common import Done
from phlo_api.state import Api


def shown(api: Api, ref: Ref) -> wire.Ref:
    """Return a ref with the commit that it stands on."""
    commit = api.catalog.get_commit(ref.commit)
    return wire.Ref(
        name=ref.name,
        kind=ref.kind,
        commit=ref.commit,
        incarnation=ref.incarnation,
        protected=ref.protected,
        created_at=ref.created_at,
        number=commit.number,
        updated_at=commit.time,
        message=commit.message,
    )


def list_page(
    api: Api, kind: str | None, q: str | None, cursor: str | None, limit: int
) -> wire.RefPage:
    """Return a page of refs: protected ones first, then by last change."""
    found = [ref for ref in api.catalog.refs() if kind in (None, ref.kind)]
    if q:
        found = [ref for ref in found if q.lower() in ref.name.lower()]
    items = [shown(api, ref) for ref in found]
    items.sort(key=lambda ref: (not ref.protected, ref.kind == "tag", -ref.number, ref.name))
    page, following = page_by_offset(items, cursor, limit)
    return wire.RefPage(total=len(items), items=page, next_cursor=following)


def get(api: Api, name: str) -> wire.Ref:
    """Return a ref by its name."""
    return shown(api, api.catalog.ref(name))


def create_branch(api: Api, body: wire.NewRef) -> wire.Ref:
    """Create a branch."""
    return shown(api, api.catalog.create_branch(body.name, at=body.at))


def create_tag(api: Api, body: wire.NewRef) -> wire.Ref:
    """Create a tag."""
    return shown(api, api.catalog.create_tag(body.name, at=body.at))


def delete(api: Api, name: str, incarnation: str | None) -> Done:
    """Delete a ref. The main branch stays: every request that names no ref reads it."""
    kind = api.catalog.ref(name).kind
    api.catalog.delete_ref(name, incarnation=incarnation)
    return Done(done=f"{kind} {name!r} is deleted")


def protect(api: Api, body: wire.ProtectRef) -> wire.Ref:
    """Protect a branch, or stop protecting it."""
    return shown(api, api.catalog.protect(body.name, on=body.protected))


def summary(content: Content | None) -> wire.ContentSummary | None:
    """Return what a ref says of a key, in brief."""
    match content:
        case TableContent():
            return wire.ContentSummary(
                kind="table",
                rows=content.rows,
                bytes=content.bytes,
                files=content.files,
                snapshot_id=None if content.snapshot_id is None else str(content.snapshot_id),
                schema_hash=content.schema_hash,
            )
        case ViewContent():
            return wire.ContentSummary(kind="view")
        case NamespaceContent():
            return wire.ContentSummary(kind="namespace")
        case CursorContent():
            return wire.ContentSummary(kind="cursor")
    return None


def entries(api: Api, at: At, prefix: str | None, cursor: str | None, limit: int) -> wire.EntryPage:
    """Return a page of the keys of a ref."""
    known = api.catalog.contents(at.commit.id)
    found = sorted(
        (item for item in ((_text(key), content) for key, content in known.items())),
        key=lambda item: item[0],
    )
    if prefix:
        found = [item for item in found if item[0].startswith(prefix)]
    page, following = page_by_key(found, lambda item: item[0], cursor, limit)
    items = [wire.Entry(key=text, **_fields(content)) for text, content in page]
    return wire.EntryPage(
        ref=at.ref, commit=at.commit.id, total=len(found), items=items, next_cursor=following
    )


def _text(key: Key) -> str:
    return key_text(key)


def _fields(content: Content) -> dict[str, Any]:
    brief = summary(content)
    assert brief is not None
    return brief.model_dump()
