"""Capabilities that a contract test needs, and gaps that an adapter declares."""

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

import pytest

_OWNERS = ("ours:", "theirs:", "never:")
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

    def __init_subclass__(cls) -> None:
        """Refuse a gap without an owner, or of a capability that no test of the suite needs."""
        tests = [getattr(cls, name) for name in dir(cls) if name.startswith("test_")]
        known = {capability for test in tests for capability in getattr(test, "needs", ())}
        for capability, reason in cls.gaps.items():
            if not reason.startswith(_OWNERS):
                raise TypeError(  # builtin: pytest shows it where the suite is collected
                    f"{cls.__name__}: the reason of {capability!r} begins with ours:, theirs: "
                    f"or never:, not {reason!r}"
                )
            if capability not in known:
                raise TypeError(  # builtin: as above
                    f"{cls.__name__}: no test needs {capability!r}; the capabilities are "
                    f"{', '.join(sorted(known))}"
                )

    @pytest.fixture(autouse=True)
    def _declared_gap(self, request: pytest.FixtureRequest) -> None:
        for capability in getattr(request.function, "needs", ()):
            if capability in self.gaps:
                reason = f"{capability}: {self.gaps[capability]}"
                request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
