"""What the code location declares: the ground that every other read stands on."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetKeyTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs.schema import RunsTable
from dagster._core.storage.schedules.schema import InstigatorsTable, JobTickTable

from phlo.errors import AssetNotFound
from phlo_api import dagster_facts as facts
from phlo_api.dagster_columns import Columns, Tables
from phlo_api.dagster_reads.opening import LOCATION, Context
from phlo_api.dagster_shapes import dotted, node_of
from phlo_api.errors import LocationBroken

REPOSITORY = "__repository__"
TABLES = Tables(
    RunsTable,
    SqlEventLogStorageTable,
    AssetKeyTable,
    AssetCheckExecutionsTable,
    InstigatorsTable,
    JobTickTable,
)


class LocationReads:
    """An instance and its code location. Threads share it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.instance = context.instance
        self.columns = Columns(self.instance, TABLES)

    @cached_property
    def load_error(self) -> str | None:
        """Why the code location could not be loaded, or None."""
        with self.context.create_request_context() as request:
            error = request.get_code_location_error(LOCATION) if self._is_broken(request) else None
        return error.to_string() if error else None

    def _is_broken(self, request: Any) -> bool:  # noqa: ANN401 - Dagster's own context
        return bool(request.has_code_location_error(LOCATION))

    @cached_property
    def _repository(self) -> Any:  # noqa: ANN401 - Dagster's own repository
        with self.context.create_request_context() as request:
            if not request.has_code_location(LOCATION):
                raise LocationBroken(
                    f"the code location {LOCATION!r} could not be loaded",
                    fix="see /api/dagster/health for the file and line, mend it and restart",
                )
            return request.get_code_location(LOCATION).get_repository(REPOSITORY)

    @cached_property
    def assets(self) -> Mapping[str, facts.AssetNode]:
        """Every asset by its dotted name, sorted."""
        if self.load_error:
            return {}
        graph = self._repository.asset_graph
        nodes = (node_of(graph.get(key)) for key in graph.get_all_asset_keys())
        return {node.name: node for node in sorted(nodes, key=lambda n: n.name)}

    @cached_property
    def checks(self) -> Mapping[tuple[str, str], facts.CheckNode]:
        """Every check by asset and name, sorted."""
        if self.load_error:
            return {}
        snaps = self._repository.get_asset_check_node_snaps()
        nodes = [
            facts.CheckNode(
                dotted(snap.asset_key), snap.name, snap.description or "", bool(snap.blocking)
            )
            for snap in snaps
        ]
        return {(n.asset, n.name): n for n in sorted(nodes, key=lambda n: (n.asset, n.name))}

    def asset(self, name: str) -> facts.AssetNode:
        """Return an asset. Raises ``AssetNotFound``."""
        found = self.assets.get(name)
        if found is None:
            raise AssetNotFound.named(name, known=self.assets)
        return found
