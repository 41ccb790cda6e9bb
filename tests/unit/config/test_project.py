import json
import pickle
from pathlib import Path

import pytest

from phlo.config import find_project_root, load_project, load_runtime, project_schema
from phlo.config.project import Retention
from phlo.errors import ConfigError, NotFound


def make(folder: Path, text: str, env: str | None = None, runtime: str | None = None) -> Path:
    (folder / "phlo.yaml").write_text(text)
    if env is not None:
        (folder / ".env").write_text(env)
    if runtime is not None:
        (folder / "lakehouse.toml").write_text(runtime)
    return folder


def test_a_name_is_enough(tmp_path):
    project = load_project(make(tmp_path, "name: lab\n"))

    assert project.name == "lab"
    assert project.lake == f"file://{tmp_path}/.phlo/lake"
    assert project.defs == tmp_path / "defs"
    assert project.state_dir == tmp_path / ".phlo"
    assert project.retention == Retention()
    assert project.author


@pytest.mark.parametrize(
    ("text", "line", "says", "fix"),
    [
        ("name: lab\nlak: x\n", 2, "'lak' is not a setting", "write lake"),
        ("name: lab\nretention:\n  runs_day: 3\n", 3, "in retention", "write runs_days"),
        ("name: 3\n", 1, "name is 3, which is not text", "give name text"),
        ("name: lab\nretention: 3\n", 2, "keys and values", "schema"),
        ("name: lab\nretention:\n  runs_days: many\n", 3, "not a whole number", "whole number"),
        ("name: lab\nretention:\n  runs_days: true\n", 3, "not a whole number", "whole number"),
        ("name: lab\nretention:\n  runs_days: -1\n", 3, "below 0", "at least 0"),
        ("name: two words\n", 1, "not a project name", "two-words"),
        ("name: lab\ntimezone: Berlin\n", 2, "not a time zone", "Europe/Berlin"),
        ("name: lab\ntimezone: ../etc/passwd\n", 2, "not a time zone", "IANA"),
        ("name: lab\ncatalog: nessie\n", 2, "catalog is 'nessie'", "log"),
        ("name: lab\nname: lib\n", 2, "given twice, first on line 1", "one of the two"),
        ("name: lab\n1: x\n", 2, "not text", '"1"'),
        ("name: [lab\n", 2, "not YAML", "indentation"),
        ("", 1, "name is missing", "name"),
        ("- name\n", 1, "keys and values", "schema"),
        ("name: lab\nlake: ${WHERE}\n", 2, "WHERE is not set", "WHERE=…"),
        ("name: lab\nlake: ${not a name}\n", 2, "does not name a variable", "${NAME}"),
        ("name: lab\x00\n", 1, "not YAML", "quotes"),
        ("name: lab\nsettings: &a [*a]\n", 1, "contains itself", "write the value out"),
        ("name: !!python/object:os.system x\n", 1, "not YAML", "quotes"),
    ],
)
def test_a_mistake_names_file_line_and_fix(tmp_path, text, line, says, fix):
    with pytest.raises(ConfigError) as caught:
        load_project(make(tmp_path, text))

    assert caught.value.problem.startswith(f"{tmp_path}/phlo.yaml:{line}: ")
    assert says in caught.value.problem
    assert fix in caught.value.fix


def test_the_environment_is_above_the_env_file_which_is_above_the_project_file(
    tmp_path, monkeypatch
):
    make(tmp_path, "name: lab\nauthor: file\n")
    assert load_project(tmp_path).author == "file"

    (tmp_path / ".env").write_text("PHLO_AUTHOR=dotenv\n")
    assert load_project(tmp_path).author == "dotenv"

    monkeypatch.setenv("PHLO_AUTHOR", "process")
    assert load_project(tmp_path).author == "process"


def test_a_number_from_the_environment_is_checked_too(tmp_path, monkeypatch):
    monkeypatch.setenv("PHLO_RETENTION_RUNS_DAYS", "soon")

    with pytest.raises(ConfigError, match="PHLO_RETENTION_RUNS_DAYS is 'soon'"):
        load_project(make(tmp_path, "name: lab\n"))


def test_variables_are_filled_in_everywhere(tmp_path):
    project = load_project(
        make(
            tmp_path, "name: lab\nlake: s3://${B}/x\nsettings: {a: [1, '${B}$${B}']}\n", "B=bucket"
        )
    )

    assert project.lake == "s3://bucket/x"
    assert project.settings == {"a": [1, "bucket${B}"]}


def test_the_project_is_found_upward_or_by_name(tmp_path, monkeypatch):
    inner = make(tmp_path, "name: lab\n") / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_project_root() == tmp_path

    other = tmp_path / "other"
    other.mkdir()
    make(other, "name: other\n")
    monkeypatch.setenv("PHLO_PROJECT", str(other))
    assert load_project().name == "other"
    assert load_project(tmp_path / "phlo.yaml").name == "lab"


def test_no_project_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NotFound, match="phlo init"):
        load_project()
    with pytest.raises(NotFound, match="phlo init"):
        load_project(tmp_path)


def test_a_project_crosses_a_process_boundary(tmp_path):
    project = load_project(make(tmp_path, "name: lab\nsettings: {a: 1}\n"))

    assert pickle.loads(pickle.dumps(project)) == project


def test_the_schema_describes_every_key():
    schema = project_schema()

    assert schema["required"] == ["name"]
    assert not schema["additionalProperties"]
    assert all(item.get("description") for item in schema["properties"].values())
    json.dumps(schema)


def test_runtime_has_a_default_for_everything_and_the_environment_above_it(tmp_path, monkeypatch):
    make(tmp_path, "name: lab\n", runtime="[query]\ntimeout_s = 5\n")
    assert load_runtime(tmp_path).query.timeout_s == 5.0

    monkeypatch.setenv("PHLO_QUERY_TIMEOUT_S", "7.5")
    assert load_runtime(tmp_path).query.timeout_s == 7.5
    assert load_runtime(tmp_path).query.workers == 2


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[query]\nworkers = 'a'\n", 2, "query.workers is 'a'"),
        ("[query]\n\nworker = 1\n", 3, "'worker' is not a setting in query"),
        ("[engin]\n", 1, "'engin' is not a setting"),
        ("[query\n", 1, "not TOML"),
        ("query.workers = 0\n", 1, "workers is 0, below 1"),
    ],
)
def test_a_mistake_in_the_runtime_file_names_its_line(tmp_path, text, line, says):
    make(tmp_path, "name: lab\n", runtime=text)

    with pytest.raises(ConfigError) as caught:
        load_runtime(tmp_path)

    assert caught.value.problem.startswith(f"{tmp_path}/lakehouse.toml:{line}: ")
    assert says in caught.value.problem
