from typing import Any

from phlo_defs.transform.models import read_models


def _node(name: str, *reads: str, kind: str = "model", **more: Any) -> dict[str, Any]:
    config = {"materialized": more.pop("materialized", "table"), "severity": "ERROR"}
    return {
        "unique_id": f"{kind}.p.{name}",
        "resource_type": kind,
        "schema": "marts",
        "alias": name,
        "name": name,
        "fqn": ["p", name],
        "config": config | more.pop("config", {}),
        "description": "",
        "original_file_path": f"models/{name}.sql",
        "columns": {},
        "depends_on": {"nodes": list(reads)},
        **more,
    }


def _manifest(*nodes: dict[str, Any]) -> dict[str, Any]:
    source = {"schema": "raw", "identifier": "flights"}
    return {
        "nodes": {node["unique_id"]: node for node in nodes},
        "sources": {"source.p.raw.flights": source},
        "groups": {"g": {"name": "ops", "owner": {"email": "ops@example.com"}}},
    }


def test_models_come_after_what_they_read() -> None:
    late = _node("a_late", "model.p.z_early")
    early = _node("z_early", "source.p.raw.flights")

    found = read_models(_manifest(late, early))

    assert [model.key for model in found.models] == [("marts", "z_early"), ("marts", "a_late")]
    assert found.models[0].upstream == (("raw", "flights"),)
    assert found.sources == {("raw", "flights")}


def test_an_ephemeral_model_is_seen_through() -> None:
    inner = _node("inner", "source.p.raw.flights", materialized="ephemeral")
    outer = _node("outer", "model.p.inner")

    found = read_models(_manifest(inner, outer))

    assert [model.key for model in found.models] == [("marts", "outer")]
    assert found.models[0].upstream == (("raw", "flights"),)


def test_the_name_of_a_generic_test_is_short_where_that_is_unique() -> None:
    model = _node("m", "source.p.raw.flights")
    meta = {"name": "not_null", "kwargs": {"model": "x", "column_name": "id"}}
    first = _node(
        "not_null_m_id",
        "model.p.m",
        kind="test",
        attached_node="model.p.m",
        test_metadata=meta,
        column_name="id",
    )
    second = _node(
        "not_null_m_id_again",
        "model.p.m",
        kind="test",
        attached_node="model.p.m",
        test_metadata=meta,
        column_name="id",
    )

    (found,) = read_models(_manifest(model, first, second)).models

    assert [test.name for test in found.tests] == ["not_null_id", "not_null_m_id_again"]


def test_a_test_of_severity_warn_does_not_block() -> None:
    model = _node("m", "source.p.raw.flights")
    test = _node("t", "model.p.m", kind="test", config={"severity": "warn"})

    (found,) = read_models(_manifest(model, test)).models

    assert [one.blocking for one in found.tests] == [False]


def test_a_test_of_several_models_belongs_to_the_last_of_them() -> None:
    first, last = _node("a", "source.p.raw.flights"), _node("b", "model.p.a")
    test = _node("t", "model.p.b", "model.p.a", kind="test")

    found = read_models(_manifest(first, last, test))

    assert [len(model.tests) for model in found.models] == [0, 1]


def test_a_test_of_a_source_belongs_to_the_first_model_that_reads_it() -> None:
    first, last = (
        _node("a", "source.p.raw.flights"),
        _node("b", "source.p.raw.flights", "model.p.a"),
    )
    test = _node("t", "source.p.raw.flights", kind="test")

    found = read_models(_manifest(last, first, test))

    assert {model.key[1]: len(model.tests) for model in found.models} == {"a": 1, "b": 0}


def test_the_owner_is_that_of_the_group() -> None:
    model = _node("m", "source.p.raw.flights", config={"group": "ops"})

    (found,) = read_models(_manifest(model)).models

    assert found.owner == "ops@example.com"
