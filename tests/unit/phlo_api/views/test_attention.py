"""What home says about a check that did not pass."""

from datetime import UTC, datetime

import pytest

from phlo_api.dagster_facts import CheckFacts, CheckStatus
from phlo_api.views.attention import after_check


def _result(status: CheckStatus, blocking: bool | None) -> CheckFacts:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    severity = "warn" if status == "warned" else "error"
    return CheckFacts(1, now, "r-1", status, severity, blocking, None, "", {})


@pytest.mark.parametrize("blocking", [True, False, None])
def test_a_warning_never_says_that_something_was_held_back(blocking: bool | None) -> None:
    said = after_check(_result("warned", blocking))

    assert said == "look at the failing rows; a warning does not hold back what was written"


@pytest.mark.parametrize("status", ["failed", "error"])
def test_only_a_blocking_check_holds_back_what_was_written(status: CheckStatus) -> None:
    assert "is held back" in after_check(_result(status, blocking=True))
    assert "does not hold back" in after_check(_result(status, blocking=False))


def test_where_it_is_not_known_whether_a_check_blocks_nothing_is_said_of_it() -> None:
    said = after_check(_result("failed", blocking=None))

    assert "hold" not in said
    assert "held" not in said


def test_a_check_that_could_not_run_has_no_failing_rows() -> None:
    assert "failing rows" not in after_check(_result("error", blocking=True))
