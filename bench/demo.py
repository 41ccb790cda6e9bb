"""From a clean clone to published marts and their page: with nothing cached, and .venv kept."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Result, main, result

ROOT = Path(__file__).resolve().parent.parent
# What reaching a package index takes on this machine; everything else is dropped.
NETWORK = (
    *("PIP_", "UV_INDEX", "SSL_", "REQUESTS_", "CURL_", "HTTP", "http", "NO_PROXY", "no_proxy"),
    *("NODE_EXTRA", "NPM_CONFIG_", "npm_config_"),
)


def empty_home(home: Path) -> dict[str, str]:
    """Return the environment of a newcomer: an empty home, no caches, the network reachable."""
    home.mkdir(parents=True)
    pip = Path.home() / ".config" / "pip"
    if pip.is_dir():
        shutil.copytree(pip, home / ".config" / "pip")
    npm = Path.home() / ".npmrc"
    if npm.is_file():
        shutil.copy(npm, home / ".npmrc")
    network = {k: v for k, v in os.environ.items() if k.startswith(NETWORK)}
    return {**network, "HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def demo(clone: Path, environment: dict[str, str]) -> float:
    """Run `make demo` and return its wall seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        ["make", "demo"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        print((done.stdout + done.stderr)[-4000:], file=sys.stderr)
        raise SystemExit(f"make demo failed in {clone}")
    return seconds


def stop(clone: Path, environment: dict[str, str]) -> None:
    """Stop the page that the demo left running: it is not part of what is measured."""
    command = [clone / ".venv/bin/phlo", "services", "stop"]
    subprocess.run(command, cwd=clone, env=environment, capture_output=True, check=False)


def run(quick: bool) -> list[Result]:
    """Clone HEAD, run the demo cold, remove its state, run it warm (three times unless quick)."""
    folder = Path(tempfile.mkdtemp(prefix="phlo-bench-demo-"))
    clone, environment = folder / "phlo", empty_home(folder / "home")
    try:
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        cold = demo(clone, environment)
        warm = []
        for _ in range(1 if quick else 3):
            stop(clone, environment)
            shutil.rmtree(clone / ".phlo")
            warm.append(demo(clone, environment))
    finally:
        stop(clone, environment)
        shutil.rmtree(folder, ignore_errors=True)
    return [
        result("cold_s", cold, "s", "<= 240", "empty home and caches, one run"),
        result("warm_s", sorted(warm)[len(warm) // 2], "s", "<= 40", f"median of {len(warm)}"),
    ]


if __name__ == "__main__":
    sys.exit(main("demo", run))
