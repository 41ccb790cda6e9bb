"""The tests of the dbt models for whoever merges: the command line, a page, another package."""

from collections.abc import Sequence
from functools import cached_property

from phlo.config import Project
from phlo.model import CheckResult, Key, key_text
from phlo.ports import Catalog
from phlo.quality.gate import Checks
from phlo_defs.transform.build import DbtProject
from phlo_defs.transform.folder import find_dbt
from phlo_defs.transform.manifest import ensure_manifest
from phlo_defs.transform.models import Models, read_models


def provide(project: Project, _catalog: Catalog) -> Checks:
    """Return the blocking tests of a project's models; a plugin of the group ``phlo.checks``.

    Nothing is read before the first table is asked for, and dbt starts with the first test.
    """
    tests = _Tests(project)
    return Checks(tests.run, tests.required, tests.reads)


class _Tests:
    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def _builder(self) -> DbtProject | None:
        dbt = find_dbt(self._project)
        if dbt is None:
            return None
        manifest = ensure_manifest(dbt)
        return DbtProject(self._project, manifest, read_models(manifest.read()))

    @property
    def _models(self) -> Models:
        return self._builder.models if self._builder else Models((), frozenset())

    def run(self, commit: str, key: Key) -> Sequence[CheckResult]:
        """Run the tests of one model at a commit."""
        if self._builder is None or not self.required(key):
            return ()
        found = self._builder.test(commit, {key})
        return [result for result in found if result.table == key_text(key)]

    def required(self, key: Key) -> list[str]:
        """Name the blocking tests of a model."""
        return [test.name for test in self._models.tests_of(key) if test.blocking]

    def reads(self, key: Key) -> set[Key]:
        """Return the other tables that the blocking tests of a model look at."""
        tests = self._models.tests_of(key)
        return {other for test in tests if test.blocking for other in test.reads} - {key}
