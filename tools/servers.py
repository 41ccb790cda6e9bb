"""Build the servers that tests marked `servers` talk to, once, into .venv/servers.

Where they cannot be built those tests are skipped by name, with the reason.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "servers"
GATEWAY = FOLDER / "versitygw"
"""An S3 server over a folder that honours ``If-None-Match``."""
_GATEWAY_SOURCE = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
_OLDEST_GO = (1, 25)
_WAIT_S = 900


def _find_go() -> str | None:
    """Return a Go that can build the gateway: this machine's, or the one from PyPI."""
    found = shutil.which("go")
    if found is not None:
        asked = subprocess.run([found, "version"], capture_output=True, text=True, check=False)
        version = re.search(r"go(\d+)\.(\d+)", asked.stdout)
        if version and (int(version[1]), int(version[2])) >= _OLDEST_GO:
            return found
    print("installing Go, which the servers are built with", flush=True)
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    wanted = str(ROOT / "requirements" / "servers.txt")
    done = subprocess.run([*uv, "--require-hashes", "-r", wanted], check=False)
    if done.returncode != 0:
        return None
    asked = subprocess.run(
        [sys.executable, "-c", "import go; print(go.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    return str(Path(asked.stdout.strip()) / "bin" / "go")


def build() -> str | None:
    """Build what is missing; return why it could not be, or None."""
    if GATEWAY.is_file():
        return None
    go = _find_go()
    if go is None:
        return "there is no Go 1.25 or newer, and none could be installed"
    print("building versitygw, an S3 server (a minute or two)", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = {"GOBIN": str(FOLDER), "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    try:
        done = subprocess.run(
            [go, "install", "-trimpath", _GATEWAY_SOURCE],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"building it did not end in {_WAIT_S} s"
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def main() -> int:
    """Build, and say what is missing; it is no failure to have no servers."""
    why = build()
    if why is not None:
        print(f"no versitygw, so the tests that need it are skipped: {why}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
