"""Setup, run for real in a folder of its own; only the installer is played, and notes its work."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
INSTALLER = """
import sys
from pathlib import Path

if Path("offline").exists():
    sys.exit("the index cannot be reached")
with Path("installed").open("a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
"""


class Folder:
    """A checkout with nothing to install but what its files name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in {
            "pyproject.toml": "[project]\nname = 'small'\n",
            "requirements/bootstrap.txt": "",
            "requirements/dev.txt": "# nothing\n",
            "requirements/demo.txt": "",
            "uv/__main__.py": INSTALLER,
            "phlo/thing.py": "VALUE = 1\n",
        }.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        (root / "tools").mkdir()
        shutil.copy(ROOT / "tools/setup.py", root / "tools/setup.py")

    def setup(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.root / "tools/setup.py")]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    @property
    def installs(self) -> int:
        """How often the installer was asked."""
        return len((self.root / "installed").read_text().splitlines())

    @property
    def made(self) -> int:
        """When the environment was made."""
        return (self.root / ".venv/pyvenv.cfg").stat().st_mtime_ns


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("checkout") / "here")
    done = folder.setup()
    assert done.returncode == 0, done.stderr
    assert [line[:11] for line in done.stdout.splitlines()[:-1]] == [
        f"setup [{step}/7]" for step in range(1, 8)
    ]
    assert done.stdout.splitlines()[-1].startswith("setup done")
    return folder


def test_a_second_setup_does_no_step_and_says_nothing(ready: Folder) -> None:
    installs, made = ready.installs, ready.made

    done = ready.setup()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (ready.installs, ready.made) == (installs, made)


def test_a_changed_requirement_is_installed_into_the_environment_that_is_there(
    ready: Folder,
) -> None:
    installs, made = ready.installs, ready.made
    (ready.root / "requirements/dev.txt").write_text("# something else\n")

    done = ready.setup()

    assert "setup [1/7] environment .venv is there" in done.stdout
    assert ready.installs > installs
    assert ready.made == made
    assert ready.setup().stdout == ""


def test_a_setup_that_failed_is_done_again_and_not_taken_for_done(ready: Folder) -> None:
    (ready.root / "requirements/dev.txt").write_text("# a third thing\n")
    (ready.root / "offline").touch()

    failed = ready.setup()
    again = ready.setup()
    (ready.root / "offline").unlink()
    done = ready.setup()

    assert (failed.returncode, again.returncode, done.returncode) == (1, 1, 0)
    assert "the index cannot be reached" in failed.stderr
    assert "fix:" in failed.stderr
    assert "setup done" in done.stdout


def test_an_environment_that_was_moved_is_made_again(ready: Folder, tmp_path: Path) -> None:
    moved = Folder.__new__(Folder)
    moved.root = tmp_path / "there"
    shutil.copytree(ready.root, moved.root, symlinks=True)

    done = moved.setup()

    assert "setup [1/7] environment .venv from" in done.stdout
    assert str(moved.root) in (moved.root / ".venv/bin/activate").read_text()
