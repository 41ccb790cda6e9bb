"""A small S3 server on loopback that can misbehave as real ones do.

The real one of `make test-servers` cannot be made to fail at a chosen request.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

_STATUS = {"AccessDenied": 403, "SlowDown": 503, "InternalError": 500}


class S3Server(ThreadingHTTPServer):
    """Objects by path; ``behave`` is asked before every conditional put.

    It answers "conflict" (409, nothing written), "drop" (written, connection cut), "ignore"
    (``If-None-Match`` is not honoured), the code of an S3 error (nothing written) or None.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.behaviour: list[str] = []
        self.lock = threading.Lock()

    @property
    def options(self) -> dict[str, str]:
        return {
            "endpoint": f"http://127.0.0.1:{self.server_address[1]}",
            "region": "us-east-1",
            "access_key_id": "test",
            "secret_access_key": "test",
        }

    def behave(self) -> str | None:
        return self.behaviour.pop(0) if self.behaviour else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/")

    def _body(self) -> bytes:
        """Read what was sent; some clients send it in chunks with their signatures between."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.headers.get("x-amz-content-sha256", "").startswith("STREAMING"):
            return sent
        body = b""
        while sent:
            head, _, rest = sent.partition(b"\r\n")
            size = int(head.partition(b";")[0], 16)
            if size == 0:
                break
            body, sent = body + rest[:size], rest[size + 2 :]
        return body

    def _answer(
        self, status: int, body: bytes = b"", size: int | None = None, part: str = ""
    ) -> None:
        self.send_response(status)
        if part:
            self.send_header("Content-Range", part)
        self.send_header("Content-Length", str(len(body) if size is None else size))
        self.send_header("Last-Modified", format_datetime(datetime.now(UTC), usegmt=True))
        self.send_header("ETag", '"0"')
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        body = self._body()
        query = parse_qs(urlsplit(self.path).query)
        with self.server.lock:
            if "uploadId" in query:
                parts = self.server.uploads[query["uploadId"][0]]
                parts[int(query["partNumber"][0])] = body
                return self._answer(200)
            behaviour = None
            if self.headers.get("If-None-Match") == "*":
                behaviour = self.server.behave()
                if behaviour == "conflict":
                    return self._answer(
                        409, b"<Error><Code>ConditionalRequestConflict</Code></Error>"
                    )
                if behaviour not in (None, "drop", "ignore"):
                    return self._answer(
                        _STATUS.get(behaviour, 400),
                        f"<Error><Code>{behaviour}</Code><Message>No.</Message></Error>".encode(),
                    )
                if behaviour != "ignore" and self._key() in self.server.objects:
                    return self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            self.server.objects[self._key()] = body
        if behaviour == "drop":
            self.close_connection = True
            return self.connection.close()
        return self._answer(200)

    def do_HEAD(self) -> None:
        found = self.server.objects.get(self._key())
        self._answer(404 if found is None else 200, size=len(found or b""))

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            return self._answer(200, self._listing(query))
        found = self.server.objects.get(self._key())
        if found is None:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if asked is None:
            return self._answer(200, found)
        first, last = _bounds(asked[1], asked[2], len(found))
        told = f"bytes {first}-{last}/{len(found)}"
        return self._answer(206, found[first : last + 1], part=told)

    def do_POST(self) -> None:
        body = self._body().decode()
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "uploads" in query or "uploadId" in query:
            return self._answer(200, self._uploaded(query))
        bucket = self._key().rstrip("/") + "/"
        keys = re.findall("<Key>([^<]*)</Key>", body)
        for key in keys:
            self.server.objects.pop(bucket + unescape(key), None)
        done = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return self._answer(200, f"<DeleteResult>{done}</DeleteResult>".encode())

    def _uploaded(self, query: dict[str, list[str]]) -> bytes:
        """Begin an upload in parts, or end it."""
        with self.server.lock:
            if "uploads" in query:
                name = f"upload-{len(self.server.uploads)}"
                self.server.uploads[name] = {}
                return _xml("InitiateMultipartUploadResult", UploadId=name)
            parts = self.server.uploads[query["uploadId"][0]]
            self.server.objects[self._key()] = b"".join(parts[n] for n in sorted(parts))
        return _xml("CompleteMultipartUploadResult", ETag="0")

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._key(), None)
        self._answer(204)

    def _listing(self, query: dict[str, list[str]]) -> bytes:
        bucket = self._key().rstrip("/") + "/"
        prefix = query.get("prefix", [""])[0]
        after = query.get("start-after", [""])[0]
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        keys = sorted(one.removeprefix(bucket) for one in self.server.objects)
        listed = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{now}</LastModified>"
            f"<Size>{len(self.server.objects[bucket + key])}</Size><ETag>0</ETag></Contents>"
            for key in keys
            if key.startswith(prefix) and key > after
        )
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
        return body.encode()


def _xml(name: str, **fields: str) -> bytes:
    inside = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
    return f"<{name}>{inside}</{name}>".encode()


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last or size - 1), size - 1)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
