"""What the pages promise is there: examples run, links lead somewhere, nothing is left out."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.architecture.sources import ROOT
from tests.docs.examples import blocks, run_page

PAGES = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])
RUN = sorted([*(ROOT / "docs" / "tutorial").glob("*.md"), *(ROOT / "docs" / "howto").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.slow
@pytest.mark.docs
@pytest.mark.parametrize("page", RUN, ids=name)
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path) -> None:
    try:
        run_page(page, tmp_path)
    finally:
        for state in tmp_path.glob("**/.phlo/run"):
            stop = [sys.executable, "-m", "phlo.cli", "services", "stop"]
            subprocess.run([*stop, "--project", str(state.parent.parent)], check=False)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    lost = [
        target
        for target in LINK.findall(page.read_text())
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (page.parent / target.split("#")[0]).exists()
    ]

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    named = set(re.findall(r"`make ([a-z-]+)", page.read_text()))

    assert named - targets == set()


def test_the_readme_fits_on_a_page() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_python_blocks_of_every_page_are_python() -> None:
    for page in PAGES:
        for block in blocks(page):
            if block.language == "python":
                compile(block.text, f"{name(page)}:{block.line}", "exec")


def test_every_command_is_shown_on_a_page_that_people_read() -> None:
    from phlo.cli.main import cli

    told = "\n".join(page.read_text() for page in PAGES if "reference" not in page.parts)

    missing = [
        command
        for command in cli.list_commands(click.Context(cli))
        if not re.search(rf"\bphlo {command}\b", told)
    ]

    assert missing == []
