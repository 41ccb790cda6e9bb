"""The built page: known files only, held in memory, sent as they were compressed at build."""

import hashlib
import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

STATIC = Path(__file__).with_name("static")
NONCE = "__CSP_NONCE__"
BASE = "__BASE_PATH__"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_IMMUTABLE = "public, max-age=31536000, immutable"
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
)
_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>phlo</title></head><body>
<h1>Observatory is not built</h1>
<p>This installation of phlo has no page. Build it with <code>pip install .</code> in a checkout,
without <code>PHLO_SKIP_UI</code>, then start phlo again.</p>
<p>The API answers all the same: <a href="{base}/api/openapi.json">its description</a>,
<a href="{base}/healthz">its health</a>, and <a href="{base}/dagster/">the Dagster UI</a>.</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the page in every encoding it was built in; "" is as it is."""

    media_type: str
    etag: str
    bodies: dict[str, bytes]
    is_immutable: bool


class Page:
    """The page of one build."""

    def __init__(self, folder: Path | None = None) -> None:
        self._files = _load(folder or STATIC)
        index = self._files.pop("/index.html", None)
        self._index = index.bodies[""].decode() if index else None

    @property
    def is_built(self) -> bool:
        """Whether there is a page."""
        return self._index is not None

    def answer(self, request: Request, base: str) -> Response | None:
        """Return a file of the page, or its index for any view; None for what is not there."""
        path = request.url.path.removeprefix(base) if base else request.url.path
        file = self._files.get(path)
        if file is not None:
            return _send(file, request)
        if path.startswith("/assets/") or path == "/api" or path.startswith("/api/"):
            return None
        return self._document(base)

    def _document(self, base: str) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = self._index if self._index is not None else _NOT_BUILT.format(base=base)
        headers = {
            "content-security-policy": _CSP.format(nonce=nonce),
            "cache-control": "no-store",
        }
        status = 200 if self.is_built else 503
        return HTMLResponse(html.replace(NONCE, nonce).replace(BASE, base), status, headers)


def _load(folder: Path) -> dict[str, _File]:
    found: dict[str, _File] = {}
    if not folder.is_dir():
        return found
    endings = tuple(ending for _, ending in _ENCODINGS)
    for path in sorted(folder.rglob("*")):
        name = "/" + path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and not name.endswith(endings):
            found[name] = _read(path, name)
    return found


def _read(path: Path, name: str) -> _File:
    plain = path.read_bytes()
    bodies = {"": plain}
    for encoding, ending in _ENCODINGS:
        packed = path.with_name(path.name + ending)
        if packed.is_file():
            bodies[encoding] = packed.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in {".js", ".mjs"}:
        kind = "text/javascript"
    if kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}:
        kind += "; charset=utf-8"
    etag = hashlib.sha256(plain).hexdigest()[:32]
    return _File(kind, etag, bodies, name.startswith("/assets/"))


def _send(file: _File, request: Request) -> Response:
    encoding = _choose(request.headers.get("accept-encoding", ""), file.bodies)
    etag = f'"{file.etag}{"-" + encoding if encoding else ""}"'
    headers = {
        "etag": etag,
        "vary": "accept-encoding",
        "cache-control": _IMMUTABLE if file.is_immutable else "no-cache",
    }
    held = {part.strip() for part in request.headers.get("if-none-match", "").split(",")}
    if etag in held:
        return Response(status_code=304, headers=headers)
    if encoding:
        headers["content-encoding"] = encoding
    return Response(file.bodies[encoding], media_type=file.media_type, headers=headers)


def _choose(accepted: str, bodies: dict[str, bytes]) -> str:
    """Return the best encoding that the client takes and the build has."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=")
        try:
            weights[name.strip().lower()] = float(weight) if weight else 1.0
        except ValueError:
            weights[name.strip().lower()] = 0.0
    usable = [(weights.get(e, 0.0), e) for e, _ in _ENCODINGS if e in bodies]
    best = max(usable, key=lambda item: item[0], default=(0.0, ""))
    return best[1] if best[0] > 0 else ""
