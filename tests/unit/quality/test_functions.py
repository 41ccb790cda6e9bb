import pytest

import phlo
from phlo.errors import InvalidInput
from phlo.quality import run_check


def check(function, **options):
    return phlo.quality("raw.t", name="c", **options)(function)


@pytest.fixture
def filled(lake):
    return lake.create("raw.t", "select range as a from range(10)")


def test_a_function_says_true_or_false(filled):
    assert run_check(check(lambda lake: True), filled, "raw.t").passed
    assert not run_check(check(lambda lake: False), filled, "raw.t").passed


def test_a_function_may_return_a_result_of_its_own(filled):
    own = phlo.CheckResult(passed=False, measured=3, message="three are bad")

    result = run_check(check(lambda lake: own, blocking=False), filled, "raw.t")

    assert (result.table, result.check, result.blocking) == ("raw.t", "c", False)
    assert (result.measured, result.message) == (3, "three are bad")


def test_a_function_takes_table_and_window_if_it_likes(filled):
    window = phlo.Window(key="k")

    result = run_check(
        check(lambda table, window: table == "raw.t" and window.key == "k"),
        filled,
        "raw.t",
        window=window,
    )

    assert result.passed


@pytest.mark.parametrize("answer", [None, 1, "yes", []])
def test_an_answer_that_says_nothing_is_an_errored_check(filled, answer):
    result = run_check(check(lambda lake: answer), filled, "raw.t")

    assert not result.passed
    assert result.metadata["status"] == "error"


def test_an_exception_is_an_errored_check_with_its_text(filled):
    result = run_check(check(lambda lake: 1 / 0), filled, "raw.t")

    assert not result.passed
    assert "division by zero" in result.message


def test_reconciliation_inside_a_function_is_a_result(filled):
    filled.create("marts.m", "select 10 as flights")

    result = run_check(
        check(lambda lake: phlo.reconciles("marts.m.flights", "raw.t", lake)), filled, "raw.t"
    )

    assert result.passed, result.message
    assert result.measured == {"left": 10, "right": 10, "difference": 0}
    assert result.reads == ("marts.m", "raw.t")


@pytest.mark.parametrize(
    ("right", "options", "passed"),
    [
        ("select 10", {}, True),
        ("select 11", {}, False),
        ("select 11", {"tolerance": 1}, True),
        ("select 11", {"tolerance": 0.1, "relative": True}, True),
        ("select 12", {"tolerance": 0.1, "relative": True}, False),
        ("select 10.0000001", {"tolerance": 0.001}, True),
        ("select null", {}, False),
        ("select 'nan'::double", {"tolerance": 1e9}, False),
        ("raw.t.a", {}, False),
        ("select 9223372036854775807::hugeint * 4", {}, False),
    ],
)
def test_two_numbers_agree_within_a_tolerance(filled, right, options, passed):
    result = run_check(phlo.reconciles(right, **options), filled, "raw.t")

    assert result.passed is passed, result.message
    assert result.metadata.get("status") != "error", result.message


def test_two_empty_sides_do_not_agree_by_accident(lake):
    lake.create("raw.t", "select 1 as a where false").create("raw.o", "select 1 as a where false")

    assert not run_check(phlo.reconciles("raw.o"), lake, "raw.t").passed
    assert not run_check(phlo.reconciles("raw.o.a", "raw.t.a"), lake, "raw.t").passed
    assert run_check(phlo.reconciles("raw.o", allow_empty=True), lake, "raw.t").passed


def test_reconciliation_of_a_missing_table_raises_inside_a_function(filled):
    with pytest.raises(InvalidInput, match=r"nope"):
        phlo.reconciles("raw.nope", "raw.t", filled)
    with pytest.raises(InvalidInput, match="one side only"):
        phlo.reconciles("raw.t", lake=filled)
