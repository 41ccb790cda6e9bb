"""Measurements in Prometheus' text format."""

import threading
import time

from phlo_api.state import Api

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(api: Api) -> str:
    """Return every measurement of this process."""
    lines = api.measurements.lines()
    running = sum(1 for entry in api.queries.all() if entry.state == "running")
    lines += _gauge("phlo_queries_running", running)
    lines += _gauge("phlo_live_topics", api.live.topics)
    lines += _gauge("phlo_threads", threading.active_count())
    lines += _gauge("phlo_uptime_seconds", round(time.time() - api.started_at.timestamp(), 3))
    lines += _gauge("phlo_lake_entries", _entries(api))
    lines.append("# TYPE phlo_cache_entries gauge")
    lines += [f'phlo_cache_entries{{cache="{c.name}"}} {len(c)}' for c in api.caches.all()]
    return "\n".join(lines) + "\n"


def _gauge(name: str, value: float) -> list[str]:
    return [f"# TYPE {name} gauge", f"{name} {value}"]


def _entries(api: Api) -> int:
    return max((api.catalog.get_commit(r.commit).number for r in api.catalog.refs()), default=0)
