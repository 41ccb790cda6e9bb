"""The code location of the API tests: four assets, checks, a schedule, a sensor."""

from datetime import timedelta

import dagster as dg

DAYS = dg.DailyPartitionsDefinition(start_date="2024-01-01", end_date="2024-01-11")


@dg.asset(key=["raw", "orders"], owners=["team:sales"], kinds={"duckdb"}, group_name="sales")
def orders(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Orders as they come."""
    context.log.info("three orders came")
    print("what an op prints")
    return dg.MaterializeResult(metadata={"dagster/row_count": 3, "phlo/commit": "0" * 32})


@dg.asset_check(asset=orders, blocking=True)
def has_rows() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True, metadata={"measured": 3, "expected": "at least 1"})


@dg.asset_check(asset=orders)
def no_late(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    sql = "```sql\nselect * from raw.orders where state = 'late'\n```"
    sample = "| id | state |\n| --- | --- |\n| 2 | late |"
    return dg.AssetCheckResult(
        passed=False,
        description="one order is late",
        metadata={
            "measured": 1,
            "expected": "0 rows",
            "failing rows": 1,
            "rows looked at": 3,
            "sample": dg.MetadataValue.md(sample),
            "sql": dg.MetadataValue.md(sql),
        },
    )


@dg.asset(key=["marts", "daily"], deps=[orders], partitions_def=DAYS, owners=["team:sales"])
def daily() -> None: ...


@dg.asset(
    key=["marts", "report"],
    deps=[daily],
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=1)),
)
def report() -> None:
    raise RuntimeError("the printer is out of paper")


@dg.asset(key=["raw", "untouched"])
def untouched() -> None: ...


everything = dg.define_asset_job("everything", selection=[orders, report])


@dg.schedule(job=everything, cron_schedule="0 5 * * *", execution_timezone="Europe/Berlin")
def mornings() -> dg.RunRequest:
    return dg.RunRequest()


@dg.sensor(job=everything, minimum_interval_seconds=3600)
def arrivals() -> dg.SkipReason:
    return dg.SkipReason("nothing came")


defs = dg.Definitions(
    assets=[orders, daily, report, untouched],
    asset_checks=[has_rows, no_late],
    jobs=[everything],
    schedules=[mornings],
    sensors=[arrivals],
    executor=dg.in_process_executor,
)
