"""Compile requirements/*.txt: every package with its hashes, no address of any index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links", "--annotation-style", "line"),
)
WORK = {
    "dev.txt": ("pyproject.toml", "requirements/dev.in"),
    "phlo.txt": ("pyproject.toml", "-c", "requirements/dev.txt"),
    "demo.txt": ("requirements/demo.in", "--no-deps"),
    "bootstrap.txt": ("requirements/bootstrap.in",),
    "servers.txt": ("requirements/servers.in", "--only-binary", ":all:"),
    "page.txt": ("requirements/page.in", "--only-binary", ":all:"),
}


def main() -> int:
    """Compile every file; what is pinned already stays, unless --upgrade is given."""
    for name, inputs in WORK.items():
        command = [*COMPILE, *inputs, "--output-file", f"requirements/{name}", *sys.argv[1:]]
        subprocess.run(command, cwd=ROOT, check=True)
        text = (FOLDER / name).read_text(encoding="utf-8")
        if "://" in text:
            print(f"error: requirements/{name} holds an address\nfix: remove it", file=sys.stderr)
            return 1
        print(f"requirements/{name}: {text.count('==')} packages")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
