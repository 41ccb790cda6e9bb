"""How an attempt that came to nothing ends: as a failure, as another try, or as cancelled."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import dagster as dg

from phlo.errors import CheckFailed, Conflict, NotFound, PhloError, Transient
from phlo.model import CheckResult, Commit, Key, key_text
from phlo.ports import Catalog
from phlo_defs.publish.attempt import Attempt
from phlo_defs.publish.events import BRANCH, check_metadata
from phlo_defs.publish.outcome import check_json
from phlo_defs.publish.reconcile import tell_late

MOST_CONFLICTS = 3
_INTERRUPTS = (dg.DagsterExecutionInterruptedError, KeyboardInterrupt)


class Planned(Protocol):
    """What is looked at of a plan."""

    @property
    def assets(self) -> tuple[Key, ...]:
        """The tables of the plan."""

    @property
    def mask(self) -> Callable[[str], str]:
        """What hides secrets in messages."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one attempt, as far as it came. Only a failed check keeps its branch."""

    context: dg.AssetExecutionContext
    catalog: Catalog
    attempt: Attempt | None
    merged: Commit | None
    plan: Planned

    def translated(self, error: BaseException) -> BaseException:
        """Clean up, and return what Dagster should do about the error."""
        kept = isinstance(error, CheckFailed)
        if self.merged is None and not kept:
            self._drop()
        if isinstance(error, _INTERRUPTS):
            return self._interrupted(error)
        if isinstance(error, Conflict):
            return self._conflict(error)
        if isinstance(error, PhloError):
            return self._failure(error)
        if isinstance(error, Exception) and not isinstance(error, dg.Failure | dg.RetryRequested):
            text = self.plan.mask(f"{type(error).__name__}: {error}")
            return dg.Failure(text, allow_retries=isinstance(error, OSError))
        return error

    def _interrupted(self, error: BaseException) -> BaseException:
        """Keep a cancelled run from being tried again, which a retry policy would do.

        Source: Dagster issue 15026, `op_execution_error_boundary` in 1.13.
        """
        instance = self.context.instance
        if self.merged is not None:
            for publication in self.catalog.publications(after=self.merged.number - 1):
                if publication.number == self.merged.number:
                    tell_late(instance, publication)
        run = instance.get_run_by_id(self.context.run.run_id)
        if run is not None and run.status == dg.DagsterRunStatus.CANCELING:
            return dg.Failure("the run was cancelled", allow_retries=False)
        return error

    def _conflict(self, error: Conflict) -> BaseException:
        tries = self.context.retry_number
        if tries < MOST_CONFLICTS:
            return dg.RetryRequested(max_retries=MOST_CONFLICTS, seconds_to_wait=0.2 * 2**tries)
        names = ", ".join(key_text(key) for key in self.plan.assets)
        return self._failure(error, f"; or give {names} a pool=, so that its loads take turns")

    def _failure(self, error: PhloError, more: str = "") -> dg.Failure:
        problem, fix = self.plan.mask(error.problem), self.plan.mask(error.fix) + more
        metadata: dict[str, Any] = {"fix": fix, "code": error.code}
        if isinstance(error, CheckFailed) and self.attempt is not None:
            metadata[BRANCH] = self.attempt.branch.name
        return dg.Failure(
            f"{problem}\nfix: {fix}",
            metadata=metadata,
            allow_retries=isinstance(error, Transient),
        )

    def _drop(self) -> None:
        if self.attempt is not None:
            branch = self.attempt.branch
            with suppress(NotFound, Conflict):
                self.catalog.delete_ref(branch.name, incarnation=branch.incarnation)


def refuse_failed(results: Iterable[CheckResult], attempt: Attempt) -> None:
    """Raise ``CheckFailed`` if a blocking check did not pass."""
    failed = [result for result in results if result.blocking and not result.passed]
    if failed:
        why = "; ".join(line_of(result) for result in failed)
        raise CheckFailed(
            f"{len(failed)} checks failed on {attempt.branch.name!r}: {why}",
            fix=f'look at the rows with "phlo quality failing --ref {attempt.branch.name}"; '
            f"{attempt.into!r} was not touched",
        )


def is_event(context: dg.AssetExecutionContext, attempt: Attempt, result: CheckResult) -> bool:
    """Tell whether Dagster gets an event of a check: it was asked for, and it is about main."""
    key = dg.AssetCheckKey(dg.AssetKey(result.table.split(".")), result.check)
    return not attempt.is_sandboxed and key in context.selected_asset_check_keys


def line_of(result: CheckResult) -> str:
    """Return a check result as one line of a log."""
    verdict = "passed" if result.passed else "failed"
    said = check_metadata(check_json(result))
    parts = [
        f"{name} {said[name]}" for name in ("measured", "expected", "failing rows") if name in said
    ]
    tail = f": {result.message}" if result.message else ""
    return f"{result.table} {result.check} {verdict} ({', '.join(parts)}){tail}"
