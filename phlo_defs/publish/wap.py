"""Write, audit, publish, in one op: an event exists if and only if its data is on main."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION
from dagster._utils.interrupts import capture_interrupts, pop_captured_interrupt

from phlo.catalog.contents import content_token
from phlo.model import CheckResult, Commit, Evidence, Json, Key, TableContent, ViewContent, key_text
from phlo.ports import Catalog
from phlo.quality.gate import Checks, checked_merge
from phlo_defs.publish.attempt import Attempt, begin
from phlo_defs.publish.durable import reached
from phlo_defs.publish.ending import Ending, is_event, line_of, refuse_failed
from phlo_defs.publish.events import BRANCH, COMMIT, dagster_metadata, evaluation, events_of
from phlo_defs.publish.outcome import Origin, Written, payload
from phlo_defs.publish.reconcile import MAIN, reconcile

PINNED = "phlo/branch"
"""The run tag that keeps a run on a branch: it writes and reads it, and publishes nothing."""
Op = dg.AssetExecutionContext
Results = Iterator[dg.MaterializeResult[Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one op does, whoever provides it.

    ``write`` brings tables up to date on the branch of the attempt and returns them, also those
    that had not changed. It may return check results of its own, such as dbt's tests, which it has
    shown in the log itself.
    ``audit`` runs all checks of one table at a commit. ``required`` names the blocking checks of a
    table and ``reads`` the other tables that its checks look at. ``mask`` hides secrets.
    """

    assets: tuple[Key, ...]
    write: Callable[[Attempt], Iterable[Written | CheckResult]]
    audit: Callable[[str, Key], Sequence[CheckResult]] = lambda _commit, _key: ()
    required: Callable[[Key], Iterable[str]] = lambda _key: ()
    reads: Callable[[Key], Iterable[Key]] = lambda _key: ()
    mask: Callable[[str], str] = str


def write_audit_publish(context: Op, catalog: Catalog, plan: Plan) -> Results:
    """Run a plan on a branch of its own, and yield its events once the branch is merged.

    First it tells Dagster of merges whose events were lost. Then: write, check on the branch,
    merge, and only then yield the events, with the results of the checks. An attempt that fails
    records the results that it has. A failed check keeps the branch and leaves main alone; what a
    retry may mend is tried again on a fresh branch; a cancelled run ends as cancelled.
    """
    yield from _Publisher(context, catalog, plan).run()


@dataclass(slots=True)
class _Publisher:
    context: Op
    catalog: Catalog
    plan: Plan
    written: list[Written] = field(default_factory=list)
    results: dict[tuple[str, str], CheckResult] = field(default_factory=dict)
    checked: dict[tuple[str, str], str] = field(default_factory=dict)
    attempt: Attempt | None = None
    merged: Commit | None = None
    is_cancelled: bool = False

    def run(self) -> Results:
        origin = origin_of_op(self.context)
        into = self.context.run.tags.get(PINNED) or MAIN
        reached("start")
        if into == MAIN:
            names = [key_text(key) for key in self.plan.assets]
            adopted = reconcile(self.context.instance, self.catalog, names, origin)
            reached("reconciled")
            if adopted:
                self.context.log.info(
                    f"log entry {adopted[0].publication.number} of this run was merged before it "
                    "stopped: telling its event, writing nothing"
                )
                yield from (event.result() for event in adopted)
                return
        try:
            self._publish(origin, into)
        except BaseException as error:
            raise self._failed(error) from error
        reached("before-event")
        if len(origin.partitions) > 1:
            self._tell_checks()  # Dagster stores what it is yielded for one partition at most
        yield from self._events(into)
        if self.is_cancelled:
            raise dg.Failure("the run was cancelled after it had published", allow_retries=False)

    def _publish(self, origin: Origin, into: str) -> None:
        attempt = begin(
            self.catalog,
            into=into,
            run=origin.run,
            root=origin.root,
            step=origin.step,
            partitions=origin.partitions,
        )
        self.attempt = attempt
        reached("branch-created")
        self._write(attempt)
        reached("written")
        self._audit(attempt)
        reached("checked")
        reached("before-merge")
        with capture_interrupts():
            self.merged = self._merge(attempt)
            self.is_cancelled = pop_captured_interrupt()
        reached("merged")

    def _write(self, attempt: Attempt) -> None:
        started = time.monotonic()
        own: list[CheckResult] = []
        for item in self.plan.write(attempt):
            if isinstance(item, CheckResult):
                own.append(item)
            else:
                self.written.append(item)
        tip = self.catalog.resolve(attempt.branch.name)
        contents = self.catalog.contents(tip.id)
        seconds = round(time.monotonic() - started, 3)
        self.written = [
            Written(item.key, self._facts(item, contents, seconds), item.reads)
            for item in self.written
        ]
        self._keep(own, tip.id, is_shown=True)

    def _facts(self, item: Written, contents: Mapping[Key, Any], seconds: float) -> dict[str, Json]:
        content = contents.get(item.key)
        facts: dict[str, Json] = {"phlo/duration_s": seconds, **item.metadata}
        if isinstance(content, TableContent):
            facts |= {
                "dagster/row_count": content.rows,
                "phlo/bytes": content.bytes,
                "phlo/files": content.files,
                "phlo/snapshot_id": None
                if content.snapshot_id is None
                else str(content.snapshot_id),
                "phlo/metadata_location": content.metadata_location,
                "dagster/table_name": key_text(item.key),
            }
        built_from = {key_text(key): content_token(contents.get(key)) for key in item.reads}
        if built_from:
            facts["phlo/built_from"] = built_from
        return facts

    def _audit(self, attempt: Attempt) -> None:
        """Run every check on the branch at one commit, and keep what it saw."""
        tip = self.catalog.resolve(attempt.branch.name)
        found = list(self.results.values())
        for item in self.written:
            results = self.plan.audit(tip.id, item.key)
            self._keep(results, tip.id)
            found += results
        self._evidence(found, self.catalog.contents(tip.id))
        refuse_failed(self.results.values(), attempt)

    def _keep(self, results: Iterable[CheckResult], commit: str, *, is_shown: bool = False) -> None:
        """Keep results for the events of the publication; the log shows what is in none."""
        for result in results:
            self.results[(result.table, result.check)] = result
            self.checked[(result.table, result.check)] = commit
            if not is_shown and not self._is_told(result):
                self.context.log.info(line_of(result))

    def _is_told(self, result: CheckResult) -> bool:
        assert self.attempt is not None
        return is_event(self.context, self.attempt, result)

    def _tell_checks(self) -> None:
        """Record results in Dagster by themselves: they stay, whatever becomes of the op."""
        for name, result in self.results.items():
            if self.attempt is None or not self._is_told(result):
                continue
            for partition in self.attempt.origin.partitions or (None,):
                where = {"branch": self.attempt.branch.name, "commit": self.checked[name]}
                asset = dg.AssetKey(result.table.split("."))
                self.context.log_event(evaluation(asset, result, partition=partition, **where))

    def _evidence(self, results: Sequence[CheckResult], contents: Mapping[Key, Any]) -> None:
        base = self.catalog.contents(self.attempt.base) if self.attempt else {}
        evidence = []
        for item in self.written:
            content = contents.get(item.key)
            if not isinstance(content, TableContent | ViewContent):
                continue
            if content == base.get(item.key):
                continue
            own = [r for r in results if r.table == key_text(item.key) and r.blocking]
            evidence.append(
                Evidence(
                    item.key,
                    content_token(content) or "",
                    tuple(r.check for r in own if r.passed),
                    tuple(r.check for r in own if not r.passed),
                )
            )
        if evidence:
            self.catalog.record_evidence(evidence)

    def _merge(self, attempt: Attempt) -> Commit:
        checks = Checks(
            run=self._again,
            required=lambda key: tuple(self.plan.required(key)),
            reads=lambda key: tuple(self.plan.reads(key)),
        )
        done = checked_merge(
            self.catalog,
            attempt.branch.name,
            attempt.into,
            checks,
            message=f"publish {', '.join(key_text(item.key) for item in self.written)}",
            run=attempt.origin.run,
            outbox=None if attempt.is_sandboxed else self._outbox(attempt),
            delete_source=True,
        )
        return done.commit

    def _again(self, commit: str, key: Key) -> Sequence[CheckResult]:
        """Check a table again, because main had moved and the branch was brought up to date."""
        results = self.plan.audit(commit, key)
        self._keep(results, commit)
        return results

    def _outbox(self, attempt: Attempt) -> Callable[[Mapping[str, Json]], Mapping[str, Json]]:
        def build(merge: Mapping[str, Json]) -> Mapping[str, Json]:
            return payload(
                attempt.origin,
                self.written,
                tuple(self.results.values()),
                checked=str(merge.get("source", "")),
                branch=attempt.branch.name,
            )

        return build

    def _events(self, into: str) -> Results:
        assert self.attempt is not None
        assert self.merged is not None
        if into != MAIN:
            yield from self._sandbox_events()
            return
        found = self.catalog.publications(after=self.merged.number - 1)
        for publication in found:
            if publication.number == self.merged.number:
                yield from (event.result() for event in events_of(publication))

    def _sandbox_events(self) -> Results:
        """Let downstream steps go on without an event: nothing was published."""
        assert self.attempt is not None
        assert self.merged is not None
        for item in self.written:
            asset = dg.AssetKey(item.key)
            stamp = {BRANCH: self.attempt.into, COMMIT: self.merged.id}
            self.context.log_event(
                dg.AssetObservation(
                    asset_key=asset, metadata={**dagster_metadata(item.metadata), **stamp}
                )
            )
            yield dg.MaterializeResult(
                asset_key=asset, metadata={SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True}
            )

    def _failed(self, error: BaseException) -> BaseException:
        """Clean up after a failure and return what Dagster should hear."""
        if self.merged is None and isinstance(error, Exception):
            self._tell_checks()
        end = Ending(self.context, self.catalog, self.attempt, self.merged, self.plan)
        return end.translated(error)


def origin_of_op(context: Op) -> Origin:
    """Return who is running: the run, the first run of its re-runs, step and partitions."""
    run = context.run
    partitions: tuple[str, ...] = ()
    if context.has_partition_key_range:
        partitions = tuple(context.partition_keys)
    elif context.has_partition_key:
        partitions = (context.partition_key,)
    return Origin(
        run=run.run_id,
        root=run.root_run_id or run.run_id,
        step=context.op_execution_context.get_step_execution_context().step.key,
        attempt="",
        partitions=partitions,
    )
