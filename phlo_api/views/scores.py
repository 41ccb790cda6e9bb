"""The score: what passed of what was run. A check that was never run counts for nothing."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from phlo_api.schemas import quality as wire
from phlo_api.state import Api
from phlo_api.views.checks import statuses


def overview(api: Api, days: int) -> wire.QualityOverview:
    """Return the score now, by asset and by day."""
    known = statuses(api)
    by_asset: dict[str, Counter[str]] = defaultdict(Counter)
    for asset, check in api.dagster.checks:
        found = known.get((asset, check))
        by_asset[asset][found.status if found else "unknown"] += 1
    total = sum(by_asset.values(), Counter[str]())
    return wire.QualityOverview(
        score=score(total),
        counts=counts(total),
        assets=[
            wire.AssetScore(asset=name, counts=counts(found), score=score(found))
            for name, found in sorted(by_asset.items())
        ],
        over_time=_days(api, days),
    )


def counts(found: Counter[str]) -> wire.CheckCounts:
    """Return checks by status."""
    words = ("passed", "warned", "failed", "error", "running", "skipped", "unknown")
    return wire.CheckCounts(total=found.total(), **{word: found[word] for word in words})


def score(found: Counter[str]) -> float | None:
    """Return passed of those that came to a result, or None if none did."""
    run = found["passed"] + found["warned"] + found["failed"] + found["error"]
    return round(found["passed"] / run, 6) if run else None


def _days(api: Api, days: int) -> list[wire.ScorePoint]:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=days - 1)
    known = api.dagster.columns.check_days(first)
    points = []
    for place in range(days):
        day = f"{first + timedelta(days=place):%Y-%m-%d}"
        found = known.get(day, Counter[str]())
        run, passed, warned = found.total(), found["passed"], found["warned"]
        value = round(passed / run, 6) if run else None
        points.append(wire.ScorePoint(day=day, run=run, passed=passed, warned=warned, score=value))
    return points
