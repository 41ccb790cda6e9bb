"""A small proxy that serves another server under a path, as one in front of phlo does."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

_PIECE = 65_536
_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade"}


@contextmanager
def proxied(address: str, base: str, *, strip: bool) -> Iterator[str]:
    """Serve a server under a path; ``strip`` takes the path off before it asks."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            if not self.path.startswith(f"{base}/"):
                self.send_error(404)
                return
            asked = self.path.removeprefix(base) if strip else self.path
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            behind = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
            try:
                behind.request(self.command, asked, body or None, headers)
                answer = behind.getresponse()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in _HOP:
                        self.send_header(name, value)
                self.send_header("connection", "close")
                self.end_headers()
                while piece := answer.read1(_PIECE):
                    self.wfile.write(piece)
                    self.wfile.flush()
            except (ConnectionError, TimeoutError):
                pass  # the browser went away, as it does from a stream
            finally:
                behind.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

        def log_message(self, *_: object) -> None:
            """Say nothing: the test looks at the page."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A browser that closes a connection is no error."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
