"""Runs: list, one, its steps, log and output."""

from dataclasses import dataclass
from typing import Any, Literal

from phlo.errors import InvalidInput
from phlo_api.dagster_facts import AssetNode, EventFacts, RunFacts, RunWish
from phlo_api.dagster_values import jsonable
from phlo_api.paging import decode_cursor, encode_cursor
from phlo_api.schemas import runs as wire
from phlo_api.state import Api

BRANCH_TAG = "phlo/branch"
MAIN = "main"
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
Stream = Literal["stdout", "stderr"]
_SCAN_RUNS = 500
_SCAN_EVENTS = 500
_SCAN_PAGES = 20
_STEP_WORDS: dict[str, Literal["running", "success", "failure", "skipped"]] = {
    "in_progress": "running",
    "success": "success",
    "failure": "failure",
    "skipped": "skipped",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs a request asks for."""

    statuses: list[Any] | None = None
    asset: str | None = None
    job: str | None = None
    ref: str | None = None
    tags: list[str] | None = None

    def wish(self) -> RunWish:
        """Return what storage can choose by. Raises ``InvalidInput`` for a tag without a value."""
        tags = {}
        for text in self.tags or ():
            name, equals, value = text.partition("=")
            if not equals or not name:
                raise InvalidInput(f"{text!r} is not a tag", fix="write tag=name=value")
            tags[name] = value
        if self.ref is not None and self.ref != MAIN:
            tags[BRANCH_TAG] = self.ref
        return RunWish(statuses=tuple(self.statuses or ()), job=self.job, tags=tags)


@dataclass(frozen=True, slots=True)
class Lines:
    """Which lines of a log a request asks for."""

    level: str | None = None
    step: str | None = None
    q: str | None = None

    def match(self, event: EventFacts) -> bool:
        """Tell whether a line is wanted."""
        if self.level is not None and event.level < LEVELS[self.level]:
            return False
        if self.step is not None and event.step != self.step:
            return False
        text = f"{event.message}\n{event.error or ''}".lower()
        return self.q is None or self.q.lower() in text


def shown(run: RunFacts) -> wire.Run:
    """Return a run as lists show it."""
    by, name = launcher(run.tags)
    ended = run.ended_at if run.is_finished else None
    both = run.started_at is not None and ended is not None
    return wire.Run(
        run_id=run.run_id,
        job=run.job,
        status=run.status,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=ended,
        duration_s=round((ended - run.started_at).total_seconds(), 3) if both else None,  # type: ignore[operator]  # both are there
        assets=list(run.assets),
        checks=list(run.checks),
        partition=run.tags.get("dagster/partition"),
        ref=ref_of(run),
        launched_by=by,
        by_name=name,
        parent_run_id=run.parent_run_id,
        root_run_id=run.root_run_id,
        backfill_id=run.tags.get("dagster/backfill"),
        tags={k: v for k, v in run.tags.items() if not k.startswith(".dagster/")},
    )


def ref_of(run: RunFacts) -> str:
    """Return the branch that a run writes to: one that is pinned to none publishes to main."""
    return run.tags.get(BRANCH_TAG, MAIN)


def launcher(tags: Any) -> tuple[Any, str | None]:  # noqa: ANN401 - a mapping of tags
    """Return who or what launched a run, and its name where it has one: an id is no name."""
    for tag, kind in (
        ("dagster/parent_run_id", "retry"),
        ("dagster/backfill", "backfill"),
        ("dagster/schedule_name", "schedule"),
        ("dagster/from_automation_condition", "automation"),
        ("dagster/sensor_name", "sensor"),
    ):
        if tag in tags:
            return kind, None if kind in ("retry", "backfill") else tags[tag]
    return "person", tags.get("dagster/user") or tags.get("user")


def list_page(api: Api, wanted: Wanted, cursor: str | None, limit: int) -> wire.RunPage:
    """Return a page of runs, newest first."""
    before = decode_cursor(cursor, str)[0] if cursor else None
    if wanted.asset is not None or wanted.ref == MAIN:
        return _looked_through(api, wanted, before, limit)
    found = api.dagster.runs(wanted.wish(), before=before, limit=limit + 1)
    following = encode_cursor(found[limit - 1].run_id) if len(found) > limit else None
    return wire.RunPage(items=[shown(run) for run in found[:limit]], next_cursor=following)


def _looked_through(api: Api, wanted: Wanted, before: str | None, limit: int) -> wire.RunPage:
    """Look through runs for those of an asset or of main, at most some hundred a page."""
    node = api.dagster.asset(wanted.asset) if wanted.asset is not None else None
    found = api.dagster.runs(wanted.wish(), before=before, limit=_SCAN_RUNS)
    items: list[RunFacts] = []
    last = None
    for run in found:
        if len(items) == limit:
            break
        last = run
        if _is_of(run, node) and wanted.ref in (None, ref_of(run)):
            items.append(run)
    more = last is not None and (last is not found[-1] or len(found) == _SCAN_RUNS)
    following = encode_cursor(last.run_id) if more and last is not None else None
    return wire.RunPage(items=[shown(run) for run in items], next_cursor=following)


def _is_of(run: RunFacts, node: AssetNode | None) -> bool:
    return node is None or node.name in run.assets or (not run.assets and run.job in node.jobs)


def detail(api: Api, run_id: str) -> wire.RunDetail:
    """Describe a run."""
    run = api.dagster.run(run_id)
    stats = api.dagster.stats(run_id)
    return wire.RunDetail(
        **shown(run).model_dump(),
        config=jsonable(run.config),
        finished=run.is_finished,
        can_cancel=not run.is_finished and run.status != "canceling",
        can_retry_failed=run.status == "failure",
        steps_succeeded=stats.steps_succeeded,
        steps_failed=stats.steps_failed,
        materializations=stats.materializations,
        check_results=api.dagster.count_checks(run_id),
    )


def steps(api: Api, run_id: str) -> wire.StepList:
    """Return the steps of a run."""
    items = []
    for step in api.dagster.steps(run_id):
        both = step.started_at is not None and step.ended_at is not None
        items.append(
            wire.Step(
                step=step.step,
                status=_STEP_WORDS.get(step.status, "pending"),
                started_at=step.started_at,
                ended_at=step.ended_at,
                duration_s=(step.ended_at - step.started_at).total_seconds() if both else None,  # type: ignore[operator]  # both are there
                attempts=[wire.StepAttempt(started_at=a, ended_at=b) for a, b in step.attempts],
                materializations=step.materializations,
                checks=step.checks,
            )
        )
    return wire.StepList(run_id=run_id, steps=items)


def event(found: EventFacts) -> wire.LogEvent:
    """Return a line of a log."""
    return wire.LogEvent(
        id=found.storage_id,
        time=found.time,
        level=level_word(found.level),
        type=found.kind,
        step=found.step,
        asset=found.asset,
        check=found.check,
        partition=found.partition,
        message=found.message,
        error=found.error,
        metadata=dict(found.metadata),
    )


def level_word(level: int) -> Any:  # noqa: ANN401 - one of five words
    """Return the word of a level."""
    words = [word for word, number in LEVELS.items() if level >= number]
    return words[-1] if words else "debug"


def logs(api: Api, run_id: str, lines: Lines, cursor: str | None, limit: int) -> wire.LogPage:
    """Return a page of a run's log, oldest first."""
    run = api.dagster.run(run_id)
    after = decode_cursor(cursor, int)[0] if cursor else 0
    items: list[EventFacts] = []
    for _ in range(_SCAN_PAGES):
        found = api.dagster.events(run_id, after, _SCAN_EVENTS, known=True)
        for one in found:
            if len(items) == limit:
                return _log_page(run_id, items, after, finished=False)
            after = one.storage_id
            if lines.match(one):
                items.append(one)
        if len(found) < _SCAN_EVENTS:
            return _log_page(run_id, items, None if run.is_finished else after, run.is_finished)
    return _log_page(run_id, items, after, finished=False)


def _log_page(
    run_id: str, items: list[EventFacts], after: int | None, finished: bool
) -> wire.LogPage:
    return wire.LogPage(
        run_id=run_id,
        items=[event(one) for one in items],
        next_cursor=None if after is None else encode_cursor(after),
        finished=finished,
    )


def output(
    api: Api,
    run_id: str,
    stream: Stream,
    step: str | None,
    cursor: str | None,
) -> wire.RunOutput:
    """Return what a run wrote to stdout or stderr."""
    at = decode_cursor(cursor, str)[0] if cursor else None
    text, following, known = api.dagster.output(run_id, stream, step, at)
    mask = api.project.environment.mask
    return wire.RunOutput(
        run_id=run_id,
        stream=stream,
        step=step,
        steps=known,
        text=mask(text),
        next_cursor=None if following is None else encode_cursor(following),
    )
