"""Build .venv from the hashed requirements. Needs Python 3.11 or newer, and nothing else.

Does nothing, in about a second, when what it built still fits: a stamp in .venv holds the hash of
every file that decides, and the folder itself, because a virtual environment cannot be moved.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
STAMP = VENV / "phlo-setup.stamp"
REQUIREMENTS = ROOT / "requirements"
DECIDING = (Path(__file__), ROOT / "pyproject.toml", *sorted(REQUIREMENTS.glob("*.txt")))
OLDEST = (3, 11)
NO_NODE = 3
PROJECT_CODE = ("phlo", "phlo_defs", "phlo_api")
TOTAL = 7


class SetupError(Exception):
    """What went wrong and what to do next."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def say(step: int, text: str) -> None:
    """Print one line of progress."""
    print(f"setup [{step}/{TOTAL}] {text}", flush=True)


def run(command: list[str], *, problem: str, fix: str) -> None:
    """Run a command; its output is shown only when it fails."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"UV_NO_PROGRESS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )
    if done.returncode != 0:
        print((done.stdout + done.stderr).strip(), file=sys.stderr)
        raise SetupError(problem, fix)


def suitable(python: str) -> bool:
    """Tell whether an interpreter is new enough and can make virtual environments."""
    question = f"import sys, venv, ensurepip; sys.exit(sys.version_info < {OLDEST})"
    try:
        asked = subprocess.run([python, "-c", question], capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0


def find_python() -> str:
    """Return an interpreter to build with: this one, or the newest suitable one on the PATH."""
    names = [sys.executable, "python3.13", "python3.12", "python3.11"]
    for name in names:
        found = shutil.which(name)
        if found and suitable(found):
            return found
    version = ".".join(map(str, sys.version_info[:3]))
    raise SetupError(
        f"Python {version} cannot build the environment: phlo needs 3.11 or newer, with venv",
        "install Python 3.11+ (Debian and Ubuntu: python3 and python3-venv), "
        'or name one: "make setup PYTHON=/path/to/python3.12"',
    )


def fingerprint() -> str:
    """Return the hash of everything that decides what the environment holds."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in DECIDING:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def written_for(path: Path) -> str:
    """Return the stamp that was left by the last complete setup, or nothing."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def moved() -> bool:
    """Tell whether .venv was made in another folder, so that its scripts point nowhere."""
    script = PYTHON.parent / "activate"
    return script.is_file() and str(VENV) not in script.read_text(encoding="utf-8")


def make_venv() -> None:
    """Create .venv, or replace one that is broken or was moved here."""
    if PYTHON.exists() and not moved() and suitable(str(PYTHON)):
        say(1, f"environment {VENV.name} is there")
        return
    python = find_python()
    say(1, f"environment {VENV.name} from {Path(python).name}")
    run(
        [python, "-m", "venv", "--clear", str(VENV)],
        problem=f"{python} could not create {VENV}",
        fix="look at the lines above; Debian and Ubuntu need the package python3-venv",
    )


def install() -> None:
    """Install uv with pip, and the rest with uv; every file is checked against its hash."""
    network = "look at the lines above; the package index must be reachable, then run it again"
    say(2, "uv, the installer")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes"]
    run(
        [*pip, "-r", str(REQUIREMENTS / "bootstrap.txt")],
        problem="pip could not install uv",
        fix=network,
    )
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
    hashed = [*uv, "--require-hashes", "--no-build-isolation"]
    say(3, "packages, with hashes and bytecode")
    run(
        [*hashed, "--compile-bytecode", "-r", str(REQUIREMENTS / "dev.txt")],
        problem="uv could not install the packages",
        fix=network,
    )
    say(4, "Observatory, the page")
    build_page()
    say(5, "the data of the demo, and phlo itself")
    run(
        [*hashed, "--no-deps", "-r", str(REQUIREMENTS / "demo.txt")],
        problem="uv could not install the data of the demo",
        fix=network,
    )
    run(
        [*uv, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        problem="uv could not install this folder as phlo",
        fix="look at the lines above; pyproject.toml says how phlo is built",
    )


def build_page() -> None:
    """Build the page if its source changed; Node comes from PyPI where this machine has none."""
    if not (ROOT / "observatory").is_dir():
        return
    hook = [str(PYTHON), str(ROOT / "hatch_build.py")]
    asked = subprocess.run(hook, cwd=ROOT, text=True, capture_output=True, check=False)
    if asked.returncode == 0:
        return
    if asked.returncode == NO_NODE:
        uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
        run(
            [*uv, "--require-hashes", "-r", str(REQUIREMENTS / "page.txt")],
            problem="uv could not install Node, which the page is built with",
            fix="install Node 20.19 or newer, or leave the page out: PHLO_SKIP_UI=1 make setup",
        )
    run(
        hook,
        problem="the page could not be built",
        fix="look at the lines above; to go without the page: PHLO_SKIP_UI=1 make setup",
    )


def compile_code() -> None:
    """Compile our own modules, so that the first import is as fast as the second."""
    folders = [str(ROOT / name) for name in PROJECT_CODE if (ROOT / name).is_dir()]
    run(
        [str(PYTHON), "-m", "compileall", "-q", *folders],
        problem="a module does not compile",
        fix="mend the syntax error above",
    )


def build_manifest() -> None:
    """Let dbt parse the models of the project, so that no process has to; quick if unchanged."""
    if (ROOT / "dbt_project" / "dbt_project.yml").is_file():
        run(
            [str(PYTHON), "-m", "phlo_defs.transform.manifest"],
            problem="dbt could not parse dbt_project",
            fix="mend the model that is named above",
        )


def main() -> int:
    """Bring the environment up to date and say what was done."""
    started = time.monotonic()
    wanted = fingerprint()
    fresh = PYTHON.exists() and written_for(STAMP) == wanted
    if not fresh:
        STAMP.unlink(missing_ok=True)
        make_venv()
        install()
        say(6, "bytecode of phlo")
    else:
        build_page()
    compile_code()
    if not fresh:
        say(7, "the manifest of the dbt project")
    build_manifest()
    STAMP.write_text(wanted + "\n", encoding="utf-8")
    if not fresh:
        print(f"setup done in {time.monotonic() - started:.0f} s: {VENV.name}/bin/phlo --help")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except SetupError as error:
        print(f"error: {error.problem}\nfix: {error.fix}", file=sys.stderr)
        raise SystemExit(1) from None
