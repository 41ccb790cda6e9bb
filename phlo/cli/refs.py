"""Branches and tags as records and tables."""

from typing import Any

from phlo.cli.show import age_text, show_json, show_table
from phlo.model import Ref, RefKind
from phlo.ports import Catalog


def ref_record(catalog: Catalog, ref: Ref) -> dict[str, Any]:
    """Return a ref and the commit it stands on as JSON has it."""
    commit = catalog.get_commit(ref.commit)
    return {
        "name": ref.name,
        "kind": ref.kind,
        "commit": ref.commit,
        "number": commit.number,
        "time": commit.time,
        "author": commit.author,
        "message": commit.message,
        "protected": ref.protected,
        "created_at": ref.created_at,
    }


def show_refs(catalog: Catalog, kind: RefKind, as_json: bool) -> None:
    """Write the branches, or the tags, of a lake."""
    records = [ref_record(catalog, ref) for ref in catalog.refs() if ref.kind == kind]
    if as_json:
        show_json(records)
        return
    rows = [
        (
            record["name"],
            record["commit"][:8],
            age_text(record["time"]),
            "protected" if record["protected"] else "",
            record["message"],
        )
        for record in records
    ]
    show_table((kind, "commit", "changed", "", "message"), rows, empty=f"no {kind}")
