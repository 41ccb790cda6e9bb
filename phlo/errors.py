"""Every failure that phlo can explain: what is wrong, and what to do next."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar, Self


class PhloError(Exception):
    """A failure with its fix.

    Args:
        problem: One sentence that names the bad value and where it came from.
        fix: The next action: a command, a setting, or the nearest valid name. Never empty.

    ``code`` is stable and documented, ``http_status`` is what the API answers and ``exit_status``
    what the shell sees.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_status: ClassVar[int] = 1

    def __init__(self, problem: str, *, fix: str) -> None:
        if not fix.strip():
            raise AssertionError(f"{type(self).__name__} was raised without a fix: {problem}")
        super().__init__(problem)
        self.problem = problem
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.problem}\nfix: {self.fix}"

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary whole: ``fix`` is keyword-only, which pickle cannot pass."""
        return (_rebuild, (type(self), self.problem, self.fix, self.__dict__))


def causes_of(error: BaseException) -> list[BaseException]:
    """Return an error and all that it was raised from, outermost first."""
    found: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in found:
        found.append(link)
        link = link.__cause__ or link.__context__
    return found


def _rebuild(
    kind: type[PhloError], problem: str, fix: str, attributes: dict[str, object]
) -> PhloError:
    error = kind.__new__(kind)
    PhloError.__init__(error, problem, fix=fix)
    error.__dict__.update(attributes)
    return error


class Transient:
    """Mark an error after which the same call may succeed."""


class InvalidInput(PhloError):
    """A value that was given does not mean anything here."""

    code = "invalid-input"
    http_status = 422
    exit_status = 2


class NotFound(PhloError):
    """A name that was given is not known."""

    code = "not-found"
    http_status = 404
    exit_status = 3
    noun: ClassVar[str] = "object"
    first: ClassVar[str] = "create one first"
    """What to do where there is none at all."""

    @classmethod
    def named(
        cls,
        name: str,
        *,
        known: Iterable[str] | None = None,
        where: str = "",
        fix: str | None = None,
    ) -> Self:
        """Build the error for ``name``, with the nearest of the ``known`` names as its fix.

        Without ``known`` nothing is said of what there is.
        """
        place = f" {where}" if where else ""
        return cls(
            f"{cls.noun} {name!r} is not known{place}", fix=fix or cls._hint(name, known, place)
        )

    @classmethod
    def _hint(cls, name: str, known: Iterable[str] | None, place: str) -> str:
        if known is None:
            return f"look at how the name of the {cls.noun} is written"
        names = sorted(known)
        near = get_close_matches(name, names, n=3, cutoff=0.5) or names[:5]
        if near:
            return f"use one of: {', '.join(near)}"
        return f"{cls.first}: there is no {cls.noun}{place} yet"


class RefNotFound(NotFound):
    """No branch, tag or commit has this name."""

    code = "ref-not-found"
    noun = "ref"


class TableNotFound(NotFound):
    """No table has this name on the ref that was asked."""

    code = "table-not-found"
    noun = "table"
    first = 'load one with "phlo materialize", or read another ref'


class AssetNotFound(NotFound):
    """No asset of the code location has this name."""

    code = "asset-not-found"
    noun = "asset"
    first = "declare one with @phlo.ingestion"


class RunNotFound(NotFound):
    """No run has this id."""

    code = "run-not-found"
    noun = "run"
    first = 'start one with "phlo materialize"'


class RefExists(PhloError):
    """A branch or tag of this name exists already."""

    code = "ref-exists"
    http_status = 409
    exit_status = 4


class Conflict(PhloError):
    """What the caller expected is no longer so; nothing was written."""

    code = "conflict"
    http_status = 409
    exit_status = 4


class Protected(PhloError):
    """A protected branch moves by checked merges, or by a named override."""

    code = "protected"
    http_status = 403
    exit_status = 5


class Unchecked(Protected):
    """A merge lacks passing checks for exactly the state that it would publish."""

    code = "unchecked"


class CommitStateUnknown(PhloError):
    """A write may or may not have landed, so nothing may be cleaned up."""

    code = "commit-state-unknown"
    http_status = 500


class StoreError(PhloError):
    """The object store refused or failed."""

    code = "store"
    http_status = 503


class StoreUnsafe(StoreError):
    """The object store cannot create an object only if it is absent, so commits could be lost."""

    code = "store-unsafe"


class LakeDamaged(PhloError):
    """The log of the lake contradicts itself; nothing is read past the damage."""

    code = "lake-damaged"


class LakeMoved(PhloError):
    """The lake lies somewhere else than its first entry says."""

    code = "lake-moved"
    http_status = 409


class UnknownVersion(PhloError):
    """The lake, or an entry of it, is of a newer format than this program."""

    code = "unknown-version"


class ConfigError(PhloError):
    """A setting or project file is wrong."""

    code = "config"
    http_status = 500
    exit_status = 2


class DeclarationError(PhloError):
    """A declaration of the user's project is wrong; names file and line."""

    code = "declaration"
    http_status = 500
    exit_status = 2


class UnsafeSql(InvalidInput):
    """The statement is not a read that ad hoc SQL allows."""

    code = "unsafe-sql"


class SqlError(InvalidInput):
    """The engine could not run the statement."""

    code = "sql"


class QueryLimit(PhloError):
    """A query hit its bound of time, rows, bytes or memory."""

    code = "query-limit"
    http_status = 413


class QueryCancelled(PhloError):
    """A query was cancelled by its owner."""

    code = "query-cancelled"
    http_status = 409


class UnsupportedTable(PhloError):
    """An Iceberg table uses a feature that the engine would read wrongly."""

    code = "unsupported-table"
    http_status = 422


class BadData(PhloError):
    """Rows of a source cannot become rows of the table."""

    code = "bad-data"
    http_status = 422


class SourceFailed(PhloError, Transient):
    """A source stopped answering or died half way; nothing of this load was published."""

    code = "source-failed"
    http_status = 502


class CheckFailed(PhloError):
    """A blocking check failed; the branch is kept and the target was not touched."""

    code = "check-failed"
    http_status = 409
    exit_status = 6
