"""One thing that the doctor found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from phlo.errors import PhloError

Health = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and how to mend it."""

    topic: str
    health: Health
    text: str
    fix: str = ""


def looked(topic: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield what a look finds; an error in it is a finding too."""
    try:
        yield from look()
    except PhloError as error:
        yield Finding(topic, "bad", error.problem, error.fix)
    except Exception as error:  # noqa: BLE001 - the doctor must survive every patient
        text = f"{type(error).__name__}: {error}"
        yield Finding(topic, "bad", text, "report this; phlo did not expect it")
