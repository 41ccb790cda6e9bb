"""What users hold: the tables of a lake at one ref, for notebooks, checks and scripts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from phlo.engine.failures import explained
from phlo.engine.pivots import rows_of
from phlo.engine.results import Result
from phlo.engine.session import Params, Session
from phlo.errors import TableNotFound
from phlo.model import Commit, TableContent, key_text
from phlo.ports import Catalog
from phlo.tables.quoting import identifier

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from phlo.config import Project


class Lake:
    """A lake at one ref, pinned to the commit it had when this was made.

    Args:
        catalog: The catalog of the lake.
        ref: A branch, tag, commit or ``name@time``.
        project: The project it belongs to, if any.

    Raises:
        RefNotFound: If there is no such ref.
    """

    def __init__(
        self, catalog: Catalog, ref: str = "main", project: "Project | None" = None
    ) -> None:
        self.catalog = catalog
        self.project = project
        self.session = Session(catalog, ref)

    @property
    def ref(self) -> str:
        """The ref that was asked for."""
        return self.session.ref

    @property
    def commit(self) -> Commit:
        """The commit that everything is read from."""
        return self.session.commit

    def at(self, ref: str) -> "Lake":
        """Return the same lake at another ref, or at the newest commit of this one."""
        return Lake(self.catalog, ref, self.project)

    def sql(self, query: str, params: Params | None = None) -> Result:
        """Run a query. ``namespace.table`` is of this ref, ``ref.namespace.table`` of another.

        Raises:
            SqlError: If the query is wrong.
            TableNotFound: If it names a table that the ref does not have.
        """
        bound = self.session.bind(query)
        cursor = self.session.cursor()
        with explained(query, known=self.tables()):
            return Result(cursor, cursor.sql(rows_of(cursor, bound), params=params))

    def table(self, name: str) -> "LakeTable":
        """Return one table or view.

        Raises:
            TableNotFound: With the nearest names.
        """
        namespace, _, leaf = name.rpartition(".")
        named = self.session.pin.find(namespace, leaf)
        if named is None:
            raise TableNotFound.named(name, known=self.tables(), where=f"on {self.ref!r}")
        return LakeTable(self, key_text(named[0]))

    def tables(self) -> list[str]:
        """Return the names of all tables and views, sorted."""
        return sorted(self.session.pin.names)

    def close(self) -> None:
        """Give back memory and scratch space."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Lake({self.ref!r} at {self.commit.id[:8]}, {len(self.session.pin.names)} tables)"


class LakeTable:
    """One table or view of a lake, read when it is asked for."""

    def __init__(self, lake: Lake, name: str) -> None:
        self.name = name
        self._lake = lake

    @property
    def schema(self) -> dict[str, str]:
        """Column names and their DuckDB types, in order."""
        result = self.rows(0)
        return dict(zip(result.columns, result.types, strict=True))

    def rows(self, limit: int | None = None) -> Result:
        """Return the rows, or the first of them."""
        tail = "" if limit is None else f" limit {limit}"
        return self._lake.sql(f"select * from {self._quoted}{tail}")

    def to_arrow(self) -> "pa.Table":
        """Return all rows as one Arrow table."""
        return self.rows().to_arrow()

    def to_polars(self) -> "pl.DataFrame":
        """Return all rows as a Polars frame."""
        return self.rows().to_polars()

    def count(self) -> int:
        """Return the number of rows."""
        row = self._lake.sql(f"select count(*) from {self._quoted}").fetchone()
        return int(row[0]) if row else 0

    def snapshots(self) -> list[dict[str, Any]]:
        """Return the snapshots that the table's metadata still holds, oldest first."""
        pin = self._lake.session.pin
        key, content = pin.relations[self.name.lower()]
        if not isinstance(content, TableContent):
            return []
        table = self._lake.catalog.at(pin.commit.id).load_table(key)
        return [
            {
                "snapshot_id": s.snapshot_id,
                "time": datetime.fromtimestamp(s.timestamp_ms / 1000, tz=UTC),
                "operation": s.summary.operation.value if s.summary else None,
                **(s.summary.additional_properties if s.summary else {}),
            }
            for s in table.snapshots()
        ]

    @property
    def _quoted(self) -> str:
        namespace, _, leaf = self.name.rpartition(".")
        return f"{identifier(namespace)}.{identifier(leaf)}"

    def __repr__(self) -> str:
        return f"LakeTable({self.name!r} of {self._lake!r})"


def connect(project: str | Path = ".", ref: str = "main") -> Lake:
    """Open the lake of a project for reading, in a notebook or script.

    Args:
        project: The project's folder, or any folder below it.
        ref: A branch, tag, commit or ``name@time``.

    Raises:
        ConfigError: If there is no project, or its settings are wrong.
        RefNotFound: If there is no such ref.
    """
    from phlo.catalog import open_catalog
    from phlo.config import load_project

    loaded = load_project(Path(project))
    return Lake(open_catalog(loaded), ref, loaded)
