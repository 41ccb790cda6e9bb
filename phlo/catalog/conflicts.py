"""Refusals that say more than that something moved."""

from collections.abc import Sequence

from phlo.errors import Conflict
from phlo.model import TableConflict, key_text


class Condemned(Conflict):
    """A commit names a file that gc may have deleted (R15). No retry helps."""


class MergeConflict(Conflict):
    """Tables of a merge changed in ways that do not go together. ``conflicts`` says which."""

    conflicts: tuple[TableConflict, ...]

    @classmethod
    def of(cls, doing: str, conflicts: Sequence[TableConflict], *, update: str) -> "MergeConflict":
        """Build the error; ``update`` is the command that brings the branch up to date."""
        told = "; ".join(f"{key_text(one.key)}: {one.reason}" for one in conflicts)
        error = cls(
            f"{doing} conflicts on {len(conflicts)} of its keys: {told}",
            fix=f"{update}, or take one side: drop or restore the table on the branch and repeat",
        )
        error.conflicts = tuple(conflicts)
        return error
