"""One ref of a lake as a pyiceberg catalog."""

import uuid
from typing import TYPE_CHECKING

from pyiceberg.catalog import MetastoreCatalog
from pyiceberg.exceptions import (
    NoSuchTableError,
    TableAlreadyExistsError,
    ValidationError,
)
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import CommitTableResponse, StagedTable, Table
from pyiceberg.table.metadata import TableMetadata, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER, SortOrder
from pyiceberg.table.update import TableRequirement, TableUpdate, update_table_metadata
from pyiceberg.typedef import EMPTY_DICT, Identifier, Properties

from phlo.catalog.entries import Put
from phlo.catalog.files import TableFiles, content_of, raised
from phlo.catalog.iceberg_names import NamespacesAndViews, as_iceberg, key_of
from phlo.catalog.intents import first_new_ids, intent_of
from phlo.catalog.moved_table import MovedTable
from phlo.catalog.tips import Tip
from phlo.model import Change, Intent, Key, TableContent, key_text
from phlo.store.fileio import LakeFileIO, Unsynced

if TYPE_CHECKING:
    import pyarrow as pa

_SCHEMA = Intent("schema")
_NEWEST_FORMAT = 2


class PhloCatalog(NamespacesAndViews, MetastoreCatalog):
    """A full pyiceberg ``Catalog`` over one branch, tag, commit or stage.

    Errors are pyiceberg's own where it has one. ``CommitFailedException`` means that certainly
    nothing was committed, and so does ``ValidationException``, where no retry helps; any doubt is
    ``CommitStateUnknownException`` (R4). ``Protected`` and other failures of the lake are raised as
    they are. No call deletes a file (R5).
    """

    def __init__(self, name: str, tip: Tip, root: str) -> None:
        super().__init__(name, warehouse=root)
        self._tip = tip
        self._root = root
        self._unsynced: dict[Key, Unsynced] = {}

    # reading

    def load_table(self, identifier: str | Identifier) -> Table:
        key = key_of(identifier)
        content = self._table(key)
        if content is None:
            raise NoSuchTableError(f"Table does not exist: {key_text(key)}")
        files = self._files(key)
        kind = MovedTable if files.io.aliases else Table
        return kind(key, files.load(content), content.metadata_location, files.io, self)

    def table_exists(self, identifier: str | Identifier) -> bool:
        return self._table(key_of(identifier)) is not None

    def list_tables(self, namespace: str | Identifier) -> list[Identifier]:
        return self._names_in(namespace, TableContent)

    def _table(self, key: Key) -> TableContent | None:
        content = self._tip.contents().get(key)
        return content if isinstance(content, TableContent) else None

    def _files(self, key: Key) -> TableFiles:
        unsynced = self._unsynced.setdefault(key, {})
        return self._tip.files.fresh(ids=self._tip.ids(), unsynced=unsynced)

    # creating and dropping

    def create_table(
        self,
        identifier: str | Identifier,
        schema: "Schema | pa.Schema",
        location: str | None = None,
        partition_spec: PartitionSpec = UNPARTITIONED_PARTITION_SPEC,
        sort_order: SortOrder = UNSORTED_SORT_ORDER,
        properties: Properties = EMPTY_DICT,
    ) -> Table:
        self._tip.require_writable()
        staged = self._create_staged_table(
            identifier, schema, location, partition_spec, sort_order, properties
        )
        key = key_of(identifier)
        files = self._files(key)
        content = files.write(staged.metadata, None)
        put = Put(Change(key, None, content, _SCHEMA))
        self._put(put, files, f"create table {key_text(key)}", key)
        return self.load_table(identifier)

    def _create_staged_table(
        self,
        identifier: str | Identifier,
        schema: "Schema | pa.Schema",
        location: str | None = None,
        partition_spec: PartitionSpec = UNPARTITIONED_PARTITION_SPEC,
        sort_order: SortOrder = UNSORTED_SORT_ORDER,
        properties: Properties = EMPTY_DICT,
    ) -> StagedTable:
        key = key_of(identifier)
        self._require_free(key)
        version = int(properties.get("format-version", _NEWEST_FORMAT))
        _require_known_format(version)
        table_uuid = uuid.uuid4()
        place = self._place(location, table_uuid)
        metadata = new_table_metadata(
            schema=self._convert_schema_if_needed(schema, version),  # type: ignore[arg-type]  # pyiceberg narrows
            partition_spec=partition_spec,
            sort_order=sort_order,
            location=place,
            properties=dict(properties),
            table_uuid=table_uuid,
        )
        io = self._files(key).io
        return StagedTable(key, metadata, f"{place}/metadata/staged.metadata.json", io, self)

    def _require_free(self, key: Key) -> None:
        self._require_namespace(key[:-1])
        found = self._tip.find(key)
        if found is not None:
            raise TableAlreadyExistsError(f"Table already exists: {key_text(found)}")

    def _place(self, location: str | None, table_uuid: uuid.UUID) -> str:
        if not location:
            return f"{self._root}/tables/{table_uuid}"
        place = location.rstrip("/")
        if not place.startswith(f"{self._root}/tables/"):
            raise ValidationError(
                f"Location {location} is not below {self._root}/tables; leave it out"
            )
        return place

    def register_table(
        self, identifier: str | Identifier, metadata_location: str, overwrite: bool = False
    ) -> Table:
        key = key_of(identifier)
        self._tip.require_writable()
        before = self._table(key)
        if before is None or not overwrite:
            self._require_free(key)
        files = self._files(key)
        place = files.io.translate(metadata_location)
        content = content_of(files.metadata(place), place)
        change = Change(key, before, content, Intent("overwrite"))
        self._put(Put(change), files, f"register table {key_text(key)}", key)
        return self.load_table(identifier)

    def drop_table(self, identifier: str | Identifier) -> None:
        key = key_of(identifier)
        self._tip.require_writable()
        before = self._table(key)
        if before is None:
            raise NoSuchTableError(f"Table does not exist: {key_text(key)}")
        change = Change(key, before, None, Intent("overwrite"))
        self._put(Put(change), self._files(key), f"drop table {key_text(key)}", key)

    def purge_table(self, identifier: str | Identifier) -> None:
        """Remove the key only: other refs and commits may still need the files (R5)."""
        self.drop_table(identifier)

    def rename_table(
        self, from_identifier: str | Identifier, to_identifier: str | Identifier
    ) -> Table:
        old, new = key_of(from_identifier), key_of(to_identifier)
        self._tip.require_writable()
        content = self._table(old)
        if content is None:
            raise NoSuchTableError(f"Table does not exist: {key_text(old)}")
        if self._tip.find(new) != old:
            self._require_free(new)
        puts = (
            Put(Change(old, content, None, _SCHEMA)),
            Put(Change(new, None, content, _SCHEMA)),
        )
        message = f"rename table {key_text(old)} to {key_text(new)}"
        with as_iceberg(new):
            self._tip.put(puts, self._files(new), message)
        return self.load_table(to_identifier)

    # committing

    def commit_table(
        self,
        table: Table,
        requirements: tuple[TableRequirement, ...],
        updates: tuple[TableUpdate, ...],
    ) -> CommitTableResponse:
        key = key_of(table.name())
        self._tip.require_writable()
        before = self._table(key)
        files = self._files(key)
        current = files.load(before) if before is not None else None
        for requirement in requirements:
            requirement.validate(current)
        after = self._updated(current, before, updates)
        if current is not None and after == current:
            assert before is not None
            return CommitTableResponse.model_construct(
                metadata=current, metadata_location=before.metadata_location
            )
        if isinstance(table.io, LakeFileIO) and table.io.unsynced is not files.io.unsynced:
            files.io.unsynced.update(dict.fromkeys(table.io.take()))
        content = files.write(after, before)
        first = first_new_ids(current, after) if current is not None else (None, None)
        put = Put(Change(key, before, content, intent_of(updates)), *first)
        self._put(put, files, f"commit to table {key_text(key)}", key)
        written = raised(files.metadata(content.metadata_location), self._tip.ids())
        return CommitTableResponse.model_construct(
            metadata=written, metadata_location=content.metadata_location
        )

    def _updated(
        self,
        current: TableMetadata | None,
        before: TableContent | None,
        updates: tuple[TableUpdate, ...],
    ) -> TableMetadata:
        for update in updates:
            if (version := getattr(update, "format_version", None)) is not None:
                _require_known_format(version)
            if (location := getattr(update, "location", None)) is not None:
                self._require_inside(location)
        return update_table_metadata(
            current if current is not None else self._empty_table_metadata(),
            updates,
            enforce_validation=current is None,
            metadata_location=before.metadata_location if before is not None else None,
        )

    def _require_inside(self, location: str) -> None:
        if not location.startswith(f"{self._root}/tables/"):
            raise ValidationError(f"Location {location} is not below {self._root}/tables")

    def _put(self, put: Put, files: TableFiles, message: str, key: Key) -> None:
        with as_iceberg(key):
            self._tip.put((put,), files, message)


def _require_known_format(version: int) -> None:
    if version > _NEWEST_FORMAT:
        raise ValidationError(
            f"Format version {version} cannot be written; use format-version {_NEWEST_FORMAT}"
        )
