"""The rules of the API's own room."""

import ast
from pathlib import Path

import phlo_api

ROOT = Path(phlo_api.__file__).parent
INTERNALS = "dagster._"
HANDLER_LINES = 10


def _sources() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for path in sorted(ROOT.rglob("*.py"))
    }


def test_one_package_alone_imports_the_internals_of_dagster() -> None:
    found = {
        name
        for name, tree in _sources().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(INTERNALS))
        or (
            isinstance(node, ast.Import)
            and any(alias.name.startswith(INTERNALS) for alias in node.names)
        )
    }

    assert found
    assert {Path(name).parent.as_posix() for name in found} == {"dagster_reads"}


def test_a_handler_decodes_calls_and_encodes_in_ten_lines() -> None:
    long = [
        f"{name}: {node.name}"
        for name, tree in _sources().items()
        if name.startswith("routes/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and sum((part.end_lineno or 0) - part.lineno + 1 for part in node.body) > HANDLER_LINES
    ]

    assert long == []


def test_no_handler_catches_anything() -> None:
    found = [
        name
        for name, tree in _sources().items()
        if name.startswith(("routes/", "schemas/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
    ]

    assert found == []
