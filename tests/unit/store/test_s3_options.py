"""How a bucket is reached, as the environment and `.env` say."""

import pytest

from phlo.catalog import open_catalog
from phlo.config import load_project
from phlo.config.environment import Environment
from phlo.errors import CommitStateUnknown, InvalidInput, StoreError
from phlo.store import S3Store, open_store
from phlo.store.s3_options import s3_options
from tests.unit.store.s3_server import s3_server

KEYS = {"AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": "hush-hush"}
URL = "s3://bucket/lake"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {}),
        ({"AWS_ENDPOINT_URL": "http://a"}, {"endpoint": "http://a"}),
        (
            {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"},
            {"endpoint": "http://b"},
        ),
        ({"AWS_ENDPOINT_URL": ""}, {}),
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, {"region": "eu-north-1"}),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-north-1"}, {"region": "eu-west-1"}),
        ({"AWS_SESSION_TOKEN": "t"}, {"session_token": "t"}),
    ],
)
def test_the_usual_variables_say_how(given, told) -> None:
    keys = {"access_key_id": "someone", "secret_access_key": "hush-hush"}

    assert s3_options(URL, Environment(KEYS | given)) == keys | told


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_key_that_is_missing_is_named(name) -> None:
    with pytest.raises(InvalidInput, match=name) as caught:
        s3_options(URL, Environment({key: text for key, text in KEYS.items() if key != name}))

    assert ".env" in caught.value.fix


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is no address"):
        s3_options(URL, Environment(KEYS | {"AWS_ENDPOINT_URL": "localhost:9000"}))


def test_a_project_reads_its_own_env_file(tmp_path, monkeypatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "phlo.yaml").write_text(f"name: shop\nlake: {URL}\n")
    with s3_server() as server:
        lines = [f"{name}={text}" for name, text in KEYS.items()]
        lines.append(f"AWS_ENDPOINT_URL={server.options['endpoint']}")
        (tmp_path / ".env").write_text("\n".join(lines))

        store = open_store(load_project(tmp_path))

    assert isinstance(store, S3Store)
    assert store.access.secret_access_key == "hush-hush"
    assert store.file_io_properties["s3.secret-access-key"] == "hush-hush"


def test_amazon_itself_is_asked_at_the_address_of_the_bucket() -> None:
    properties = S3Store(URL, {"access_key_id": "a", "secret_access_key": "b"}).file_io_properties

    assert properties["s3.force-virtual-addressing"] == "true"
    assert properties["s3.region"] == "us-east-1"
    assert "s3.endpoint" not in properties


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
        ("ExpiredToken", "AWS_SESSION_TOKEN"),
        ("NoSuchBucket", "create the bucket"),
        ("RequestTimeTooSkewed", "clock"),
        ("PermanentRedirect", "AWS_REGION"),
    ],
)
def test_what_the_server_refuses_is_told_in_one_line_with_its_fix(code, fix) -> None:
    with s3_server() as server:
        server.behaviour = [code] * 8

        with pytest.raises(StoreError, match=f"{code}: No.") as caught:
            open_store(URL, options=server.options)

    assert fix in caught.value.fix
    assert "\n" not in caught.value.problem


def test_an_option_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match="'key' is no option") as caught:
        S3Store(URL, {"key": "someone"})

    assert "access_key_id" in caught.value.fix


@pytest.mark.parametrize("code", ["SlowDown", "ExpiredToken", "InternalError"])
def test_r03_what_may_be_the_answer_to_a_second_try_is_unknown(code) -> None:
    with s3_server() as server:
        store = open_store(URL, options=server.options)
        server.behaviour = [code] * 8

        with pytest.raises(CommitStateUnknown, match=code):
            store.create("catalog/log/1", b"x")


@pytest.mark.parametrize("code", ["NoSuchBucket", "SignatureDoesNotMatch", "PermanentRedirect"])
def test_r03_what_every_try_meets_is_certain(code) -> None:
    with s3_server() as server:
        store = open_store(URL, options=server.options)
        server.behaviour = [code] * 8

        with pytest.raises(StoreError, match=code) as caught:
            store.create("catalog/log/1", b"x")

    assert not isinstance(caught.value, CommitStateUnknown)


def test_keys_that_may_only_read_read() -> None:
    with s3_server() as server:
        made = open_catalog(URL, options=server.options)
        made.create_branch("dev")
        server.behaviour = ["AccessDenied"] * 8

        lake = open_catalog(URL, options=server.options)

        assert {ref.name for ref in lake.refs()} == {"main", "dev"}
        with pytest.raises(StoreError, match="AccessDenied") as caught:
            lake.create_branch("more")
        assert "rights" in caught.value.fix


def test_a_server_that_is_gone_is_told_with_its_fix() -> None:
    with s3_server() as server:
        options = server.options

    with pytest.raises(StoreError, match="cannot be opened") as caught:
        open_store(URL, options=options)

    assert "AWS_ENDPOINT_URL" in caught.value.fix
