"""The command line as a shell meets it: start-up, pipes, colour, completion."""

import os
import subprocess
import sys

import pytest

HEAVY = ("dagster", "dlt", "dbt", "duckdb", "pyiceberg", "pyarrow", "polars", "sqlglot", "pandera")


def python(code, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def phlo(*arguments, cwd=None, stdin=subprocess.DEVNULL, **environment):
    return subprocess.run(
        [sys.executable, "-m", "phlo.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        stdin=stdin,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    "call",
    [
        "from phlo.cli.main import run; run(['--help'])",
        "from phlo.cli.main import run; run(['branch', '--help'])",
        "from phlo.cli.main import run; run(['config', 'show'])",
        "import phlo",
        "import phlo; phlo.ingestion, phlo.quality, phlo.not_null, phlo.Window",
    ],
)
def test_starting_loads_nothing_heavy(call):
    code = f"{call}\nimport sys\nsys.exit(' '.join(set({HEAVY!r}) & set(sys.modules)) or 0)"

    done = python(code)

    assert done.returncode == 0, done.stderr


def test_help_lists_the_commands_of_every_room_and_the_exit_codes():
    done = phlo("--help")

    assert done.returncode == 0
    for word in ("materialize", "backfill", "status", "logs", "query", "doctor", "Exit codes"):
        assert word in done.stdout


def test_an_error_goes_to_stderr_with_its_fix_and_exit_code(tmp_path):
    done = phlo("branch", "list", cwd=tmp_path)

    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "\nfix: " in done.stderr


def test_the_project_is_named_before_or_after_the_command(tmp_path):
    phlo("init", tmp_path / "lab")

    before = phlo("--project", tmp_path / "lab", "branch", "list", "--json", cwd=tmp_path)
    after = phlo("branch", "list", "--json", "--project", tmp_path / "lab", cwd=tmp_path)
    named = phlo("branch", "list", "--json", cwd=tmp_path, PHLO_PROJECT=str(tmp_path / "lab"))

    assert before.returncode == after.returncode == named.returncode == 0
    assert before.stdout == after.stdout == named.stdout


def test_output_has_no_colour_in_a_pipe_and_fits_the_width(tmp_path):
    phlo("init", tmp_path / "lab")

    done = phlo("config", "show", "--project", tmp_path / "lab", COLUMNS="40", FORCE_COLOR="1")

    assert "\x1b[" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 40
    assert done.stdout.replace("\n", "").count("settings") <= 1


def test_a_reader_that_goes_away_is_no_failure(tmp_path):
    phlo("init", tmp_path / "lab")
    line = f"'{sys.executable}' -m phlo.cli query 'select * from range(9)' --csv | head -1"

    done = subprocess.run(
        ["/bin/sh", "-c", line.replace("range(9)", "(values (1)) t(a)")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "lab",
    )

    assert done.stdout.strip() == "a"
    assert "Traceback" not in done.stderr


def complete(root, words):
    return phlo(
        cwd=root,
        _PHLO_COMPLETE="bash_complete",
        COMP_WORDS=f"phlo {words}",
        COMP_CWORD=str(len(words.split())),
    ).stdout


def test_refs_and_commands_are_completed(tmp_path):
    root = tmp_path / "lab"
    phlo("init", root)

    assert "plain,branch" in complete(root, "bra")
    assert "plain,dev" in complete(root, "branch merge d")
    assert "plain,main" in complete(root, "query --ref m")
    assert "Traceback" not in complete(tmp_path, "branch merge d")
