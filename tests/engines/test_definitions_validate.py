"""`dagster definitions validate`, as the documentation shows it: here, and in a new project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent

pytestmark = [pytest.mark.slow, pytest.mark.engines]


def validate(folder: Path) -> tuple[int, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DAGSTER_", "PHLO_"))}
    done = subprocess.run(
        [BIN / "dagster", "definitions", "validate"],
        cwd=folder,
        env=kept | {"PATH": f"{BIN}{os.pathsep}{kept['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_definitions_of_this_repository_are_valid(root: Path) -> None:
    status, said = validate(root)

    assert status == 0, said
    assert "Validation successful for code location phlo" in said


@pytest.mark.parametrize("template", ["minimal", "csv"])
def test_the_definitions_of_a_new_project_are_valid(tmp_path: Path, template: str) -> None:
    folder = tmp_path / "stations"
    init = [BIN / "phlo", "init", str(folder), "--template", template]
    subprocess.run(init, check=True, capture_output=True)

    status, said = validate(folder)

    assert status == 0, said
    assert "Validation successful for code location phlo" in said


def test_a_broken_declaration_is_named_with_its_fix(tmp_path: Path) -> None:
    folder = tmp_path / "stations"
    subprocess.run([BIN / "phlo", "init", str(folder)], check=True, capture_output=True)
    (folder / "defs" / "broken.py").write_text("import phlo\n\nphlo.ingestion(tabel='raw.x')\n")

    status, said = validate(folder)

    assert status != 0
    assert "broken.py:3" in said
    assert "fix: " in said
