"""Capabilities that a contract test needs, and gaps that an adapter declares."""

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])


def needs(*capabilities: str) -> Callable[[Test], Test]:
    """Mark a contract test that only holds with these capabilities."""

    def marked(test: Test) -> Test:
        test.needs = capabilities  # type: ignore[attr-defined]  # read by Contract
        return test

    return marked


class Contract:
    """A suite whose subclasses declare what they lack.

    ``gaps`` maps a capability to a reason that begins with ``ours:``, ``theirs:`` or ``never:``.
    A test that needs it must then fail: a gap that was closed is to be taken off the list.
    """

    gaps: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def _declared_gap(self, request: pytest.FixtureRequest) -> None:
        for capability in getattr(request.function, "needs", ()):
            if capability in self.gaps:
                reason = f"{capability}: {self.gaps[capability]}"
                request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
