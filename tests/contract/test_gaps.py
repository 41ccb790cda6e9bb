"""A declared gap is strict: what an adapter says it lacks must fail, and nothing else may."""

import subprocess
import sys
from pathlib import Path

import pytest

from phlo.testing.catalog import CatalogContract

SUITE = """
from phlo.testing.gaps import Contract, needs


class Ports(Contract):
    works = False

    @needs("wings")
    def test_flies(self):
        assert self.works

    def test_walks(self):
        assert True


class TestLacksWings(Ports):
    gaps = {"wings": "theirs: it is a penguin"}


class TestHasGrownWings(Ports):
    gaps = {"wings": "ours: not built yet"}
    works = True


class TestSaysNothing(Ports):
    pass
"""


def test_a_gap_is_expected_to_fail_and_a_closed_one_is_to_be_taken_off(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-c", "/dev/null", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    said = done.stdout
    assert (
        "XFAIL test_suite.py::TestLacksWings::test_flies - wings: theirs: it is a penguin" in said
    )
    assert "FAILED test_suite.py::TestHasGrownWings::test_flies" in said
    assert "XPASS(strict)" in said
    assert "FAILED test_suite.py::TestSaysNothing::test_flies" in said
    assert said.count("PASSED") == 3  # what needs nothing runs everywhere


@pytest.mark.parametrize("reason", ["", "not yet", "Ours: nearly"])
def test_a_gap_says_whose_it_is(reason: str) -> None:
    with pytest.raises(TypeError, match="ours:, theirs: or never:"):
        type("TestOdd", (CatalogContract,), {"gaps": {"diff": reason}})


def test_a_gap_that_no_test_needs_is_refused() -> None:
    with pytest.raises(TypeError, match="dif"):
        type("TestOdd", (CatalogContract,), {"gaps": {"dif": "ours: a slip of the pen"}})
