"""Failures as problem+json (RFC 9457), each with its code and its fix."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from phlo.errors import PhloError
from phlo_api.deps import NotModified
from phlo_api.errors import (
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    RouteNotFound,
    UnexpectedFailure,
)

MEDIA_TYPE = "application/problem+json"
_PAGE_METHODS = frozenset({"GET", "HEAD"})
_log = logging.getLogger("phlo_api")


def problem(
    error: PhloError,
    path: str,
    *,
    errors: Sequence[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return the answer that says what failed."""
    status = error.http_status
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.problem,
        "code": error.code,
        "fix": error.fix,
        "instance": path,
    }
    if errors:
        body["errors"] = list(errors)
    conflicts = getattr(error, "conflicts", None)
    if conflicts:
        body["conflicts"] = [_conflict(item) for item in conflicts]
    more = {"cache-control": "no-store", **(headers or {})}
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=more)


def _conflict(item: object) -> dict[str, object]:
    key = getattr(item, "key", ())
    return {"key": ".".join(key), "reason": getattr(item, "reason", str(item))}


def install(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Answer every failure of this application, which has these routes, as a problem."""
    app.state.routers = routers
    app.add_exception_handler(PhloError, _explained)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _explained(request: Request, error: Exception) -> Response:
    assert isinstance(error, PhloError)
    mask = request.app.state.api.project.environment.mask
    error.problem, error.fix = mask(error.problem), mask(error.fix)
    return problem(error, request.url.path)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"where": ".".join(str(part) for part in e["loc"]), "problem": e["msg"], "kind": e["type"]}
        for e in error.errors()
    ]
    first = errors[0] if errors else {"where": "request", "problem": "is not valid"}
    said = InvalidRequest(
        f"{first['where']}: {first['problem']}",
        fix=f"send what /api/openapi.json says of {request.method} {request.url.path}",
    )
    return problem(said, request.url.path, errors=errors)


async def _not_modified(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotModified)
    headers = {"etag": error.etag, "cache-control": "private, no-cache"}
    return Response(status_code=304, headers=headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        return no_route(request)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return no_route(request)
    fix = "send what /api/openapi.json says of this path"
    return problem(MalformedRequest(str(error.detail), fix=fix), path)


def no_route(request: Request) -> Response:
    """Answer a request that no route takes: its path is unknown, or its method is another."""
    path = request.scope["path"]
    methods = {
        method
        for router in request.app.state.routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.path_regex.match(path)
        for method in route.methods or ()
    }
    if not methods and (request.method in _PAGE_METHODS or path.startswith("/api/")):
        known = request.app.openapi()["paths"]
        return problem(RouteNotFound.named(path, known=known), path)
    allowed = ", ".join(sorted(methods or _PAGE_METHODS))
    said = MethodNotAllowed(f"{path} does not take {request.method}", fix=f"use {allowed}")
    return problem(said, path, headers={"allow": allowed})


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    said = UnexpectedFailure(
        f"{request.method} {request.url.path} failed: {type(error).__name__}",
        fix="look at the log of phlo-api for the trace, and report it with the request",
    )
    return problem(said, request.url.path)
