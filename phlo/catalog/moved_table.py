"""A table of a lake that was moved or copied, whose manifests still name files by the old root."""

from typing import TYPE_CHECKING, Any, NoReturn

from pyiceberg.table import Table

from phlo.errors import UnsupportedTable

if TYPE_CHECKING:
    import polars as pl


class MovedTable(Table):
    """Keeps libraries from opening files by the paths in manifests: those are of the old root.

    All that reads through ``io``, above all ``scan()``, reads under the present root.
    """

    def to_polars(self) -> "pl.LazyFrame":
        import polars as pl

        return pl.scan_iceberg(self, reader_override="pyiceberg")

    def to_daft(self) -> NoReturn:
        raise self._refusal("Daft")

    def to_bodo(self) -> NoReturn:
        raise self._refusal("Bodo")

    def __datafusion_table_provider__(self, session: Any | None = None) -> NoReturn:  # noqa: ANN401  as pyiceberg has it
        raise self._refusal("DataFusion")

    def _refusal(self, library: str) -> UnsupportedTable:
        return UnsupportedTable(
            f"{library} would read {'.'.join(self.name())} where the lake lay before it was moved",
            fix="read it with scan().to_arrow() or to_polars(), or with phlo",
        )
