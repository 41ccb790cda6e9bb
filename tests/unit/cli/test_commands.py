import json

import pytest

import phlo


def test_init_makes_a_project_that_loads(tmp_path, capsys, shell):
    for template in ("minimal", "csv"):
        root = tmp_path / template
        assert shell("init", root, "--template", template) == 0

        found = phlo.load_declarations(phlo.load_project(root))

        assert found.errors == ()
        assert len(found.ingestions) == 1
        assert (root / ".gitignore").read_text().startswith(".phlo/")
        assert (root / "workspace.yaml").is_file()
        assert template in (root / "README.md").read_text()


def test_a_new_project_gets_the_instance_settings_that_this_one_has(root):
    ours = (root / "dagster.yaml").read_text()

    assert (root / "phlo/cli/templates/common/dagster.yaml").read_text() == ours


def test_a_surprise_is_reported_with_what_to_do(shell):
    import click

    from phlo.cli.main import cli

    def surprise():
        raise KeyError("x")

    cli.add_command(click.Command("surprise", callback=surprise))
    try:
        status = shell("surprise")
    finally:
        cli.commands.pop("surprise")

    assert status == 1
    assert "error: KeyError: 'x'" in shell.err
    assert "fix:" in shell.err


def test_init_keeps_what_is_there_and_refuses_a_second_time(tmp_path, shell):
    root = tmp_path / "mine"
    root.mkdir()
    (root / "README.md").write_text("mine")

    assert shell("init", root, "--name", "other") == 0
    assert (root / "README.md").read_text() == "mine"
    assert phlo.load_project(root).name == "other"
    assert shell("init", root) == 4
    assert "fix:" in shell.err


def test_init_gives_a_cloned_project_its_lake(tmp_path, shell):
    root = tmp_path / "cloned"
    root.mkdir()
    (root / "phlo.yaml").write_text("name: cloned\n")

    assert shell("catalog", "tables", "--project", root) == 3
    assert "phlo init" in shell.err
    assert shell("init", root) == 0
    assert [item["name"] for item in shell.json("branch", "list", "--project", root)] == [
        "dev",
        "main",
    ]


def test_branches_are_listed_created_and_deleted(shell):
    assert shell("branch", "create", "x", "--at", "work") == 0
    names = {item["name"]: item for item in shell.json("branch", "list")}
    assert set(names) == {"dev", "main", "work", "x"}
    assert names["main"]["protected"]
    assert names["x"]["commit"] == names["work"]["commit"]

    assert shell("branch", "delete", "x", "--yes") == 0
    assert shell("branch", "delete", "x", "--yes") == 3
    assert shell("branch", "create", "work") == 4
    assert "fix:" in shell.err


def test_nothing_is_deleted_where_nobody_can_confirm_it(shell):
    assert shell("branch", "delete", "work") == 2
    assert "--yes" in shell.err
    assert shell("tag", "create", "t") == 0
    assert shell("tag", "delete", "t") == 2
    assert "work" in {ref.name for ref in shell.catalog.refs()}


def test_main_is_not_deleted_even_with_yes(shell):
    assert shell("branch", "delete", "main", "--yes") == 5
    assert shell("branch", "protect", "main", "--off", "--yes") == 0

    assert shell("branch", "delete", "work", "main", "--yes") == 5
    assert "fix: delete another branch" in shell.err
    assert shell("branch", "merge", "main", "--into", "work", "--delete") == 5
    assert {"main", "work"} <= {item["name"] for item in shell.json("branch", "list")}


def test_tags_are_listed_created_and_deleted(shell):
    assert shell("tag", "create", "v1", "--at", "work") == 0
    assert [item["name"] for item in shell.json("tag", "list")] == ["v1"]
    assert shell.json("catalog", "tables", "--ref", "v1")[0]["rows"] == 3
    assert shell("branch", "delete", "v1", "--yes") == 2
    assert shell("tag", "delete", "work", "--yes") == 2
    assert shell("tag", "delete", "v1", "--yes") == 0
    assert shell.json("tag", "list") == []


def test_a_merge_shows_runs_and_records_the_checks(shell):
    preview = shell.json("branch", "merge", "work", "--dry-run")
    assert preview["tables"]["raw.a"] == "create"
    assert preview["conflicts"] == []
    assert shell.json("catalog", "tables") == []

    merged = shell.json("branch", "merge", "work", "--delete")

    assert merged["checks"] == [{"table": "raw.a", "check": "unique_id", "passed": True}]
    assert shell.json("catalog", "tables")[0]["rows"] == 3
    assert "work" not in {item["name"] for item in shell.json("branch", "list")}
    states = {item["check"]: item["state"] for item in shell.json("quality", "status")}
    assert states == {"unique_id": "passed", "between_id": "not recorded"}


def test_a_merge_whose_check_fails_exits_with_6_and_leaves_main(shell):
    shell.write("work", "raw.a", [3])

    assert shell("branch", "merge", "work") == 6

    assert "unique_id" in shell.err
    assert "phlo quality failing --ref work" in shell.err
    assert shell.json("catalog", "tables") == []
    assert shell("branch", "merge", "work", "--reason", "known") == 0
    (first, *_) = shell.json("catalog", "history")
    assert first["override"] == "known"


def test_a_diff_shows_tables_rows_and_files(shell):
    found = shell.json("branch", "diff", "main", "work")

    (table,) = [item for item in found["tables"] if item["table"] == "raw.a"]
    assert (table["change"], table["rows_added"]) == ("added", 3)
    assert shell("branch", "diff", "main", "work") == 0
    assert "raw.a" in shell.out
    assert shell("branch", "diff", "main", "wrok") == 3
    assert "work" in shell.err


def test_update_brings_main_into_a_branch(shell):
    shell("branch", "create", "late")
    shell("branch", "merge", "work")

    assert shell("branch", "update", "late") == 0

    assert shell.json("catalog", "tables", "--ref", "late")[0]["rows"] == 3


def test_revert_undoes_a_commit_on_main_through_the_gate(shell):
    shell("branch", "merge", "work")
    commit = shell.json("catalog", "history")[0]["commit"]

    assert shell("branch", "revert", commit) == 0

    assert shell.json("catalog", "tables") == []
    assert not any(item["name"].startswith("revert/") for item in shell.json("branch", "list"))


def test_a_revert_of_nothing_leaves_nothing_behind(shell):
    assert shell("branch", "revert", "deadbeef") == 3
    assert {item["name"] for item in shell.json("branch", "list")} == {"dev", "main", "work"}


def test_describe_shows_columns(shell):
    found = shell.json("catalog", "describe", "raw.a", "--ref", "work")

    assert [(item["name"], item["type"]) for item in found["columns"]] == [("id", "long")]
    assert found["rows"] == 3
    assert shell("catalog", "describe", "RAW.A", "--ref", "work") == 0
    assert shell("catalog", "describe", "raw.b", "--ref", "work") == 3
    assert "raw.a" in shell.err


def test_history_follows_a_table(shell):
    commits = shell.json("catalog", "history", "raw.a", "--ref", "work")

    assert commits
    assert all("raw.a" in item["changed"] for item in commits)
    assert shell.json("catalog", "history", "raw.a", "--ref", "work", "--author", "tester")
    assert shell.json("catalog", "history", "raw.a", "--ref", "work", "--author", "nobody") == []
    assert shell("catalog", "history", "raw.zz", "--ref", "work") == 3


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_query_answers_in_every_text_format(shell, form):
    sql = "select id, id * 2 as twice from raw.a order by id"

    assert shell("query", sql, "--ref", "work", "--format", form) == 0

    if form == "json":
        assert json.loads(shell.out)[2] == {"id": 3, "twice": 6}
    elif form == "csv":
        assert shell.out.split() == ["id,twice", "1,2", "2,4", "3,6"]
    else:
        assert "twice" in shell.out


def test_a_query_writes_files_by_their_suffix(shell, tmp_path):
    import pyarrow.parquet as pq

    sql = "select * from raw.a"
    assert shell("query", sql, "--ref", "work", "-o", tmp_path / "a.parquet") == 0
    assert shell("query", sql, "--ref", "work", "-o", tmp_path / "a.csv") == 0
    assert shell("query", sql, "--ref", "work", "-o", tmp_path / "a.json") == 0

    assert pq.read_table(tmp_path / "a.parquet").num_rows == 3
    assert (tmp_path / "a.csv").read_text().split() == ["id", "1", "2", "3"]
    assert json.loads((tmp_path / "a.json").read_text()) == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert shell("query", sql, "--ref", "work", "-o", tmp_path / "a.xls") == 2
    assert shell("query", sql, "--ref", "work", "--format", "parquet") == 2


def test_a_query_is_limited_and_says_so(shell):
    assert shell("query", "select * from raw.a", "--ref", "work", "--limit", "2") == 0
    assert "the first 2 rows" in shell.err
    assert shell("query", "select * from raw.a", "--ref", "work", "--csv", "--limit", "1") == 0
    assert len(shell.out.split()) == 2


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("drop table raw.a", 2),
        ("select * from raw.a; select 1", 2),
        ("select * from read_csv('/etc/passwd')", 2),
        ("select", 2),
        ("select * from raw.nope", 3),
    ],
)
def test_a_query_that_may_not_run_or_is_wrong_has_a_fix(shell, sql, status):
    assert shell("query", sql, "--ref", "work") == status
    assert "error:" in shell.err
    assert "fix:" in shell.err


def test_columns_without_room_are_named_instead_of_squeezed(shell, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    columns = ", ".join(f"{place} as column_{place}" for place in range(9))

    assert shell("query", f"select {columns}") == 0

    assert max(len(line) for line in shell.out.splitlines()) <= 40
    assert "column_0" in shell.out
    assert "no room for" in shell.err
    assert "column_8" in shell.err


def test_tables_are_listed_by_sql_too(shell):
    assert shell("query", "show tables", "--ref", "work", "--csv") == 0
    assert shell.out.split() == ["name", "raw.a"]


def test_quality_runs_records_and_shows_failing_rows(shell):
    shell.write("work", "raw.a", [3, 500])

    assert shell("quality", "run", "--ref", "work") == 6
    states = {item["check"]: item for item in shell.json("quality", "status", "--ref", "work")}
    assert states["unique_id"]["state"] == "failed"

    failed = shell.json("quality", "failing", "--ref", "work")
    assert {item["check"]: item["state"] for item in failed} == {
        "unique_id": "failed",
        "between_id": "warned",
    }
    assert failed[0]["sample"] == [{"id": 3}, {"id": 3}]
    assert shell("quality", "failing", "--ref", "work") == 0
    assert "sql: select" in shell.out


def test_quality_runs_one_check_and_knows_its_name(shell):
    results = shell.json("quality", "run", "raw.a", "--check", "between_id", "--ref", "work")
    assert [item["check"] for item in results] == ["between_id"]
    assert shell("quality", "run", "--check", "betwen_id", "--ref", "work") == 3
    assert "between_id" in shell.err
    assert shell("quality", "run", "raw.b", "--ref", "work") == 3


def test_a_broken_file_is_named_and_the_rest_goes_on(shell):
    (shell.root / "defs" / "broken.py").write_text("import nope\n")

    assert shell("quality", "status", "--ref", "work") == 0

    assert "broken.py:1" in shell.err
    assert "unique_id" in shell.out


def test_settings_are_shown_with_secrets_masked(shell):
    (shell.root / ".env").write_text("NIGHT_TOKEN=abc123456\n")
    (shell.root / "phlo.yaml").write_text(
        "name: lab\nsettings:\n  url: https://x/?t=${NIGHT_TOKEN}\n  api_key: plain-text\n"
    )

    found = shell.json("config", "show")

    assert found["project"]["settings"] == {"url": "https://x/?t=***", "api_key": "***"}
    assert "abc123456" not in shell.out
    assert shell("config", "path") == 0
    assert shell.out.strip() == str(shell.root / "phlo.yaml")


def test_an_error_never_shows_a_secret(shell):
    (shell.root / ".env").write_text("LAKE_TOKEN=abc123456\n")
    (shell.root / "phlo.yaml").write_text("name: lab\nlake: ftp://${LAKE_TOKEN}@host/x\n")

    assert shell("branch", "list") != 0

    assert "abc123456" not in shell.err + shell.out


def test_a_wrong_setting_stops_every_command_with_its_line(shell):
    (shell.root / "phlo.yaml").write_text("name: lab\nlak: x\n")

    assert shell("branch", "list") == 2
    assert "phlo.yaml:2" in shell.err
    assert "fix: write lake" in shell.err


def test_the_doctor_finds_nothing_in_a_new_project(shell):
    found = shell.json("doctor")

    assert {item["health"] for item in found} == {"ok"}
    assert {"packages", "project", "store", "clock", "log", "branches", "retention"} <= {
        item["topic"] for item in found
    }


def test_the_doctor_names_what_is_wrong_with_a_fix(shell):
    (shell.root / "defs" / "broken.py").write_text("1 / 0\n")
    (shell.root / "dagster.yaml").unlink()
    shell("branch", "merge", "work")
    for file in (shell.root / ".phlo" / "lake" / "tables").rglob("*.json"):
        file.unlink()

    assert shell("doctor", "--json") == 1

    found = {item["topic"]: item for item in json.loads(shell.out) if item["health"] != "ok"}
    assert {"dagster", "tables"} <= set(found)
    assert any("broken.py:1" in item["text"] for item in json.loads(shell.out))
    assert all(item["fix"] for item in json.loads(shell.out) if item["health"] == "bad")


def test_the_doctor_finds_a_hole_in_the_log(shell):
    (shell.root / ".phlo" / "lake" / "catalog" / "log" / f"{2:020d}.json").unlink()

    assert shell("doctor") == 1
    assert "fix:" in shell.out


def test_versions_are_shown(shell):
    assert shell.json("version")["phlo"] == phlo.__version__


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell, name):
    assert shell("completion", name) == 0
    assert "_PHLO_COMPLETE" in shell.out


def test_a_typing_mistake_names_the_nearest_command(shell):
    assert shell("brnch") == 2
    assert "phlo branch" in shell.err
    assert shell("branch", "create") == 2
    assert "fix:" in shell.err


def test_a_moved_lake_is_found_and_mended_by_the_command_it_names(shell, tmp_path, monkeypatch):
    shell("branch", "merge", "work")
    moved = tmp_path / "moved"
    shell.root.rename(moved)
    monkeypatch.chdir(moved)

    assert shell("catalog", "tables") == 1
    assert "phlo catalog relocate" in shell.err
    assert shell("catalog", "relocate", "--yes") == 0
    assert shell.json("catalog", "tables")[0]["rows"] == 3


def test_a_torn_newest_entry_is_mended_by_the_command_it_names(shell):
    log = shell.root / ".phlo" / "lake" / "catalog" / "log"
    newest = max(log.glob("*.json"))
    newest.write_bytes(newest.read_bytes()[:20])

    assert shell("branch", "list") == 1
    assert "phlo catalog repair" in shell.err
    assert shell("catalog", "repair") == 2
    assert shell("catalog", "repair", "--yes") == 0
    assert shell("branch", "list") == 0
    assert shell("catalog", "repair", "--yes") == 0
    assert "whole" in shell.out


def test_every_command_that_a_fix_names_exists(root):
    import re

    import click

    from phlo.cli.main import cli

    named = set()
    for room in ("phlo", "phlo_defs"):
        for file in (root / room).rglob("*.py"):
            text = file.read_text()
            named |= set(re.findall(r"(?:[ :]\"|`|run: |with: )phlo ([a-z]+)(?: ([a-z]+))?", text))
    context = click.Context(cli)
    unknown = []
    for name, inner in sorted(named):
        command = cli.get_command(context, name) if name in cli.list_commands(context) else None
        if command is None or (
            isinstance(command, click.Group) and inner and inner not in command.commands
        ):
            unknown.append(f"phlo {name} {inner}")

    assert unknown == []
