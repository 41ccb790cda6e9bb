"""Which room may import which, and what each import costs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from tests.architecture.sources import ROOMS, ROOT, imported, sources

FRAMEWORKS = {"dagster", "dagster_dbt", "dagster_dlt", "dagster_graphql", "dlt", "dbt", "fastapi"}
HEAVY = {"pyarrow", "duckdb", "polars", "pyiceberg", "sqlglot", "pandera", "obstore", *FRAMEWORKS}
# The distribution of a module, where its name differs.
DISTRIBUTION = {
    "yaml": "pyyaml",
    "sqlalchemy": "dagster",
    "dbt": "dbt-core",
    "dbt_common": "dbt-core",
    "dagster_shared": "dagster",
    "starlette": "dagster-webserver",
}


def test_the_import_contracts_hold(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_imports_itself_by_way_of_others_even_inside_a_function_or_for_types(
    room: str,
) -> None:
    graph = grimp.build_graph(room, cache_dir=None)

    circles = [
        f"{importer} imports {target} and the other way round"
        for importer in sorted(graph.modules)
        for target in sorted(graph.find_modules_directly_imported_by(importer))
        if graph.chain_exists(importer=target, imported=importer)
    ]

    assert circles == []


def test_the_core_imports_no_framework_even_inside_a_function() -> None:
    found = [
        f"{source.name}:{line} imports {name}"
        for source in sources("phlo")
        for line, name in imported(source.tree)
        if name.split(".")[0] in FRAMEWORKS
    ]

    assert found == []


def test_every_third_party_import_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    core, testing = (
        {re.split(r"[\[<>=! ]", line)[0].lower().replace("-", "_") for line in lines}
        for lines in (project["dependencies"], project["optional-dependencies"]["testing"])
    )

    unknown = {
        f"{top} in {source.name}:{line}"
        for source in sources()
        for line, name in imported(source.tree)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names
        and top not in {"phlo", "phlo_defs", "phlo_api"}
        and DISTRIBUTION.get(top, top).lower().replace("-", "_")
        not in (core | testing if source.name.startswith("phlo/testing/") else core)
    }

    assert sorted(unknown) == []


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after running code."""
    ask = f"{code}\nimport sys; print('\\n'.join({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import phlo",
        "import phlo; phlo.daily, phlo.ingestion, phlo.not_null",
        "import phlo.cli.main as m\n"
        "from click.testing import CliRunner\n"
        "assert CliRunner().invoke(m.cli, ['--help']).exit_code == 0",
    ],
    ids=["package", "declarations", "help"],
)
def test_what_starts_often_loads_nothing_heavy(code: str) -> None:
    assert modules_after(code) & HEAVY == set()
