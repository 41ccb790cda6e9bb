"""The commands do from a shell what the UI does, and say it as tables or JSON."""

import json

import pytest
from click.testing import CliRunner

from phlo.cli.main import cli, run

DECLARED = """
@phlo.ingestion(table="raw.t", key="id", checks=[phlo.not_null("x")], freshness="1h")
def t():
    return phlo.csv("t.csv", types={"x": "bigint"})

@phlo.ingestion(table="raw.days", key="id", partition=phlo.daily("at", start="2024-01-01"))
def days(window):
    return phlo.csv("days.csv")
"""


@pytest.fixture
def project(house, monkeypatch):
    house.declare(DECLARED)
    house.file("t.csv", "id,x\n1,1\n")
    house.file("days.csv", "id,at\n1,2024-01-01\n2,2024-01-02\n3,2024-01-03\n")
    monkeypatch.chdir(house.root)
    return house


def phlo(*arguments: str):
    done = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done


def test_materialize_publishes_and_says_what(project) -> None:
    done = phlo("materialize", "raw.t", "--json")

    (found,) = json.loads(done.stdout)
    assert (found["asset"], found["status"], found["rows"]) == ("raw.t", "done", 1)
    assert found["checks_passed"] == 1
    assert project.rows("raw.t") == [{"id": 1, "x": 1}]


def test_materialize_exits_with_6_when_a_check_fails(project) -> None:
    project.file("t.csv", "id,x\n1,\n")

    done = phlo("materialize", "raw.t")

    assert done.return_value == 6
    assert "not_null_x" in done.stderr
    assert "fix: " in done.stderr


def test_materialize_writes_to_a_branch_and_publishes_nothing(project) -> None:
    project.catalog.create_branch("dev/x")

    phlo("materialize", "raw.t", "--ref", "dev/x")

    assert project.tables() == []
    assert project.rows("raw.t", ref="dev/x") == [{"id": 1, "x": 1}]


def test_an_unknown_table_is_met_with_the_nearest(project, capsys) -> None:
    status = run(["materialize", "raw.tt"])

    assert status == 3
    assert "raw.t" in capsys.readouterr().err


def test_a_backfill_goes_on_where_it_was_left(project) -> None:
    phlo("materialize", "raw.days", "--partition", "2024-01-02")

    done = phlo("backfill", "raw.days", "--from", "2024-01-01", "--to", "2024-01-03", "--json")

    found = json.loads(done.stdout)
    assert [one["partition"] for one in found] == ["2024-01-01", "2024-01-03"]
    assert len(project.rows("raw.days")) == 3


def test_status_shows_every_table_without_importing_dagster(project) -> None:
    phlo("materialize", "raw.t")

    done = phlo("status", "--json")

    found = {one["table"]: one for one in json.loads(done.stdout)}
    assert found["raw.t"]["state"] == "ok"
    assert found["raw.t"]["rows"] == 1
    assert found["raw.t"]["checks_passed"] == 1
    assert found["raw.days"]["state"] == "never loaded"


def test_status_of_a_project_without_any_run_lists_its_tables(project) -> None:
    done = phlo("status", "--json")

    assert [one["state"] for one in json.loads(done.stdout)] == ["never loaded", "never loaded"]


def test_logs_show_what_a_run_said(project) -> None:
    project.file("t.csv", "id,x\n1,\n")
    phlo("materialize", "raw.t")

    done = phlo("logs", "--json")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.return_value == 1
    assert any("not_null_x" in line["text"] for line in lines)
    assert any("fix: " in line["text"] for line in lines)


def test_logs_of_a_run_that_is_not_there_name_those_that_are(project, capsys) -> None:
    assert run(["logs", "ffffffff"]) == 3


def test_logs_of_an_id_that_several_runs_begin_with_names_two_of_them(project, capsys) -> None:
    for _ in range(3):
        phlo("materialize", "raw.t")
    newest = [one.run_id for one in project.instance.get_runs(limit=2)]
    capsys.readouterr()

    assert run(["logs", ""]) == 2

    said = capsys.readouterr().err
    assert "several runs begin with ''" in said
    assert all(one in said for one in newest)


def test_materialize_tells_of_each_table_and_check_as_it_goes(project) -> None:
    told = phlo("materialize", "raw.t").stderr.splitlines()
    quiet = phlo("materialize", "raw.t", "-q").stderr

    assert told[0] == "raw__t …"
    assert told[1].startswith("  raw.t: 1 rows, log entry ")
    assert told[2].startswith("  ✓ raw.t not_null_x: ")
    assert "raw__t" not in quiet


def test_a_check_that_warns_shows_what_it_was_published_with(house, monkeypatch) -> None:
    house.declare(
        """
        @phlo.ingestion(table="raw.t", key="id", checks=[
            phlo.between("id", 0, 5, severity="warn"), phlo.between("x", 0, 5, severity="warn")])
        def t():
            return [{"id": 9, "x": 1}]
        """
    )
    monkeypatch.chdir(house.root)
    phlo("materialize", "raw.t")

    found = json.loads(phlo("quality", "status", "--json").stdout)

    states = {item["check"]: item["state"] for item in found}
    assert states == {"between_id": "warned", "between_x": "passed"}
