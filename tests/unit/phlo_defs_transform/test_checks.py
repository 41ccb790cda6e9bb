from dataclasses import replace
from typing import Any

import pytest

from phlo.model import CheckResult
from phlo_defs.transform.build import check_result
from phlo_defs.transform.models import Model, ModelTest
from phlo_defs.transform.protocol import (
    Finished,
    NodeDone,
    Request,
    decode_event,
    decode_request,
    encode_event,
    encode_request,
)

TEST = ModelTest("test.p.t", "unique_id", "fqn:p.t", True, "", (("marts", "m"),))
MODEL = Model(
    unique_id="model.p.m",
    key=("marts", "m"),
    selector="fqn:p.m",
    resource="model",
    materialized="table",
    description="",
    path="models/m.sql",
    columns=(),
    upstream=(),
    tests=(TEST,),
)
PASSED = NodeDone("test.p.t", "pass", "", 0.1, "select 1", failures=0, rows=3)


def _result(done: NodeDone, *, model: Model = MODEL, test: ModelTest = TEST) -> CheckResult:
    (found,) = check_result(model, test, done)
    return found


def test_a_test_that_passes_is_a_check_that_passed() -> None:
    found = _result(PASSED)

    assert (found.table, found.check, found.passed, found.rows) == ("marts.m", "unique_id", True, 3)


@pytest.mark.parametrize(("status", "blocking"), [("fail", True), ("warn", False), ("error", True)])
def test_a_test_that_fails_blocks_unless_it_warns(status: Any, blocking: bool) -> None:
    found = _result(replace(PASSED, status=status, failures=2))

    assert (found.passed, found.blocking) == (False, blocking)
    assert found.severity == ("warn" if status == "warn" else "error")


def test_a_failed_test_says_how_many_rows_of_how_many() -> None:
    found = _result(replace(PASSED, status="fail", failures=1_200, rows=30_000))

    assert found.message == "1,200 of 30,000 rows fail"


def test_a_skipped_test_is_no_result() -> None:
    assert list(check_result(MODEL, TEST, replace(PASSED, status="skipped"))) == []


def test_a_test_of_no_rows_fails_unless_the_model_may_be_empty() -> None:
    empty = replace(PASSED, rows=0)
    allowed = replace(MODEL, meta={"phlo": {"allow_empty": True}})

    assert not _result(empty).passed
    assert "marts.m has no rows" in _result(empty).message
    assert _result(empty, model=allowed).passed


def test_requests_and_events_cross_the_pipe_whole() -> None:
    request = Request(
        "build",
        "/m",
        "file:///l",
        "work",
        names=(("a", "b"),),
        select=("fqn:x",),
        tested={"t": ("a", "b")},
    )
    done = replace(PASSED, sample=({"a": 1},), columns=(("a", "bigint"),))
    finished = Finished(False, "c1", "c2", "a test failed")

    assert decode_request(encode_request(request)) == request
    assert decode_event(encode_event(done)) == done
    assert decode_event(encode_event(finished)) == finished
