"""Counts and times of requests, for Prometheus."""

import threading
from collections import defaultdict

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Measurements:
    """Requests by route, method and status. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, int], int] = defaultdict(int)
        self._sums: dict[str, float] = defaultdict(float)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS_S) + 1))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = next((i for i, top in enumerate(BUCKETS_S) if seconds <= top), len(BUCKETS_S))
        with self._lock:
            self._counts[method, route, status] += 1
            self._sums[route] += seconds
            self._buckets[route][place] += 1

    def lines(self) -> list[str]:
        """Return the measurements in Prometheus' text format."""
        with self._lock:
            counts, sums = dict(self._counts), dict(self._sums)
            buckets = {route: list(found) for route, found in self._buckets.items()}
        found = ["# TYPE phlo_requests_total counter"]
        for (method, route, status), count in sorted(counts.items()):
            labels = f'method="{method}",route="{_escape(route)}",status="{status}"'
            found.append(f"phlo_requests_total{{{labels}}} {count}")
        found.append("# TYPE phlo_request_seconds histogram")
        for route in sorted(buckets):
            found += _histogram(_escape(route), buckets[route], sums[route])
        return found


def _histogram(route: str, counts: list[int], total_s: float) -> list[str]:
    found, running = [], 0
    for top, count in zip((*BUCKETS_S, "+Inf"), counts, strict=True):
        running += count
        found.append(f'phlo_request_seconds_bucket{{route="{route}",le="{top}"}} {running}')
    found.append(f'phlo_request_seconds_sum{{route="{route}"}} {total_s:.6f}')
    found.append(f'phlo_request_seconds_count{{route="{route}"}} {running}')
    return found


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
