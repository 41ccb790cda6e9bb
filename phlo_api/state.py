"""What one process of the API holds, made once and handed to every route."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from phlo.config import Project, Runtime
from phlo.ports import Catalog, ObjectStore
from phlo_api.caching import Caches
from phlo_api.dagster_reads import DagsterReads
from phlo_api.declared import Declared
from phlo_api.live import Hub
from phlo_api.measuring import Measurements
from phlo_api.queries import QueryBook
from phlo_api.serving import Serving


@dataclass(frozen=True)
class Api:
    """The project, the lake, Dagster and the workers, as one process holds them."""

    project: Project
    runtime: Runtime
    serving: Serving
    catalog: Catalog
    store: ObjectStore
    dagster: DagsterReads
    declared: Declared
    queries: QueryBook
    live: Hub
    caches: Caches
    measurements: Measurements
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
