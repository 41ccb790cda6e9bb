"""What a declaration becomes: frozen values that run nothing by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from phlo.declare.partitions import Partitioning
from phlo.declare.rules import Rule, Severity

WriteMode = Literal["append", "merge", "replace"]
Automation = Literal["eager", "on_missing", "on_cron"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionSpec:
    """A table and the function that brings its rows.

    Calling the spec calls the function, so that a test can.
    """

    table: str
    function: Callable[..., Any]
    key: tuple[str, ...] = ()
    write: WriteMode = "append"
    schema: Any = None
    partition: Partitioning | None = None
    checks: tuple[Rule, ...] = ()
    schedule: str | None = None
    cursor: str | None = None
    depends: tuple[str, ...] = ()
    group: str | None = None
    owners: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    description: str = ""
    freshness: timedelta | None = None
    automation: Automation | None = None
    retries: int | None = None
    pool: str | None = None
    on_new_files: str | None = None
    parameters: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the declared function."""
        return self.function(*args, **kwargs)

    @property
    def asset_key(self) -> tuple[str, str]:
        """The namespace and name of the table."""
        namespace, name = self.table.split(".")
        return namespace, name


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """A check of one table: a rule, or a function of the user's.

    ``monitor`` checks run after publishing and never block. ``reads`` names the other tables that
    the check looks at.
    """

    table: str
    name: str
    function: Callable[..., Any] | None = None
    rule: Rule | None = None
    blocking: bool = True
    severity: Severity = "error"
    monitor: bool = False
    reads: tuple[str, ...] = ()
    description: str = ""
    parameters: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @classmethod
    def of_rule(cls, rule: Rule, table: str) -> "CheckSpec":
        """Return the check that a rule is for a table."""
        return cls(
            table=table,
            name=rule.name,
            rule=rule,
            blocking=rule.blocking,
            severity=rule.severity,
            reads=rule.reads,
            description=rule.description,
            file=rule.place.file,
            line=rule.place.line,
        )

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the declared function."""
        if self.function is None:
            raise AssertionError(f"the check {self.name} is a rule and has no function")
        return self.function(*args, **kwargs)

    @property
    def beyond_window(self) -> bool:
        """Whether rows other than the new ones can change the outcome."""
        return self.rule.beyond_window if self.rule is not None else True


@dataclass(frozen=True, slots=True)
class LoadError:
    """A file of the project that could not be loaded, and why."""

    file: str
    line: int
    problem: str
    fix: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}\nfix: {self.fix}"


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that the files of a project declare, and the files that are broken."""

    ingestions: tuple[IngestionSpec, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    errors: tuple[LoadError, ...] = ()

    def ingestion(self, table: str) -> IngestionSpec | None:
        """Return the declaration of a table, or None."""
        return next((spec for spec in self.ingestions if spec.table == table), None)
