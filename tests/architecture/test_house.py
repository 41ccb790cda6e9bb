"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, Source, imported, sources

FILE_BUDGET, FILE_LIMIT, FUNCTION_BUDGET = 300, 500, 40
DEFS_FILES = {"assets", "checks", "partitions", "resources", "schedules", "sensors", "__init__"}
BANNED_NAMES = {"utils", "helpers", "manager"}


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body, without its docstring."""
    first = node.body[0]
    documented = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    begin = (first.end_lineno or first.lineno) + 1 if documented else first.lineno
    return (node.end_lineno or begin) - begin + 1


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def test_only_the_configuration_reads_the_environment() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        if not source.name.startswith("phlo/config/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb", "os.putenv"}
    ]

    assert found == []


def test_annotations_are_never_postponed() -> None:
    found = [
        source.name
        for source in sources()
        for _, name in imported(source.tree)
        if name == "__future__" and "annotations" in source.text
    ]

    assert found == []


def test_a_file_fits_its_budget_or_says_why_not() -> None:
    over = []
    for source in sources():
        length = len(source.lines)
        excused = any("over 300 lines:" in line for line in source.lines[:40])
        if length > FILE_LIMIT or (length > FILE_BUDGET and not excused):
            over.append(f"{source.name}: {length} lines")

    assert over == []


def test_a_function_fits_its_budget_or_says_why_not() -> None:
    over = [
        f"{source.name}:{node.lineno} {node.name}: {code_lines(node)} lines"
        for source in sources()
        for node in functions(source)
        if code_lines(node) > FUNCTION_BUDGET
        and "over 40 lines:" not in source.lines[node.lineno - 1]
    ]

    assert over == []


def test_no_module_is_named_after_nothing() -> None:
    found = [s.name for s in sources() if s.path.stem.strip("_") in BANNED_NAMES]

    assert found == []


def test_no_module_of_ours_is_swept_up_by_dbt() -> None:
    """dbt imports every top-level module whose name starts with dbt_, wherever it is found."""
    found = [p.name for p in ROOT.iterdir() if re.match(r"dbt_.*\.py$", p.name)]
    packages = [p.name for p in ROOT.glob("dbt_*/__init__.py")]

    assert found + packages == []


def test_the_demo_keeps_to_the_closed_set_of_file_names() -> None:
    folder = ROOT / "phlo_defs" / "defs"

    odd = [
        p.relative_to(ROOT).as_posix()
        for p in folder.rglob("*.py")
        if p.stem not in DEFS_FILES and not p.stem.startswith("_")
    ]

    assert odd == []


def test_requirements_are_hashed_and_name_no_address() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*", text, re.MULTILINE)

        assert pins, path.name
        assert all(pin.endswith("\\") for pin in pins), f"{path.name} has a pin without a hash"
        assert "://" not in text, f"{path.name} names an address"


def test_no_committed_file_names_a_package_index_or_a_place_of_one_machine() -> None:
    index = r"pypi\.[o]rg|pythonhosted\.[o]rg|registry\.npmjs|proxy\.golang"
    home = re.compile(rf"(?<![\w.])/(?:root|home/\w+|Users/\w+)/\w|{index}")

    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("*.py", "*.md", "*.toml", "*.yml", "*.yaml", "*.txt", "Makefile")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if home.search(line) and "machine-path-ok" not in line
    ]

    assert found == []


def test_no_test_replaces_a_function_behind_its_back() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("tests/*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\bmock\.patch|\bmonkeypatch\.setattr\(", line) and path != Path(__file__)
    ]

    assert found == []


def test_a_silenced_rule_names_its_code() -> None:
    bare = re.compile(r"#\s*(type: ignore|noqa)\s*$")

    found = [
        f"{source.name}:{number}"
        for source in sources()
        for number, line in enumerate(source.lines, 1)
        if bare.search(line)
    ]

    assert found == []
