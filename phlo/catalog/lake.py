"""The log catalog: git over all tables of a lake, in the lake itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from phlo.catalog.contents import Codec
from phlo.catalog.entries import Header, Op, Put, commit_op, evidence_op, new_id
from phlo.catalog.log import Log
from phlo.catalog.pending import Build
from phlo.catalog.resolving import check_name, history, keep_main, resolve
from phlo.catalog.reverting import Reverts
from phlo.catalog.settings import LogSettings
from phlo.catalog.state import State
from phlo.errors import Conflict, InvalidInput, LakeMoved
from phlo.model import Change, Commit, Content, Evidence, Key, Publication, Ref, TableContent
from phlo.ports import BucketAccess, ObjectStore

if TYPE_CHECKING:
    from phlo.catalog.files import TableFiles
    from phlo.catalog.iceberg import PhloCatalog
    from phlo.catalog.stage import CollectingStage

FORMAT = 1
CAPABILITIES = frozenset(
    {
        "branches",
        "tags",
        "time-travel",
        "incarnations",
        "protection",
        "evidence",
        "outbox",
        "stage",
        "same-table-merge",
        "ids-across-refs",
        "revert",
        "diff",
        "relocate",
        "condemn",
        "views",
        "cursors",
    }
)


class LogCatalog(Reverts):
    """The port ``Catalog`` over a store that can create an object only if it is absent.

    Open it in the process that uses it; threads may share it, forked children may not.
    """

    def __init__(
        self, store: ObjectStore, *, author: str, settings: LogSettings | None = None
    ) -> None:
        self.store = store
        self.root = store.root
        self.author = author
        self.codec = Codec(store.root)
        self._log = Log(store, settings)

    @property
    def capabilities(self) -> frozenset[str]:
        return CAPABILITIES

    @property
    def access(self) -> BucketAccess | None:
        return self.store.access

    @property
    def state(self) -> State:
        """What this process has folded so far, without looking for more."""
        return self._log.state

    def refresh(self) -> State:
        """Fold in what others have written, and return the state."""
        return self._log.refresh()

    def sync(self) -> None:
        self._log.sync()

    @cached_property
    def files(self) -> "TableFiles":
        """The metadata files of the lake's tables."""
        from phlo.catalog.files import TableFiles

        aliases = tuple(root for root in self.state.roots if root != self.root)
        return TableFiles(self.store, aliases=aliases)

    def _submit(self, build: Build, *, shared: bool = False) -> State:
        return self._log.submit(build, author=self.author, shared=shared)

    # refs

    def refs(self) -> Sequence[Ref]:
        return sorted(self.refresh().refs.values(), key=lambda ref: (ref.kind, ref.name))

    def ref(self, name: str) -> Ref:
        return self.refresh().ref(name)

    def resolve(self, ref: str) -> Commit:
        return resolve(self.refresh(), ref)

    def create_branch(self, name: str, *, at: str = "main") -> Ref:
        return self._create_ref(name, "branch", at)

    def create_tag(self, name: str, *, at: str = "main") -> Ref:
        return self._create_ref(name, "tag", at)

    def _create_ref(self, name: str, kind: str, at: str) -> Ref:
        check_name(name)
        op: Op = {"do": "create_ref", "name": name, "kind": kind, "incarnation": new_id()}

        def build(state: State) -> Sequence[Op]:
            return [op | {"commit": resolve(state, at).id}]

        return self._submit(build, shared=True).ref(name)

    def delete_ref(self, name: str, *, incarnation: str | None = None) -> None:
        keep_main(name)
        known = incarnation or self.ref(name).incarnation
        self._submit(lambda _: [{"do": "delete_ref", "name": name, "incarnation": known}])

    def assign_ref(self, name: str, *, to: str, reason: str) -> Ref:
        if not reason.strip():
            raise InvalidInput(
                f"branch {name!r} is moved without a reason", fix="say why with --reason"
            )
        ref = self.ref(name)
        op: Op = {
            "do": "assign_ref",
            "name": name,
            "incarnation": ref.incarnation,
            "from": ref.commit,
            "commit": self.resolve(to).id,
            "reason": reason,
        }
        return self._submit(lambda _: [op], shared=True).ref(name)

    def protect(self, name: str, *, on: bool = True) -> Ref:
        op: Op = {
            "do": "protect",
            "name": name,
            "incarnation": self.ref(name).incarnation,
            "on": on,
        }
        return self._submit(lambda _: [op], shared=True).ref(name)

    # content

    def contents(self, ref: str) -> Mapping[Key, Content]:
        state = self.refresh()
        return state.tree(resolve(state, ref).id)

    def at(
        self, ref: str, *, message: str = "", run: str | None = None, override: str | None = None
    ) -> "PhloCatalog":
        from phlo.catalog.iceberg import PhloCatalog
        from phlo.catalog.tips import BranchTip, PinnedTip

        state = self.refresh()
        named = state.refs.get(ref)
        if named is not None and named.kind == "branch":
            header = Header(ref, named.incarnation, message, run, override)
            return PhloCatalog(ref, BranchTip(self, header), self.root)
        return PhloCatalog(ref, PinnedTip(self, ref, resolve(state, ref).id), self.root)

    def stage(
        self, ref: str, *, message: str, run: str | None = None, override: str | None = None
    ) -> "CollectingStage":
        from phlo.catalog.stage import CollectingStage
        from phlo.catalog.tips import BranchTip, StagedTip

        header = self._header(ref, message, run, override)
        tip = StagedTip(self, self.state.ref(ref).commit, BranchTip(self, header))
        return CollectingStage(self, header, tip)

    def commit(
        self,
        ref: str,
        changes: Sequence[Change],
        *,
        message: str,
        run: str | None = None,
        override: str | None = None,
    ) -> Commit:
        return self.put(self._header(ref, message, run, override), list(map(Put, changes)))

    def put(self, header: Header, puts: Sequence[Put], files: "TableFiles | None" = None) -> Commit:
        """Commit changes, after everything that ``files`` wrote is durable."""
        if files is not None:
            files.sync()
        if self.state.condemned:
            from phlo.catalog.named import with_named_files

            puts = [with_named_files(put, files or self.files) for put in puts]
        op = commit_op(self.codec, header, puts, commit=new_id())
        return self._submit(lambda _: [op], shared=True).commit(op["id"])

    def _header(self, ref: str, message: str, run: str | None, override: str | None) -> Header:
        state = self.refresh()
        named = state.refs.get(ref)
        if named is None or named.kind != "branch":
            at = resolve(state, ref)
            raise InvalidInput(
                f"{ref!r} is not a branch and cannot be written to",
                fix=f"create a branch there: phlo branch create <name> --at {at.id[:8]}",
            )
        return Header(ref, named.incarnation, message, run, override)

    # history

    def log(
        self,
        ref: str = "main",
        *,
        table: Key | None = None,
        author: str | None = None,
        run: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Commit]:
        state = self.refresh()
        tip = resolve(state, ref).id
        return history(state, tip, table=table, author=author, run=run, limit=limit)

    def get_commit(self, commit: str) -> Commit:
        return resolve(self.refresh(), commit)

    # evidence and outbox

    def record_evidence(self, evidence: Sequence[Evidence]) -> None:
        if evidence:
            op = evidence_op(self.codec, evidence)
            self._submit(lambda _: [op], shared=True)

    def evidence(self, location: str) -> Evidence | None:
        return self.refresh().evidence.get(location)

    def publications(
        self, *, assets: Collection[str] | None = None, after: int = 0
    ) -> Sequence[Publication]:
        known = self.refresh().publications
        found = (known[at] for at in range(len(known)))
        wanted = None if assets is None else set(assets)
        return [
            one
            for one in found
            if one.number > after
            and (wanted is None or not wanted.isdisjoint(one.payload.get("assets", ())))
        ]

    # the lake itself

    def start(self) -> None:
        """Write the first entry of a new lake, or see that this is the lake of its log.

        Raises:
            LakeMoved: The lake lies elsewhere than its log says.
        """
        if self.refresh().number == 0:
            op: Op = {
                "do": "init",
                "format": FORMAT,
                "root": self.root,
                "commit": new_id(),
                "branch": "main",
                "incarnation": new_id(),
            }
            try:
                self._submit(lambda state: [] if state.number else [op])
            except Conflict:
                self.refresh()
        self.require_home()

    def require_home(self) -> None:
        """Raise ``LakeMoved`` if the lake lies elsewhere than its log says."""
        said = self.state.recorded_root
        if said != self.root:
            raise LakeMoved(
                f"this lake was made at {said} and now lies at {self.root}",
                fix="if it was moved on purpose, run: phlo catalog relocate",
            )

    def relocate(self) -> None:
        """Record that the lake lies where it was opened now; its files keep their old names."""
        op: Op = {"do": "relocate", "root": self.root}
        self._submit(lambda state: [] if state.recorded_root == self.root else [op])
        self.__dict__.pop("files", None)

    def tables(self, ref: str = "main") -> Mapping[Key, TableContent]:
        """Return the tables of a ref without opening any metadata."""
        return {
            key: one for key, one in self.contents(ref).items() if isinstance(one, TableContent)
        }
