import pytest

from phlo.config.environment import is_secret_name, load_environment
from phlo.errors import ConfigError


def test_the_env_file_knows_comments_quotes_and_export(tmp_path):
    (tmp_path / ".env").write_text(
        "# a comment\n\nexport A=1 # one\nB = 'two # 2'\nC=\"x y\"\nD=\nE=a=b\n"
    )

    found = load_environment(tmp_path)

    assert [found.get(name) for name in "ABCDEF"] == ["1", "two # 2", "x y", "", "a=b", None]


def test_a_line_that_is_no_variable_is_a_mistake_with_its_line(tmp_path):
    (tmp_path / ".env").write_text("A=1\nwhat is this\n")

    with pytest.raises(ConfigError, match=r"\.env:2: this is not a NAME=value line"):
        load_environment(tmp_path)


def test_an_env_file_that_is_not_text_is_a_mistake(tmp_path):
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\n")

    with pytest.raises(ConfigError, match="cannot be read"):
        load_environment(tmp_path)


def test_the_process_environment_wins(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PHLO_X=file\n")
    monkeypatch.setenv("PHLO_X", "process")

    assert load_environment(tmp_path).get("PHLO_X") == "process"


def test_secrets_never_show(tmp_path):
    (tmp_path / ".env").write_text("API_TOKEN=abcdef123\nHOST=db.example\nLOGIN=hunter22\n")
    environment = load_environment(tmp_path)
    environment.interpolate("${HOST}${LOGIN}")

    text = environment.mask("abcdef123 at postgres://me:pw@db.example with hunter22")

    assert text == "*** at postgres://me:***@*** with ***"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("API_KEY", True),
        ("NIGHTSCOUT_TOKEN", True),
        ("db_password", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("PWD", False),
        ("OLDPWD", False),
        ("SSH_AUTH_SOCK", False),
        ("KEYBOARD", False),
        ("AWS_REGION", False),
    ],
)
def test_a_name_says_whether_it_holds_a_secret(name, secret):
    assert is_secret_name(name) is secret
