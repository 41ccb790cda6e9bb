"""What routes ask for: the process's state, the ref and the page."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request, Response

from phlo.errors import InvalidInput
from phlo.model import Commit
from phlo_api.state import Api

_VERSION = "1"


async def _api(request: Request) -> Api:
    api: Api = request.app.state.api
    return api


ApiState = Annotated[Api, Depends(_api)]


def moment(text: str | None) -> datetime | None:
    """Return a time in UTC. Raises ``InvalidInput``: a bare number is none, nor is year 0."""
    if text is None:
        return None
    if _TIME.match(text):
        with suppress(ValueError, OverflowError):
            found = datetime.fromisoformat(text)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    raise InvalidInput(f"{text!r} is no time", fix="write it as 2026-01-31T05:00:00Z")


_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_REF_HELP = (
    "A branch, tag, commit id, `name@commit` or `name@time`. The header X-Phlo-Ref does the same."
)
RefQuery = Annotated[
    str | None, Query(alias="ref", max_length=300, description=_REF_HELP, examples=["main"])
]
RefHeader = Annotated[
    str | None, Header(alias="X-Phlo-Ref", max_length=300, description="As the parameter `ref`.")
]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items of a page.")]
Cursor = Annotated[
    str | None, Query(max_length=4096, description="The `next_cursor` of the page before.")
]
Search = Annotated[
    str | None, Query(max_length=200, description="Text that the name holds, ignoring case.")
]
TablePath = Annotated[
    str, Path(max_length=300, description="Namespace and name.", examples=["raw.flights"])
]
Moment = Annotated[
    str | None,
    Query(
        description="RFC 3339; UTC if it has no offset.",
        examples=["2026-01-31T05:00:00Z"],
        max_length=40,
        json_schema_extra={"format": "date-time"},
    ),
]
AssetPath = Annotated[
    str, Path(max_length=600, description="The asset key with dots.", examples=["raw.flights"])
]
CheckPath = Annotated[
    str, Path(max_length=300, description="A check.", examples=["not_null_origin"])
]
RunPath = Annotated[
    str,
    Path(max_length=64, description="A run.", examples=["6f1c6f0e-8a3b-4b19-9a43-0a4b8f1d2c3e"]),
]


class NotModified(Exception):
    """The client holds the answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


async def ref_text(ref: RefQuery = None, x_phlo_ref: RefHeader = None) -> str:
    """Return the ref of a request: the parameter, else the header, else main."""
    return ref or x_phlo_ref or "main"


async def given_ref(ref: RefQuery = None, x_phlo_ref: RefHeader = None) -> str | None:
    """Return the ref of a request, or None if it names none."""
    return ref or x_phlo_ref


RefText = Annotated[str, Depends(ref_text)]
GivenRef = Annotated[str | None, Depends(given_ref)]


@dataclass(frozen=True, slots=True)
class At:
    """A ref as it was asked for, and the commit it stands for during the request."""

    ref: str
    commit: Commit


def _pinned(api: ApiState, ref: RefText, request: Request, response: Response) -> At:
    commit = api.catalog.resolve(ref)
    tag(request, response, commit.id)
    return At(ref, commit)


Pinned = Annotated[At, Depends(_pinned)]


def _pinned_table(
    api: ApiState, ref: RefText, table: TablePath, request: Request, response: Response
) -> At:
    """Pin a table along with whether an asset of the code location writes it."""
    commit = api.catalog.resolve(ref)
    tag(request, response, commit.id, "written" if table in api.dagster.assets else "")
    return At(ref, commit)


PinnedTable = Annotated[At, Depends(_pinned_table)]


def tag(request: Request, response: Response, *fixed_by: str) -> None:
    """Give the answer an ETag. Raises ``NotModified`` if the client holds this very answer."""
    text = "\0".join([_VERSION, request.url.path, request.url.query, *fixed_by])
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    held = request.headers.get("if-none-match", "")
    if etag in {part.strip() for part in held.split(",")}:
        raise NotModified(etag)
    response.headers["etag"] = etag
    response.headers["cache-control"] = "private, no-cache"
