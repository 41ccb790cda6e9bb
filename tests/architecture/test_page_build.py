"""How the page is built: from a lock that names no registry, with one Node, once for a wheel."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

PAGE = ROOT / "observatory"
NO_NODE = "no page can be built here: there is no Node; make setup brings it"
BUILT = (
    "phlo_api/static/index.html",
    "phlo_api/static/THIRD_PARTY_LICENSES.md",
)


def test_the_lock_says_what_is_installed_and_not_from_where() -> None:
    packages = json.loads((PAGE / "package-lock.json").read_text())["packages"]

    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]
    assert "omit-lockfile-registry-resolved=true" in (PAGE / ".npmrc").read_text().split()


def test_the_hook_and_the_requirements_name_one_node() -> None:
    (hook,) = re.findall(r'^NODE = "(.+)"$', (ROOT / "hatch_build.py").read_text(), re.MULTILINE)
    lines = (ROOT / "requirements" / "page.in").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    locked = (ROOT / "requirements" / "page.txt").read_text()

    assert wanted == [hook]
    assert f"{hook} \\" in locked


def test_every_package_of_the_page_is_pinned() -> None:
    package = json.loads((PAGE / "package.json").read_text())

    loose = [
        f"{name} {version}"
        for kind in ("dependencies", "devDependencies")
        for name, version in package[kind].items()
        if not re.fullmatch(r"\d+\.\d+\.\d+", version)
    ]
    assert loose == []


def without_node(folder: Path) -> dict[str, str]:
    """Return an environment in which whoever asks for Node or npm is caught."""
    trap = folder / "no-node"
    trap.mkdir()
    for name in ("node", "npm", "npx"):
        tool = trap / name
        tool.write_text("#!/bin/sh\necho Node was asked for >&2\nexit 97\n")
        tool.chmod(0o755)
    return os.environ | {"PATH": f"{trap}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source package of this tree, with the page in it."""
    if not (ROOT / "phlo_api" / "static" / "index.html").is_file():
        pytest.skip(NO_NODE)
    folder = tmp_path_factory.mktemp("sdist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    if "needs Node" in built.stderr:
        pytest.skip(NO_NODE)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.tar.gz")
    return found


def unpacked(sdist: Path, folder: Path) -> Path:
    """Return the tree of a source package; Python before 3.11.4 knows no filters."""
    with tarfile.open(sdist) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)
    (tree,) = folder.iterdir()
    return tree


@pytest.mark.slow
def test_a_source_package_makes_a_wheel_with_the_page_and_without_node(
    sdist: Path, tmp_path: Path
) -> None:
    tree = unpacked(sdist, tmp_path / "source")

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=tree,
        env=without_node(tmp_path) | {"PHLO_UI_NODE": "system"},
        check=True,
        capture_output=True,
    )

    (wheel,) = tmp_path.glob("*.whl")
    archive_of = zipfile.ZipFile(wheel)
    names = archive_of.namelist()
    assert set(BUILT) <= set(names)
    assert any(name.endswith(".js.br") for name in names)
    notices = archive_of.read("phlo_api/static/THIRD_PARTY_LICENSES.md").decode()
    assert all(name in notices for name in ("react", "@mantine/core", "apache-arrow"))
    assert not [name for name in names if "node_modules" in name or name.endswith(".tsx")]


@pytest.mark.slow
def test_a_wheel_serves_the_page_without_node(sdist: Path, tmp_path: Path) -> None:
    """Installed beside nothing of this tree, a process answers with the page of the wheel."""
    tree = unpacked(sdist, tmp_path / "source")
    where, project = tmp_path / "installed", tmp_path / "shop"
    target = ["--no-deps", "--no-build-isolation", "--quiet", "--target", str(where)]
    environment = without_node(tmp_path) | {"PYTHONPATH": str(where)}
    subprocess.run(
        [*installer(), *target, str(tree)], check=True, capture_output=True, env=environment
    )
    (project / "defs").mkdir(parents=True)
    (project / "phlo.yaml").write_text("name: shop\n")

    said = subprocess.run(
        [sys.executable, "-c", ASK, str(project), str(where)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    assert "<title>Observatory</title>" in said.stdout


def installer() -> list[str]:
    """Return the command that installs packages, pip or uv, whichever this machine has."""
    has_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)
    if has_pip.returncode == 0:
        return [sys.executable, "-m", "pip", "install"]
    return ["uv", "pip", "install", "--python", sys.executable]


ASK = """
import sys
from pathlib import Path

from starlette.testclient import TestClient

import phlo_api
from phlo_api.serve import build

assert Path(phlo_api.__file__).is_relative_to(sys.argv[2]), phlo_api.__file__
with TestClient(build(Path(sys.argv[1])), base_url="http://localhost") as client:
    answer = client.get("/")
    assert answer.status_code == 200, answer.text
    print(answer.text)
"""
