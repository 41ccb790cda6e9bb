"""What needs a person, the worst first, each with the next action."""

from phlo_api.dagster_facts import CheckFacts, RunFacts
from phlo_api.schemas import dagster as wire
from phlo_api.state import Api
from phlo_api.views.standing import Standing

_MOST = 100


def of(api: Api, found: list[Standing], daemon_running: bool) -> list[wire.Attention]:
    """Return what needs attention."""
    items = _broken(api)
    if not daemon_running:
        items.append(_daemon())
    for one in found:
        items += _of_asset(one)
    items += _automation(api)
    order = {"fail": 0, "warn": 1}
    items.sort(key=lambda a: (order[a.severity], -(a.time.timestamp() if a.time else 0)))
    return items[:_MOST]


def _item(
    kind: str, severity: str, title: str, detail: str, fix: str, **more: object
) -> wire.Attention:
    empty = {"asset": None, "check": None, "run_id": None, "time": None}
    fields = {"kind": kind, "severity": severity, "title": title, "detail": detail, "fix": fix}
    return wire.Attention.model_validate({**empty, **fields, **more})


def _broken(api: Api) -> list[wire.Attention]:
    return [
        _item("definition", "fail", f"{f.file}:{f.line} could not be loaded", f.problem, f.fix)
        for f in api.declared.failures
    ]


def _daemon() -> wire.Attention:
    return _item(
        "daemon",
        "warn",
        "the daemon is not running",
        "schedules, sensors and the queue of runs stand still",
        'start it with "phlo services start"',
    )


def _of_asset(one: Standing) -> list[wire.Attention]:
    name = one.node.name
    items = [_failed_run(name, one.run)] if one.run_failed and one.run is not None else []
    for check, result in sorted(one.checks.items()):
        if result.status in {"failed", "error", "warned"}:
            items.append(_failed_check(name, check, result))
    if one.freshness.state == "fail":
        items.append(
            _item(
                "freshness",
                "fail",
                f"{name} is late",
                f"it promised to be fresh {one.freshness.policy}",
                "run it, or look why its schedule did not",
                asset=name,
                time=one.freshness.due_at,
            )
        )
    return items


def _failed_run(name: str, run: RunFacts) -> wire.Attention:
    return _item(
        "run",
        "fail",
        f"the last run of {name} failed",
        f"run {run.run_id[:8]} of {run.job}",
        "look at the first error of the run, then run it again from the failure",
        asset=name,
        run_id=run.run_id,
        time=run.ended_at or run.updated_at,
    )


def _failed_check(name: str, check: str, result: CheckFacts) -> wire.Attention:
    return _item(
        "check",
        "warn" if result.status == "warned" else "fail",
        f"{check} of {name} {result.status}",
        result.description or str(result.metadata.get("message", "")),
        after_check(result),
        asset=name,
        check=check,
        run_id=result.run_id,
        time=result.time,
    )


def after_check(result: CheckFacts) -> str:
    """Return what to do about a check that did not pass, and what became of what it looked at."""
    looked = "the error of the check in its run" if result.status == "error" else "the failing rows"
    if result.status == "warned":
        return f"look at {looked}; a warning does not hold back what was written"
    if result.blocking is None:
        return f"look at {looked}, mend what they come from and run it again"
    if result.blocking:
        return f"look at {looked}; what was written is held back until this check passes"
    return f"look at {looked}; this check does not hold back what was written"


def _automation(api: Api) -> list[wire.Attention]:
    return [
        _item(
            "schedule",
            "fail",
            f"the last tick of {one.name} failed",
            (one.last.error or "").splitlines()[0] if one.last and one.last.error else "",
            "look at the tick's error, then mend the schedule or sensor",
            time=one.last.time if one.last else None,
        )
        for one in api.dagster.failing()
    ]
