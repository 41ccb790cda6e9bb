"""The catalog: refs, history, compare, merge, revert."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from phlo_api.deps import ApiState, Cursor, Limit, Pinned, RefText, Search, tag
from phlo_api.schemas import nessie as wire
from phlo_api.schemas.common import Done
from phlo_api.views import compare, history, merging, refs

router = APIRouter(prefix="/api/nessie", tags=["nessie"])

NamePath = Annotated[str, Path(max_length=300, description="A branch or tag; slashes stay.")]
Source = Annotated[str, Query(max_length=300, description="The branch to merge.")]
Into = Annotated[str, Query(max_length=300, description="The branch to merge into.")]


@router.get("/refs")
def list_refs(
    api: ApiState,
    kind: Literal["branch", "tag"] | None = None,
    q: Search = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.RefPage:
    """List branches and tags."""
    return refs.list_page(api, kind, q, cursor, limit)


@router.post("/refs", status_code=201)
def create_branch(api: ApiState, body: wire.NewRef) -> wire.Ref:
    """Create a branch; it costs one log entry, whatever the lake holds."""
    return refs.create_branch(api, body)


@router.post("/tags", status_code=201)
def create_tag(api: ApiState, body: wire.NewRef) -> wire.Ref:
    """Create a tag."""
    return refs.create_tag(api, body)


@router.get("/refs/{name:path}")
def get_ref(api: ApiState, name: NamePath) -> wire.Ref:
    """Return a branch or tag."""
    return refs.get(api, name)


@router.delete("/refs/{name:path}")
def delete_ref(
    api: ApiState,
    name: NamePath,
    incarnation: Annotated[str | None, Query(max_length=100)] = None,
) -> Done:
    """Delete a branch or tag, if it is still of this incarnation."""
    return refs.delete(api, name, incarnation)


@router.post("/protect")
def protect_branch(api: ApiState, body: wire.ProtectRef) -> wire.Ref:
    """Protect a branch, or stop protecting it."""
    return refs.protect(api, body)


@router.get("/log")
def list_commits(
    api: ApiState,
    ref: RefText,
    table: Annotated[str | None, Query(max_length=300)] = None,
    author: Annotated[str | None, Query(max_length=200)] = None,
    run: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> wire.CommitPage:
    """List the commits of a ref, newest first."""
    return history.log(api, ref, table, author, run, cursor, limit)


@router.get("/graph")
def get_commit_graph(
    api: ApiState,
    name: Annotated[
        list[str] | None, Query(max_length=50, description="Refs; all if none.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.CommitGraph:
    """Return the commits of several refs as a graph with lanes."""
    return history.graph(api, name, cursor, limit)


@router.get("/commits/{commit}")
def get_commit(api: ApiState, commit: Annotated[str, Path(max_length=100)]) -> wire.CommitDetail:
    """Return a commit with what it changed."""
    return history.detail(api, commit)


@router.get("/entries")
def list_entries(
    api: ApiState,
    at: Pinned,
    prefix: Annotated[str | None, Query(max_length=300)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.EntryPage:
    """List the keys of a ref and what they hold."""
    return refs.entries(api, at, prefix, cursor, limit)


@router.get("/compare")
def compare_refs(
    api: ApiState, request: Request, response: Response, source: Source, into: Into = "main"
) -> wire.Compare:
    """Say how a branch stands to another: commits ahead and behind, tables that differ."""
    pair = compare.pair(api, source, into)
    tag(request, response, *(commit.id for commit in pair))
    return compare.refs(api, source, into, pair)


@router.get("/merge")
def preview_merge(api: ApiState, source: Source, into: Into = "main") -> wire.MergePreview:
    """Say what a merge would do, which checks it has and which it lacks, without doing it."""
    return merging.preview(api, source, into)


@router.post("/merge")
def merge_branch(api: ApiState, body: wire.MergeRequest) -> wire.Commit:
    """Merge a branch. A protected target gets only what passed its checks."""
    return merging.merge(api, body)


@router.post("/revert")
def revert_commit(api: ApiState, body: wire.RevertRequest) -> wire.Commit:
    """Undo a commit by a new one."""
    return merging.revert(api, body)
