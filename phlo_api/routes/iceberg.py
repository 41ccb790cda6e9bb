"""Tables of a ref, from metadata alone."""

from typing import Annotated

from fastapi import APIRouter, Query

from phlo_api.deps import ApiState, Cursor, Limit, Pinned, PinnedTable, RefText, Search, TablePath
from phlo_api.schemas import iceberg as wire
from phlo_api.schemas.nessie import Commit, CommitPage
from phlo_api.views import history, snapshots, table_files, tables

router = APIRouter(prefix="/api/iceberg", tags=["iceberg"])


@router.get("/namespaces")
def list_namespaces(api: ApiState, at: Pinned) -> wire.NamespaceList:
    """List the namespaces of a ref with what they hold."""
    return tables.namespaces(api, at)


@router.get("/tables")
def list_tables(
    api: ApiState,
    at: Pinned,
    q: Search = None,
    namespace: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> wire.TablePage:
    """List the tables and views of a ref, sorted by name."""
    return tables.list_page(api, at, q, namespace, cursor, limit)


@router.get("/tables/{table}")
def get_table(api: ApiState, at: PinnedTable, table: TablePath) -> wire.TableDetail:
    """Describe a table: columns, layout, size, last change."""
    return tables.detail(api, at, table)


@router.get("/tables/{table}/schema")
def get_table_schema(api: ApiState, at: Pinned, table: TablePath) -> wire.SchemaHistory:
    """Return the columns of a table and every schema it had before."""
    return tables.schema_history(api, at, table)


@router.get("/tables/{table}/snapshots")
def list_table_snapshots(
    api: ApiState, at: Pinned, table: TablePath, cursor: Cursor = None, limit: Limit = 100
) -> wire.SnapshotPage:
    """List the snapshots of a table, newest first."""
    return snapshots.list_page(api, at, table, cursor, limit)


@router.get("/tables/{table}/files")
def list_table_files(
    api: ApiState, at: Pinned, table: TablePath, cursor: Cursor = None, limit: Limit = 100
) -> wire.FilePage:
    """List the files of a table's current snapshot, sorted by path."""
    return table_files.files(api, at, table, cursor, limit)


@router.get("/tables/{table}/partitions")
def list_table_partitions(
    api: ApiState, at: Pinned, table: TablePath, cursor: Cursor = None, limit: Limit = 100
) -> wire.PartitionPage:
    """List the partitions of a table's current snapshot."""
    return table_files.partitions(api, at, table, cursor, limit)


@router.get("/tables/{table}/properties")
def get_table_properties(api: ApiState, at: Pinned, table: TablePath) -> wire.TableProperties:
    """Return the properties of a table."""
    return tables.properties(api, at, table)


@router.get("/tables/{table}/history")
def list_table_history(
    api: ApiState, at: Pinned, table: TablePath, cursor: Cursor = None, limit: Limit = 50
) -> CommitPage:
    """List the commits that changed a table, newest first."""
    return history.of_table(api, at, table, cursor, limit)


@router.get("/tables/{table}/health")
def get_table_health(api: ApiState, at: Pinned, table: TablePath) -> wire.StorageHealth:
    """Measure how well a table is stored, and say what to do about it."""
    return table_files.health(api, at, table)


@router.post("/tables/{table}/rollback")
def rollback_table(api: ApiState, ref: RefText, table: TablePath, body: wire.Rollback) -> Commit:
    """Put an earlier state of one table back on a branch, as a new commit."""
    return history.roll_back(api, ref, table, body.to, body.message)
