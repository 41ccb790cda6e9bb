"""Every operation of the API: a good request, a bad one, and one for something unknown."""
# over 300 lines: a table of operations, one row each

from dataclasses import dataclass
from typing import Any

MISSING_RUN = "6f1c6f0e-8a3b-4b19-9a43-0a4b8f1d2c3e"


@dataclass(frozen=True)
class Ask:
    """A request and what it is answered with; ``{run}`` and ``{failed}`` stand for known runs."""

    path: str
    status: int = 200
    body: Any = None
    code: str | None = None


@dataclass(frozen=True)
class Case:
    method: str
    good: Ask
    bad: Ask | None = None
    unknown: Ask | None = None


def get(path: str, bad: str | None = None, unknown: str | None = None, code: str = "") -> Case:
    return Case(
        "GET",
        Ask(path),
        Ask(bad, 422) if bad else None,
        Ask(unknown, 404, code=code or None) if unknown else None,
    )


def _table(name: str, base: str = "/api/iceberg/tables/") -> Case:
    path = f"{base}{{table}}{name}"
    good = path.replace("{table}", "raw.orders")
    return get(
        good,
        f"{good}?ref={'x' * 301}",
        path.replace("{table}", "raw.ordres"),
        "table-not-found",
    )


def _refs(path: str) -> Case:
    join = "&" if "?" in path else "?"
    return get(path, f"{path}{join}ref={'x' * 301}", f"{path}{join}ref=dev/y", "ref-not-found")


def _sql(path: str) -> Case:
    good = {"sql": "select id, state from raw.orders order by id", "limit": 5}
    return Case(
        "POST",
        Ask(path, body=good),
        Ask(path, 422, {"sql": "drop table raw.orders"}, "unsafe-sql"),
        Ask(path, 404, {"sql": "select * from raw.ordres"}, "table-not-found"),
    )


def _asset(path: str, code: str = "asset-not-found", bad: str = "limit=0") -> Case:
    good = path.replace("{asset}", "raw.orders")
    return get(good, f"{good}?{bad}" if bad else None, path.replace("{asset}", "raw.ordres"), code)


def _run(path: str, bad: str | None) -> Case:
    base = "/api/dagster/runs/"
    known = f"{base}{{run}}{path}"
    return get(
        known, f"{known}?{bad}" if bad else None, f"{base}{MISSING_RUN}{path}", "run-not-found"
    )


_CHECK = "/api/quality/checks/raw.orders/no_late"
_NO_CHECK = "/api/quality/checks/raw.orders/no_latte"
_TICKS = "/api/dagster/{kind}/{name}/ticks"
_SAVED = {"name": "Late", "sql": "select 1", "tags": ["a"]}
_NO_SAVED = f"/api/trino/saved/{MISSING_RUN}"

CASES: dict[str, Case] = {
    "list_namespaces": _refs("/api/iceberg/namespaces"),
    "list_tables": _refs("/api/iceberg/tables?limit=1"),
    "get_table": _table(""),
    "get_table_schema": _table("/schema"),
    "list_table_snapshots": _table("/snapshots"),
    "list_table_files": _table("/files"),
    "list_table_partitions": _table("/partitions"),
    "get_table_properties": _table("/properties"),
    "list_table_history": _table("/history"),
    "get_table_health": _table("/health"),
    "rollback_table": Case(
        "POST",
        Ask("/api/iceberg/tables/raw.orders/rollback?ref=dev/back", body={"to": "{first}"}),
        Ask("/api/iceberg/tables/raw.orders/rollback?ref=dev/back", 422, {"to": 1}),
        Ask("/api/iceberg/tables/raw.ordres/rollback?ref=dev/back", 404, {"to": "main"}),
    ),
    "get_connection": get("/api/trino/connection"),
    "run_query": _sql("/api/trino/query"),
    "stream_query": _sql("/api/trino/query/arrow"),
    "export_query_csv": _sql("/api/trino/query/csv"),
    "export_query_parquet": _sql("/api/trino/query/parquet"),
    "plan_query": _sql("/api/trino/query/plan"),
    "list_queries": get("/api/trino/queries", "/api/trino/queries?cursor=%21"),
    "get_query": get("/api/trino/queries/{query}", None, "/api/trino/queries/x", "query-not-found"),
    "cancel_query": Case(
        "DELETE",
        Ask("/api/trino/queries/{query}"),
        unknown=Ask("/api/trino/queries/x", 404, code="query-not-found"),
    ),
    "preview_table": _table("", "/api/trino/preview/"),
    "profile_table": get(
        "/api/trino/profile/raw.orders",
        f"/api/trino/profile/raw.orders?ref={'x' * 301}",
        "/api/trino/profile/raw.orders?column=amuont",
        "column-not-found",
    ),
    "get_table_metrics": _table("", "/api/trino/metrics/"),
    "get_row": get(
        "/api/trino/row/raw.orders/row-7",
        "/api/trino/row/raw.people/row-7",
        "/api/trino/row/raw.orders/row-x",
        "row-not-found",
    ),
    "list_saved_queries": get("/api/trino/saved"),
    "save_query": Case(
        "POST", Ask("/api/trino/saved", 201, _SAVED), Ask("/api/trino/saved", 422, {"name": ""})
    ),
    "get_saved_query": get("/api/trino/saved/{saved}", None, _NO_SAVED, "saved-query-not-found"),
    "update_saved_query": Case(
        "PUT",
        Ask("/api/trino/saved/{saved}", body=_SAVED),
        Ask("/api/trino/saved/{saved}", 422, {"name": "x"}),
        Ask(_NO_SAVED, 404, _SAVED),
    ),
    "delete_saved_query": Case(
        "DELETE", Ask("/api/trino/saved/{saved}"), unknown=Ask(_NO_SAVED, 404)
    ),
    "list_refs": get("/api/nessie/refs", "/api/nessie/refs?kind=trunk"),
    "create_branch": Case(
        "POST",
        Ask("/api/nessie/refs", 201, {"name": "{fresh}"}),
        Ask("/api/nessie/refs", 422, {"name": "a//b"}),
        Ask("/api/nessie/refs", 404, {"name": "dev/q", "at": "dev/y"}, "ref-not-found"),
    ),
    "create_tag": Case(
        "POST",
        Ask("/api/nessie/tags", 201, {"name": "{fresh}-tag"}),
        Ask("/api/nessie/tags", 422, {"name": ".."}),
        Ask("/api/nessie/tags", 404, {"name": "v2", "at": "dev/y"}, "ref-not-found"),
    ),
    "get_ref": get("/api/nessie/refs/dev/x", None, "/api/nessie/refs/dev/y", "ref-not-found"),
    "delete_ref": Case(
        "DELETE",
        Ask("/api/nessie/refs/dev/doomed"),
        unknown=Ask("/api/nessie/refs/dev/y", 404, code="ref-not-found"),
    ),
    "protect_branch": Case(
        "POST",
        Ask("/api/nessie/protect", body={"name": "dev/x", "protected": False}),
        Ask("/api/nessie/protect", 422, {"name": "dev/x", "protected": "perhaps"}),
        Ask("/api/nessie/protect", 404, {"name": "dev/y", "protected": True}, "ref-not-found"),
    ),
    "list_commits": _refs("/api/nessie/log?limit=1"),
    "get_commit_graph": get(
        "/api/nessie/graph", "/api/nessie/graph?cursor=%21", "/api/nessie/graph?name=dev/y"
    ),
    "get_commit": get(
        "/api/nessie/commits/{commit}", None, "/api/nessie/commits/" + "0" * 32, "ref-not-found"
    ),
    "list_entries": _refs("/api/nessie/entries"),
    "compare_refs": get(
        "/api/nessie/compare?source=dev/x",
        "/api/nessie/compare",
        "/api/nessie/compare?source=dev/y",
        "ref-not-found",
    ),
    "preview_merge": get(
        "/api/nessie/merge?source=dev/x",
        "/api/nessie/merge",
        "/api/nessie/merge?source=dev/y",
        "ref-not-found",
    ),
    "merge_branch": Case(
        "POST",
        Ask("/api/nessie/merge", body={"source": "dev/a", "into": "dev/b"}),
        Ask("/api/nessie/merge", 422, {"source": 1}),
        Ask("/api/nessie/merge", 404, {"source": "dev/y"}, "ref-not-found"),
    ),
    "revert_commit": Case(
        "POST",
        Ask("/api/nessie/revert", body={"commit": "{correction}", "on": "dev/undo"}),
        Ask("/api/nessie/revert", 422, {}),
        Ask("/api/nessie/revert", 404, {"commit": "0" * 32, "on": "dev/undo"}),
    ),
    "get_dagster_health": get("/api/dagster/health"),
    "get_home": get("/api/dagster/home"),
    "list_assets": get("/api/dagster/assets?health=fail", "/api/dagster/assets?health=poor"),
    "get_asset": _asset("/api/dagster/assets/{asset}", bad=""),
    "list_materializations": _asset("/api/dagster/assets/{asset}/history"),
    "get_partition_grid": get(
        "/api/dagster/assets/marts.daily/partitions",
        "/api/dagster/assets/marts.daily/partitions?limit=0",
        "/api/dagster/assets/raw.orders/partitions",
        "partition-not-found",
    ),
    "list_freshness": get("/api/dagster/freshness"),
    "list_runs": get("/api/dagster/runs?asset=raw.orders", "/api/dagster/runs?status=odd"),
    "launch_run": Case(
        "POST",
        Ask("/api/dagster/runs", 201, {"assets": ["raw.untouched"], "ref": "dev/x"}),
        Ask("/api/dagster/runs", 422, {"assets": []}),
        Ask("/api/dagster/runs", 404, {"assets": ["raw.untuoched"]}, "asset-not-found"),
    ),
    "get_run": _run("", None),
    "list_steps": _run("/steps", None),
    "list_log_events": _run("/logs", "level=loud"),
    "get_run_output": _run("/output", "stream=stdin"),
    "cancel_run": Case(
        "POST",
        Ask("/api/dagster/runs/{queued}/cancel"),
        Ask("/api/dagster/runs/{run}/cancel", 409, code="wrong-state"),
        Ask(f"/api/dagster/runs/{MISSING_RUN}/cancel", 404, code="run-not-found"),
    ),
    "reexecute_run": Case(
        "POST",
        Ask("/api/dagster/runs/{failed}/reexecute", 201, {"strategy": "failed"}),
        Ask("/api/dagster/runs/{run}/reexecute", 409, {"strategy": "failed"}, "wrong-state"),
        Ask(f"/api/dagster/runs/{MISSING_RUN}/reexecute", 404, {}, "run-not-found"),
    ),
    "list_schedules": get("/api/dagster/schedules"),
    "list_sensors": get("/api/dagster/sensors"),
    "set_schedule": Case(
        "PUT",
        Ask("/api/dagster/schedules/mornings", body={"running": True}),
        Ask("/api/dagster/schedules/mornings", 422, {"running": "maybe"}),
        Ask("/api/dagster/schedules/evenings", 404, {"running": True}, "schedule-not-found"),
    ),
    "set_sensor": Case(
        "PUT",
        Ask("/api/dagster/sensors/arrivals", body={"running": True}),
        Ask("/api/dagster/sensors/arrivals", 422, {}),
        Ask("/api/dagster/sensors/departures", 404, {"running": True}, "schedule-not-found"),
    ),
    "list_schedule_ticks": get(
        "/api/dagster/schedules/mornings/ticks",
        "/api/dagster/schedules/mornings/ticks?status=tock",
        "/api/dagster/schedules/evenings/ticks",
        "schedule-not-found",
    ),
    "list_sensor_ticks": get(
        "/api/dagster/sensors/arrivals/ticks",
        "/api/dagster/sensors/arrivals/ticks?status=tock",
        "/api/dagster/sensors/departures/ticks",
        "schedule-not-found",
    ),
    "list_backfills": get("/api/dagster/backfills", "/api/dagster/backfills?limit=0"),
    "launch_backfill": Case(
        "POST",
        Ask(
            "/api/dagster/backfills",
            201,
            {"assets": ["marts.daily"], "partitions": ["2024-01-04"], "title": "again"},
        ),
        Ask("/api/dagster/backfills", 422, {"assets": ["raw.orders"], "partitions": ["x"]}),
        Ask(
            "/api/dagster/backfills",
            404,
            {"assets": ["marts.daily"], "partitions": ["2024-02-31"]},
            "partition-not-found",
        ),
    ),
    "get_backfill": get(
        "/api/dagster/backfills/{backfill}", None, "/api/dagster/backfills/x", "backfill-not-found"
    ),
    "cancel_backfill": Case(
        "POST",
        Ask("/api/dagster/backfills/{backfill}/cancel"),
        unknown=Ask("/api/dagster/backfills/x/cancel", 404, code="backfill-not-found"),
    ),
    "get_quality_overview": get("/api/quality/overview", "/api/quality/overview?days=0"),
    "list_checks": get("/api/quality/checks", "/api/quality/checks?status=fine"),
    "list_failing_checks": get("/api/quality/failing", "/api/quality/failing?cursor=%21"),
    "get_check": get(_CHECK, None, _NO_CHECK, "check-not-found"),
    "list_check_history": get(
        f"{_CHECK}/history", f"{_CHECK}/history?limit=0", f"{_NO_CHECK}/history", "check-not-found"
    ),
    "get_failing_rows": get(
        f"{_CHECK}/rows", f"{_CHECK}/rows?when=soon", f"{_NO_CHECK}/rows", "check-not-found"
    ),
    "get_lineage": get("/api/lineage/assets"),
    "get_asset_lineage": _asset("/api/lineage/assets/{asset}", bad="depth=0"),
    "get_neighbours": _asset("/api/graph/neighbours/{asset}", bad="depth=0"),
    "get_impact": _asset("/api/graph/impact/{asset}", bad=""),
    "get_lineage_path": get(
        "/api/graph/path?source=raw.orders&target=marts.report",
        "/api/graph/path?source=raw.orders",
        "/api/graph/path?source=raw.orders&target=marts.repotr",
        "asset-not-found",
    ),
    "diff_refs": get(
        "/api/diff?left=main&right=dev/x",
        "/api/diff?left=main",
        "/api/diff?left=main&right=dev/y",
        "ref-not-found",
    ),
    "diff_rows": get(
        "/api/diff/rows/raw.orders?left=main&right=dev/x",
        "/api/diff/rows/raw.orders?left=main",
        "/api/diff/rows/raw.ordres?left=main&right=dev/x",
        "table-not-found",
    ),
    "list_log_labels": get("/api/loki/labels"),
    "query_logs": get(
        "/api/loki/query?level=error",
        "/api/loki/query?level=loud",
        f"/api/loki/query?run={MISSING_RUN}",
        "run-not-found",
    ),
    "stream_together": get("/api/live/events?watch=/api/live/runs/{run}", "/api/live/events"),
    "stream_run_log": get(
        "/api/live/runs/{run}", None, f"/api/live/runs/{MISSING_RUN}", "run-not-found"
    ),
    "search_everything": get(
        "/api/search?q=ord", "/api/search", "/api/search?q=ord&ref=dev/y", "ref-not-found"
    ),
    "list_services": get("/api/services"),
    "get_service": get(
        "/api/services/catalog", None, "/api/services/catalogue", "service-not-found"
    ),
    "list_plugins": get("/api/plugins"),
    "get_settings": get("/api/settings"),
    "get_config": get("/api/config"),
    "get_caches": get("/api/cache"),
    "clear_caches": Case("DELETE", Ask("/api/cache")),
    "who_am_i": get("/api/auth"),
    "sign_in": Case(
        "POST", Ask("/api/auth", 401, {"key": "wrong"}), Ask("/api/auth", 422, {"key": ""})
    ),
    "sign_out": Case("DELETE", Ask("/api/auth")),
    "get_healthz": get("/healthz"),
    "get_metrics": get("/metrics"),
}
"""By operation id. The endless streams are looked at by test_live."""

ENDLESS = {"stream_runs", "stream_refs", "tail_logs"}
OPEN = {"get_healthz", "sign_in"}
"""What is answered without a key."""
