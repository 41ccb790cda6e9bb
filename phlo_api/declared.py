"""What the project declares, loaded once; a broken file is reported, never fatal."""

from functools import cached_property

from phlo.config import Project
from phlo.declare import Declarations, load_declarations
from phlo.declare.specs import CheckSpec, LoadError
from phlo.errors import PhloError


class Declared:
    """The declarations of a project. Loaded at the first use, again when the process starts."""

    def __init__(self, project: Project, declarations: Declarations | None = None) -> None:
        self._project = project
        self._given = declarations

    @cached_property
    def _loaded(self) -> Declarations:
        if self._given is not None:
            return self._given
        try:
            return load_declarations(self._project)
        except PhloError as error:
            return Declarations(errors=(_failure(self._project, error),))

    @property
    def declarations(self) -> Declarations:
        """All that was declared."""
        return self._loaded

    @property
    def failures(self) -> tuple[LoadError, ...]:
        """The files that could not be loaded."""
        return self._loaded.errors

    def checks(self, table: str) -> tuple[CheckSpec, ...]:
        """Return the checks that are declared of a table."""
        from phlo.quality import checks_of

        return checks_of(self._loaded, table)

    def check(self, table: str, name: str) -> CheckSpec | None:
        """Return a declared check, or None."""
        return next((c for c in self.checks(table) if c.name == name), None)


def _failure(project: Project, error: PhloError) -> LoadError:
    return LoadError(str(project.defs), 0, error.problem, error.fix)
