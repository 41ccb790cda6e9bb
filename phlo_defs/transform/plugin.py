"""The dbt-duckdb plugin that stores models in phlo's lake.

In phlo's worker the run is given by `use`; dbt started by hand opens the project at hand and
writes each model to the branch `PHLO_REF`, or to `dev`, as a commit of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from duckdb import DuckDBPyConnection

from phlo_defs.transform.lake import LakeRun
from phlo_defs.transform.shape import Order

_runs: list[LakeRun] = []


@contextmanager
def use(run: LakeRun) -> Iterator[None]:
    """Let the plugin serve this run."""
    _runs.append(run)
    try:
        yield
    finally:
        _runs.remove(run)


class Plugin(BasePlugin):
    """Show the tables of a ref to dbt, and store what its models select."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Do nothing: dbt makes plugins while it parses, when there is no run."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Show the tables and views that the run reads."""
        _run().bind(conn)

    def store(self, target_config: TargetConfig) -> None:
        """Store one model."""
        relation, config = target_config.relation, target_config.config
        order = Order(
            key=(str(relation.schema), str(relation.identifier)),
            mode=config["mode"],
            sql=config["sql"],
            unique_key=tuple(config["unique_key"]),
            partition_by=tuple(_listed(config["partition_by"])),
            on_schema_change=config["on_schema_change"],
            comment=config["comment"],
            node=config["node"],
        )
        _run().store(order)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _run() -> LakeRun:
    if not _runs:
        _runs.append(_run_by_hand())
    return _runs[-1]


def _run_by_hand() -> LakeRun:
    from phlo_defs.transform.by_hand import open_run

    return open_run()
