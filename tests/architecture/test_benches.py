"""The benches keep to one form, and `make bench` runs every one of them."""

import ast
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.sources import ROOT

BENCH = ROOT / "bench"
SHARED = {"all", "harness", "served", "browsing", "history"}
NAMES = sorted(path.stem for path in BENCH.glob("*.py") if path.stem not in SHARED)


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_make_bench_runs_every_bench_and_the_longest_last() -> None:
    names = loaded("all").NAMES

    assert sorted(names) == NAMES
    assert names[-1] == "demo"


@pytest.mark.parametrize("name", NAMES)
def test_a_bench_says_what_it_measures_and_hands_its_results_to_the_harness(name: str) -> None:
    tree = ast.parse((BENCH / f"{name}.py").read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    calls = [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Call)]

    assert ast.get_docstring(tree)
    assert [argument.arg for argument in functions["run"].args.args] == ["quick"]
    assert any(call.endswith(f"main('{name}', run)") for call in calls)


@pytest.mark.parametrize(
    ("value", "must", "holds"),
    [
        (5, ">= 5", True),
        (4.99, ">= 5", False),
        (215, "<= 215", True),
        (1, "< 1", False),
        (7, "", None),
    ],
)
def test_a_result_is_judged_against_its_bound(value: float, must: str, holds: bool | None) -> None:
    assert loaded("harness").result("name", value, "ms", must).holds is holds


def test_the_page_says_of_each_figure_whether_it_holds() -> None:
    harness = loaded("harness")
    machine = {"processor": "one", "cores": 2, "memory_gib": 1, "system": "x", "python": "3"}
    figures = [
        {
            "name": name,
            "value": value,
            "unit": "ms",
            "must": "<= 2",
            "holds": value <= 2,
            "note": "",
        }
        for name, value in (("quick", 1.0), ("slow", 3.0))
    ]
    record = {
        "bench": "some",
        "machine": {**machine, "date": harness.machine()["date"]},
        "results": figures,
    }

    page = loaded("all").page([json.loads(json.dumps(record))])

    assert "| `quick` | 1.000 | ms | <= 2 | yes |  |" in page
    assert "| `slow` | 3.000 | ms | <= 2 | **no** |  |" in page


def test_a_bench_that_is_interrupted_may_end_what_it_started(tmp_path: Path) -> None:
    """Ctrl-C goes to all processes of a terminal at once; `make bench` waits for the bench."""
    child = tmp_path / "child.py"
    child.write_text(
        "import pathlib, time\n"
        "try:\n"
        "    pathlib.Path('began').touch()\n"
        "    time.sleep(60)\n"
        "finally:\n"
        "    time.sleep(1)\n"
        "    pathlib.Path('ended').touch()\n"
    )
    parent = tmp_path / "parent.py"
    parent.write_text(
        f"import sys\nsys.path.insert(0, {str(BENCH)!r})\n"
        f"import importlib\nmeasured = importlib.import_module('all').measured\n"
        f"measured([sys.executable, {str(child)!r}])\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(parent)],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "began").exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    os.killpg(process.pid, signal.SIGINT)
    process.wait(30)

    assert (tmp_path / "ended").exists()
