"""What the wheel carries: the product with its data files, and nothing of the demo or the tests."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    plain = os.environ | {"PHLO_SKIP_UI": "1"}  # the page is built and tested elsewhere
    subprocess.run(build, cwd=ROOT, env=plain, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_the_wheel_carries_every_module_of_the_product(names: list[str]) -> None:
    demo = ROOT / "phlo_defs" / "defs"
    ours = {
        path.relative_to(ROOT).as_posix()
        for room in ("phlo", "phlo_defs", "phlo_api")
        for path in (ROOT / room).rglob("*.py")
        if not path.is_relative_to(demo)
    }

    assert ours - set(names) == set()


def test_the_wheel_carries_what_is_not_python(names: list[str]) -> None:
    for pattern in ("phlo/cli/templates/*/defs/*", "phlo_defs/transform/macros/*.sql", "*/LICENSE"):
        assert any(Path(name).match(pattern) for name in names), pattern


def test_the_wheel_leaves_out_the_demo_and_the_tests(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names if not name.startswith("phlo-")}

    assert tops == {"phlo", "phlo_api", "phlo_defs"}
    assert not any(name.startswith("phlo_defs/defs/") for name in names)
