"""The built page: known files only, as they were compressed."""

import gzip
from pathlib import Path

import pytest
from starlette.requests import Request

from phlo_api.ui import Page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text('<base href="__BASE_PATH__/"><i nonce="__CSP_NONCE__">')
    (static / "assets" / "app-1.js").write_text("run()")
    (static / "assets" / "app-1.js.br").write_bytes(b"brotli")
    (static / "assets" / "app-1.js.gz").write_bytes(gzip.compress(b"run()"))
    (static / ".ui-hash").write_text("secret")
    (tmp_path / "outside.txt").write_text("outside")
    return static


def ask(path: str, **headers: str) -> Request:
    pairs = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": "http", "path": path, "headers": pairs, "query_string": b"", "method": "GET"}
    return Request({**scope, "server": ("localhost", 80), "scheme": "http"})


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=1.0, br;q=0.1", "gzip"),
        ("identity", None),
        ("br;q=x", None),
    ],
)
def test_a_file_is_sent_as_the_client_likes_it(
    folder: Path, accepted: str, encoding: str | None
) -> None:
    answer = Page(folder).answer(ask("/assets/app-1.js", accept_encoding=accepted), "")

    assert answer is not None
    assert answer.headers.get("content-encoding") == encoding
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_file_that_the_client_holds_is_not_sent_again(folder: Path) -> None:
    page = Page(folder)
    first = page.answer(ask("/assets/app-1.js"), "")
    assert first is not None

    again = page.answer(ask("/assets/app-1.js", if_none_match=first.headers["etag"]), "")

    assert again is not None
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/assets/old-0.js", "/api/nothing", "/api"])
def test_what_is_no_view_is_not_answered_with_the_page(folder: Path, path: str) -> None:
    assert Page(folder).answer(ask(path), "") is None


@pytest.mark.parametrize("path", ["/", "/runs/1", "/.ui-hash", "/../outside.txt", "/index.html"])
def test_any_view_is_the_page_and_nothing_else(folder: Path, path: str) -> None:
    answer = Page(folder).answer(ask(path), "/phlo")

    assert answer is not None
    body = bytes(answer.body).decode()
    nonce = body.split('nonce="')[1].split('"')[0]
    assert body.startswith('<base href="/phlo/">')
    assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_that_is_not_built_says_so(tmp_path: Path) -> None:
    answer = Page(tmp_path / "none").answer(ask("/"), "")

    assert answer is not None
    assert answer.status_code == 503
    assert b"Observatory is not built" in bytes(answer.body)
