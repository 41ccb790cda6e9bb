"""A small project with a lake and a history of runs, and its application."""

from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa

from phlo.catalog import LogCatalog, open_catalog
from phlo.config import Project, load_project
from phlo.tables import create as creating
from phlo.tables import write
from phlo_api.app import Application, create_app
from phlo_api.dagster_reads import process_context
from phlo_api.location import open_instance
from phlo_api.serving import Serving

DEFINITIONS = Path(__file__).with_name("project_definitions.py")
ORDERS = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("state", pa.string()),
        pa.field("amount", pa.float64()),
        pa.field("placed_at", pa.timestamp("us", tz="UTC")),
        pa.field("_phlo_row_id", pa.string()),
    ]
)
_ROWS = (
    "select i as id, case when i % 3 = 2 then 'late' else 'done' end as state, "
    "i * 1.5 as amount, timestamptz '2024-01-01 00:00:00+00' + i * interval 1 day as placed_at, "
    "'row-' || i as _phlo_row_id from range({start}, {end}) t(i)"
)
_RULES = '''
import phlo


@phlo.ingestion(
    table="raw.orders",
    key=("id",),
    write="append",
    checks=[phlo.not_null("state"), phlo.accepted("state", ["done", "late"])],
)
def orders():
    """Orders as they come."""
    yield {"id": 1}


@phlo.quality("raw.orders")
def no_late(lake: phlo.Lake) -> bool:
    """No order is late."""
    return True
'''


def make_project(root: Path) -> Project:
    (root / "defs").mkdir(parents=True)
    (root / "phlo.yaml").write_text("name: shop\nauthor: ada\nsettings:\n  api_token: hush-hush\n")
    (root / "lakehouse.toml").write_text("[query]\nworkers = 1\nmemory_mb = 2048\n")
    (root / "defs" / "orders.py").write_text(_RULES)
    (root / "broken").mkdir()
    return load_project(root)


def fill_lake(catalog: LogCatalog) -> None:
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    with catalog.stage("main", message="first orders", override="a test") as stage:
        table = creating.create(stage.tables, ("raw", "orders"), ORDERS, partition_by=["state"])
        write.append(con, table, _ROWS.format(start=1, end=4))
        stage.put_view(("marts", "late_orders"), "select * from raw.orders where state = 'late'")
    with catalog.stage("main", message="more orders", override="a test") as stage:
        table = stage.tables.load_table(("raw", "orders"))
        write.append(con, table, _ROWS.format(start=4, end=101))
        people = pa.schema([pa.field("name", pa.string()), pa.field("tags", pa.list_(pa.string()))])
        made = creating.create(stage.tables, ("raw", "people"), people)
        write.append(con, made, "select 'ada' as name, ['a', 'b'] as tags")
    catalog.create_branch("dev/x", at="main")
    catalog.create_tag("v1", at="main")
    with catalog.stage("dev/x", message="a correction", run="r-1") as stage:
        table = stage.tables.load_table(("raw", "orders"))
        write.upsert(
            con,
            table,
            "select i as id, 'late' as state, 99.0 as amount, "
            "timestamptz '2024-05-01 00:00:00+00' as placed_at, 'row-' || i as _phlo_row_id "
            "from (values (1), (500)) t(i)",
            ["id"],
        )
    con.close()


def run_history(instance: dg.DagsterInstance, definitions: dg.Definitions) -> dict[str, str]:
    """Run the assets: one that succeeds with a failing check, one that fails, one partition."""
    job = definitions.resolve_job_def("everything")
    orders = job.execute_in_process(
        instance=instance, asset_selection=[dg.AssetKey(["raw", "orders"])], raise_on_error=False
    )
    report = job.execute_in_process(
        instance=instance, asset_selection=[dg.AssetKey(["marts", "report"])], raise_on_error=False
    )
    daily = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance,
        asset_selection=[dg.AssetKey(["marts", "daily"])],
        partition_key="2024-01-02",
        tags={"phlo/branch": "dev/x"},
    )
    return {"orders": orders.run_id, "report": report.run_id, "daily": daily.run_id}


class World:
    """The application of a small project, with what it was made of."""

    def __init__(self, root: Path, serving: Serving | None = None, **more: object) -> None:
        self.project = make_project(root)
        self.static = root / "static"
        self.catalog = open_catalog(self.project.lake, author=self.project.author)
        fill_lake(self.catalog)
        self.instance = open_instance(self.project)
        self.context = process_context(self.instance, root, file=DEFINITIONS)
        self.runs = run_history(self.instance, _definitions())
        self.app: Application = create_app(
            self.project,
            catalog=self.catalog,
            context=self.context,
            settings=serving or Serving(),
            static=self.static,
            **more,
        )

    def close(self) -> None:
        """Stop what the application started."""
        self.app.api.live.close()
        self.app.api.queries.close()
        self.context.__exit__(None, None, None)
        self.instance.dispose()


def _definitions() -> dg.Definitions:
    import importlib.util

    spec = importlib.util.spec_from_file_location("project_definitions_of_a_test", DEFINITIONS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.defs
