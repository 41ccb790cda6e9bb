import json

import pyarrow as pa
import pytest

from phlo.catalog import open_catalog
from phlo.cli.main import run

CHECKS = """import phlo

@phlo.ingestion(
    table="raw.a",
    checks=[phlo.unique("id"), phlo.between("id", 0, 100, severity="warn")],
)
def a():
    "Numbers."
    return []
"""


class Shell:
    """The command line in one project, and what it printed."""

    def __init__(self, root, capsys):
        self.root = root
        self.capsys = capsys

    def __call__(self, *arguments):
        self.capsys.readouterr()
        status = run([str(item) for item in arguments])
        printed = self.capsys.readouterr()
        self.out, self.err = printed.out, printed.err
        return status

    def json(self, *arguments):
        assert self(*arguments, "--json") == 0, self.err
        return json.loads(self.out)

    @property
    def catalog(self):
        return open_catalog(self.root / ".phlo" / "lake", author="tester")

    def write(self, ref, table, values):
        key = tuple(table.split("."))
        rows = pa.table({"id": pa.array(values, pa.int64())})
        tables = self.catalog.at(ref, message=f"write {table}")
        tables.create_namespace_if_not_exists(key[:-1])
        tables.create_table_if_not_exists(key, rows.schema).append(rows)


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys):
    """A project with a lake, whose branch work holds raw.a with three rows."""
    root = tmp_path / "lab"
    made = Shell(root, capsys)
    assert made("init", root) == 0
    (root / "defs" / "example.py").write_text(CHECKS)
    monkeypatch.chdir(root)
    made.catalog.create_branch("work")
    made.write("work", "raw.a", [1, 2, 3])
    return made
