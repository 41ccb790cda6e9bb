"""An S3 server of the real kind, started for the tests that are marked `servers`."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tools.servers import GATEWAY

HERE = Path(__file__).parent
KEY, SECRET = "phlo-tester", "never-to-be-shown"
BUCKET = "lakes"
_WAIT_S = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the server keeps its buckets, each object a file."""
    folder = tmp_path_factory.mktemp("objects")
    (folder / BUCKET).mkdir()
    return folder


@contextmanager
def serving(objects: Path, *flags: str) -> Iterator[str]:
    """Start a server over a folder; yield its address."""
    if not GATEWAY.is_file():
        pytest.skip("there is no versitygw; build it with: python3 tools/servers.py")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(GATEWAY), "--access", KEY, "--secret", SECRET, "--port", place, "--quiet"]
    command += [*flags, "posix", str(objects)]
    with (objects.parent / "versitygw.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *flags, "posix", str(objects)], stdout=log, stderr=log
        )
    try:
        _await(place, process)
        yield f"http://{place}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def gateway(objects: Path) -> Iterator[str]:
    """The address of a server with one bucket."""
    with serving(objects) as address:
        yield address


def _await(place: str, process: subprocess.Popen[bytes]) -> None:
    host, _, port = place.partition(":")
    deadline = time.monotonic() + _WAIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("versitygw did not start")


@pytest.fixture(scope="session")
def options(gateway: str) -> dict[str, str]:
    """How its bucket is reached."""
    return {"endpoint": gateway, "access_key_id": KEY, "secret_access_key": SECRET}


@pytest.fixture(scope="session")
def variables(gateway: str) -> dict[str, str]:
    """The same, as a project finds it in `.env`."""
    return {
        "AWS_ENDPOINT_URL": gateway,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }


@pytest.fixture
def url() -> str:
    """An address in the bucket where nothing is yet."""
    return f"s3://{BUCKET}/{uuid4().hex[:12]}/lake"
