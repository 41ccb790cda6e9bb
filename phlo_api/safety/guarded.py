"""The gate of the process: every request passes it, whichever application answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import Response

from phlo.errors import PhloError
from phlo_api.errors import (
    HeadersTooLarge,
    HostRefused,
    OriginRefused,
    TookTooLong,
    Unauthorised,
)
from phlo_api.measuring import Measurements
from phlo_api.problems import problem
from phlo_api.safety import bodies, hosts, keys
from phlo_api.serving import Serving

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_API_CSP = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_UNTIMED = ("/api/live/", "/api/loki/tail", "/api/trino/query", "/api/nessie/merge", "/dagster")


class Guarded:
    """An application behind the gate: host, size, key, origin, body, time, headers."""

    def __init__(self, app: App, serving: Serving, measurements: Measurements) -> None:
        self._app = app
        self._serving = serving
        self._measurements = measurements

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = self._strip(scope)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, path)
            return
        started = time.perf_counter()
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(list(message.get("headers", ())), path)
            await send(message)

        try:
            await self._http(scope, receive, sent, path)
        finally:
            route = getattr(scope.get("route"), "path", None) or _family(path)
            seconds = time.perf_counter() - started
            self._measurements.request(scope["method"], route, status, seconds)

    def _strip(self, scope: Scope) -> str:
        """Take the base path of a proxy off, unless the proxy did."""
        base, path = self._serving.base_path, str(scope["path"])
        if base and (path == base or path.startswith(f"{base}/")):
            path = path[len(base) :] or "/"
        scope["path"], scope["phlo.base"] = path, base
        scope["raw_path"] = path.encode()
        return path

    async def _http(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        refusal = self._refuse(scope, path)
        if refusal is None and scope["method"] not in hosts.SAFE_METHODS:
            read = await self._read(scope, receive)
            if isinstance(read, PhloError):
                refusal = read
            else:
                receive = _replayed(read, receive)
        if refusal is not None:
            await _answer(refusal, path)(scope, receive, send)
            return
        if path.startswith(_UNTIMED):
            await self._app(scope, receive, send)
        else:
            await self._timed(scope, receive, send, path)

    def _refuse(self, scope: Scope, path: str) -> PhloError | None:
        headers = keys.headers_of(scope)
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size > self._serving.max_header_bytes:
            return HeadersTooLarge(
                f"the headers have {size} bytes", fix="send fewer or shorter ones"
            )
        host = headers.get("host", "")
        if not hosts.is_known(host, self._serving):
            return HostRefused(
                f"this process does not answer for the host {host[:100]!r}",
                fix="use localhost, or add the name to hosts in lakehouse.toml",
            )
        if self._lacks_key(scope, path):
            return Unauthorised(
                "the request carries no key that is known here",
                fix="send it as Authorization: Bearer …, or sign in at /api/auth",
            )
        changes = scope["type"] == "websocket" or scope["method"] not in hosts.SAFE_METHODS
        if changes and hosts.is_foreign(headers):
            return OriginRefused(
                f"{headers.get('origin', 'another site')!r} may not change anything here",
                fix="ask from the page that this process serves",
            )
        return None

    def _lacks_key(self, scope: Scope, path: str) -> bool:
        if not self._serving.key_required or not keys.needs_key(scope, path):
            return False
        return keys.method_of(scope, self._serving) == "none"

    async def _read(self, scope: Scope, receive: Receive) -> bytes | PhloError:
        headers = keys.headers_of(scope)
        try:
            length = bodies.declared_length(headers)
        except PhloError as error:
            return error
        most = self._serving.max_body_bytes
        if length is not None and length > most:
            return bodies.too_large(length, self._serving)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > most:
                return bodies.too_large(len(body), self._serving)
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
        refusal = bodies.refuse_kind(headers, body) or bodies.refuse_depth(body, self._serving)
        return body if refusal is None else refusal

    async def _timed(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        """Answer in time. A thread cannot be stopped, so what comes too late is thrown away."""
        started, muted = False, False

        async def sent(message: Message) -> None:
            nonlocal started
            if not muted:
                started = True
                await send(message)

        task = asyncio.ensure_future(self._app(scope, receive, sent))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._serving.request_timeout_s)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done or started:
            await task
            return
        muted = True
        task.add_done_callback(_forget)
        late = TookTooLong(
            f"{path} took longer than {self._serving.request_timeout_s:g} s",
            fix="ask for less at once: a smaller page, fewer columns, a shorter time",
        )
        await _answer(late, path)(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        if self._refuse(scope, path) is None:
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1008})


def _answer(error: PhloError, path: str) -> Response:
    more = {"www-authenticate": "Bearer"} if error.http_status == 401 else None
    return problem(error, path, headers=more)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that hands a body out again, then waits as the first one did."""
    handed = False

    async def again() -> Message:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _with_headers(headers: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
    have = {name.lower() for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS if name not in have]
    if b"content-security-policy" not in have and not path.startswith("/dagster"):
        headers.append((b"content-security-policy", _API_CSP))
    if b"cache-control" not in have and path.startswith("/api"):
        headers.append((b"cache-control", b"no-store"))
    return headers


def _family(path: str) -> str:
    """Return what stands for a path that no route has: never the path, of which there are many."""
    return "/dagster" if path.startswith("/dagster") else "other"


def _forget(task: "asyncio.Future[None]") -> None:
    if not task.cancelled():
        task.exception()
