"""What assets promised, and whether it holds."""

from phlo_api.schemas import dagster as wire
from phlo_api.state import Api
from phlo_api.views.standing import Standing, of_assets

_ORDER = {"fail": 0, "warn": 1, "unknown": 2, "pass": 3, "none": 4}


def list_all(api: Api) -> wire.FreshnessList:
    """Return every promise, the most overdue first."""
    promised = [node.name for node in api.dagster.assets.values() if node.promise]
    return wire.FreshnessList(items=ranked(of_assets(api, promised)))


def ranked(found: list[Standing]) -> list[wire.Freshness]:
    """Return promises, the most overdue first."""
    items = [one.freshness for one in found if one.freshness.state != "none"]
    return sorted(items, key=lambda f: (_ORDER[f.state], -(f.age_s or 0), f.asset))
