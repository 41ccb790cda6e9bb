"""The branch of one attempt, and the names that tell attempts apart (R10)."""

import hashlib
from dataclasses import dataclass

from phlo.errors import RefExists
from phlo.model import Ref
from phlo.ports import Catalog
from phlo_defs.publish.outcome import Origin

PREFIX = "wap/"
_MOST_ATTEMPTS = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of an op: what it writes to, and what it will be merged into.

    ``base`` is the commit the branch began at. ``name`` is unique to the attempt.
    """

    origin: Origin
    branch: Ref
    into: str
    base: str

    @property
    def name(self) -> str:
        """A name for folders of this attempt."""
        return self.branch.name.removeprefix(PREFIX).replace("/", "-")

    @property
    def is_sandboxed(self) -> bool:
        """Whether the attempt stays on a branch that the user named, away from main."""
        return self.into != "main"


def partition_hash(partitions: tuple[str, ...]) -> str:
    """Return a short name of a set of partitions that any ref can carry."""
    if not partitions:
        return "all"
    return hashlib.blake2b("\0".join(partitions).encode(), digest_size=5).hexdigest()


def begin(
    catalog: Catalog, *, into: str, run: str, root: str, step: str, partitions: tuple[str, ...]
) -> Attempt:
    """Create a fresh branch at the tip of the target; no attempt ever shares another's."""
    base = catalog.resolve(into).id
    stem = f"{PREFIX}{run}/{_ref_part(step)}/{partition_hash(partitions)}"
    for number in range(_MOST_ATTEMPTS):
        try:
            branch = catalog.create_branch(f"{stem}/{number}", at=base)
        except RefExists:
            continue
        return Attempt(Origin(run, root, step, str(number), partitions), branch, into, base)
    raise RefExists(
        f"{stem} has {_MOST_ATTEMPTS} attempts already",
        fix='delete old attempts with "phlo branch delete", then run again',
    )


def run_of(branch: str) -> str | None:
    """Return the run that a branch belongs to, or None if it is no branch of an attempt."""
    parts = branch.split("/")
    return parts[1] if branch.startswith(PREFIX) and len(parts) == 5 else None


def _ref_part(step: str) -> str:
    return "".join(mark if mark.isalnum() or mark in "_-." else "-" for mark in step)
