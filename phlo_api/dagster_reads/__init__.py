"""Reads straight from the Dagster instance: the only package that knows Dagster's internals.

Every read is batched. Run ids are checked before any read by run, since SQLite storage makes a
file for whatever id it is asked for. An upgrade of Dagster is a review of these files, one a noun.
"""

from phlo_api.dagster_reads.assets import AssetReads
from phlo_api.dagster_reads.automation import AutomationReads
from phlo_api.dagster_reads.checks import CheckReads
from phlo_api.dagster_reads.location import REPOSITORY, TABLES
from phlo_api.dagster_reads.opening import LOCATION, Context, instance_at, process_context
from phlo_api.dagster_reads.runs import RunReads, is_run_id

__all__ = [
    "LOCATION",
    "REPOSITORY",
    "TABLES",
    "Context",
    "DagsterReads",
    "instance_at",
    "is_run_id",
    "process_context",
]


class DagsterReads(AssetReads, CheckReads, RunReads, AutomationReads):
    """The instance and the code location of a project, for reading. Threads share it."""

    def newest(self) -> tuple[str, str, str]:
        """Return a cheap print of everything that changes: runs, events of assets, ticks."""
        columns = self.columns
        return columns.newest_run(), columns.newest_event(), columns.newest_tick()
