"""Build models on a branch, or test them on any ref, through the warm worker."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from phlo.config import Project
from phlo.errors import SqlError
from phlo.model import CheckResult, Key, key_text
from phlo_defs.transform.folder import find_dbt
from phlo_defs.transform.manifest import Manifest
from phlo_defs.transform.models import Model, Models, ModelTest
from phlo_defs.transform.protocol import Finished, NodeDone, Request
from phlo_defs.transform.runner import shared_worker


@dataclass(frozen=True, slots=True)
class Target:
    """Where a build writes: a branch, as which run, with which message.

    ``tell`` hears of each model when it is done, ``note`` of each test.
    """

    ref: str
    run: str | None = None
    message: str = "dbt build"
    full_refresh: bool = False
    tell: Callable[[str], None] = lambda _line: None
    note: Callable[[CheckResult], None] = lambda _check: None


@dataclass(slots=True)
class Built:
    """What a build did: per model how it ended, and each check in the order they ran.

    ``commit`` is None if nothing was written, ``base`` the commit that was read.
    """

    models: dict[Key, NodeDone] = field(default_factory=dict)
    checks: list[CheckResult] = field(default_factory=list)
    base: str = ""
    commit: str | None = None


class DbtProject:
    """The models of a project and the worker that builds them."""

    def __init__(self, project: Project, manifest: Manifest, models: Models) -> None:
        self.project = project
        self.models = models
        self._manifest = manifest
        self._tests = {
            test.unique_id: (model, test) for model in models.models for test in model.tests
        }
        self._models = {model.unique_id: model for model in models.models}
        dbt = find_dbt(project)
        self._log = dbt.log if dbt is not None else "dbt's log"

    def build(self, target: Target, keys: Collection[Key]) -> Built:
        """Build models with their tests.

        What was written is committed to the branch also if a test failed: the caller judges.

        Raises:
            SqlError: If a model could not be built; what was built before it is on the branch.
            SourceFailed: If the worker died; nothing was written.
        """
        chosen = [model for model in self.models.models if model.key in keys]
        select: list[str] = []
        if len(chosen) < len(self.models.models):
            select = [model.selector for model in chosen]
            select += [test.selector for model in chosen for test in model.tests]
        request = self._request("build", target.ref, select)
        return self._run(request, target)

    def test(self, ref: str, keys: Collection[Key]) -> list[CheckResult]:
        """Run the tests of models on a ref, without building anything."""
        chosen = [model for model in self.models.models if model.key in keys]
        select = [test.selector for model in chosen for test in model.tests]
        if not select:
            return []
        return self._run(self._request("test", ref, select), Target(ref)).checks

    def _request(self, command: str, ref: str, select: list[str]) -> Request:
        names = {model.key for model in self.models.models} | self.models.sources
        return Request(
            command="build" if command == "build" else "test",
            manifest=str(self._manifest.folder),
            lake=self.project.lake,
            ref=ref,
            author=self.project.author,
            select=tuple(select),
            names=tuple(sorted(names)),
            tested={uid: _subject(*known) for uid, known in self._tests.items()},
        )

    def _run(self, request: Request, target: Target) -> Built:
        request = replace(
            request, run=target.run, message=target.message, full_refresh=target.full_refresh
        )
        built = Built()
        broken: list[tuple[Model, NodeDone]] = []
        for event in shared_worker(self.project).run(request):
            if isinstance(event, Finished):
                built.base, built.commit = event.base, event.commit
                self._refuse(event, built, broken)
                continue
            known = self._tests.get(event.unique_id)
            if known is not None:
                for check in check_result(*known, event):
                    built.checks.append(check)
                    target.note(check)
            elif event.unique_id in self._models:
                model = self._models[event.unique_id]
                built.models[model.key] = event
                target.tell(_line(model, event))
                if event.status == "error":
                    broken.append((model, event))
        if built.checks:
            passed = sum(check.passed for check in built.checks)
            target.tell(f"dbt tests: {passed} of {len(built.checks)} passed")
        return built

    def _refuse(self, event: Finished, built: Built, broken: list[tuple[Model, NodeDone]]) -> None:
        if broken:
            model, node = broken[0]
            others = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
            raise SqlError(
                f"dbt could not build {key_text(model.key)}{others}: {node.message}",
                fix=f"mend {model.path}, then materialize it again",
            )
        if not event.success and all(check.passed for check in built.checks):
            raise SqlError(f"dbt failed: {event.problem}", fix=f"read {self._log}")


def _line(model: Model, done: NodeDone) -> str:
    """Return what became of a model, as a line of progress."""
    rows = "" if done.rows is None else f", {done.rows:,} rows"
    return f"dbt {key_text(model.key)}: {done.status}{rows}, {done.seconds:.1f} s"


def check_result(model: Model, test: ModelTest, done: NodeDone) -> Iterator[CheckResult]:
    """Yield the result of a finished dbt test; nothing for one that was skipped.

    A test of a model without rows fails, for it has shown nothing, unless the model says
    `meta: {phlo: {allow_empty: true}}`.
    """
    if done.status == "skipped":
        return
    empty = done.rows == 0 and done.status == "pass" and not _may_be_empty(model)
    is_warning = done.status == "warn" or not test.blocking
    message = done.message or ""
    if done.failures and done.status in ("fail", "warn"):
        message = f"{done.failures:,} of {done.rows or 0:,} rows fail"
    if empty:
        message = f"{key_text(_subject(model, test))} has no rows, so the test shows nothing"
    yield CheckResult(
        table=key_text(model.key),
        check=test.name,
        passed=done.status == "pass" and not empty,
        blocking=test.blocking and done.status != "warn",
        severity="warn" if is_warning else "error",
        measured=done.failures,
        expected="no failing rows",
        failing=done.failures,
        sample=done.sample,
        sql=done.sql or None,
        rows=done.rows,
        message=message,
        reads=tuple(key_text(key) for key in test.reads),
        metadata={"seconds": done.seconds, "dbt": test.unique_id},
    )


def _subject(model: Model, test: ModelTest) -> Key:
    """Return whose rows a test looks at: its model's, or its source's."""
    return model.key if model.key in test.reads or not test.reads else test.reads[0]


def _may_be_empty(model: Model) -> bool:
    settings = model.meta.get("phlo")
    return isinstance(settings, dict) and bool(settings.get("allow_empty"))
