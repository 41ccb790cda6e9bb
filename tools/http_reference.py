"""The page of the HTTP API, from the committed OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "phlo_api" / "openapi.json"
FAMILIES = {
    "iceberg": "Tables of a ref, from metadata alone",
    "trino": "Queries, profiles, saved queries",
    "nessie": "Branches, tags, commits, merges",
    "dagster": "Assets, runs, schedules, backfills",
    "quality": "Checks and their history",
    "lineage": "What is made from what",
    "graph": "Ways through the lineage",
    "diff": "What differs between two refs",
    "loki": "Lines of logs",
    "live": "Streams of events",
    "search": "Search",
    "system": "Services, settings, keys",
    "process": "The process itself",
}
SHARED = ("ref", "X-Phlo-Ref", "cursor", "limit")
OPENING = """# HTTP API

`phlo services start` and `phlo dev` serve it; `/api/openapi.json` describes it to programs.

- **What is read**: `ref=`, or the header `X-Phlo-Ref`, names a branch, tag, commit,
  `name@commit` or `name@time` wherever it is listed; `main` otherwise.
- **Pages**: a list that can grow answers `next_cursor`; give it as `cursor=` for the next page.
  `limit=` says how many items a page has, at most 1,000.
- **Unchanged answers**: what a commit fixes has an `ETag`; with `If-None-Match` it is a 304
  without a body.
- **Keys**: once the process listens beyond this machine, every request needs `Authorization:
  Bearer …`, or the cookie that `POST /api/auth` sets.
- **Bodies** are JSON, read as strictly as the document says; a field that is not known is
  refused.
- **Bounds**: an answer as JSON holds at most 100,000 rows, 500,000 values and 32 MB, and
  `stopped_by` says when it was cut; Arrow, CSV and Parquet are streamed, up to `query.max_rows`
  and `query.max_bytes`.
- **Another site** may change nothing here: a foreign `Origin` is refused, and so is a `Host`
  that this process does not answer for.

Every operation can fail, always as `application/problem+json` with `detail`, a `code` and a
`fix` ([all codes](errors.md)):
"""


def http() -> Iterator[str]:
    """Yield the lines of the page."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    yield from OPENING.rstrip().splitlines()
    yield ""
    yield "| status | meaning |"
    yield "|---|---|"
    for name, told in document["components"]["responses"].items():
        status = name.removeprefix("Problem")
        yield f"| {status if status.isdigit() else 'another'} | {told['description']} |"
    shapes = document["components"]["schemas"]
    for tag, found in groupby(_operations(document), key=lambda item: item[2]["tags"][0]):
        yield ""
        yield f"## {FAMILIES[tag]}"
        for method, path, operation in found:
            yield ""
            yield f"### {method.upper()} {path}"
            yield ""
            yield from _operation(operation, shapes)


def _operations(document: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    order = list(FAMILIES)
    found = [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return sorted(found, key=lambda item: order.index(item[2]["tags"][0]))


def _operation(operation: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[str]:
    yield " ".join(operation["description"].split())
    parameters = operation.get("parameters", [])
    own = [p for p in parameters if p["name"] not in SHARED]
    shared = [f"`{p['name']}`" for p in parameters if p["name"] in SHARED and p["in"] == "query"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    rows = [(p["name"], p["in"], p.get("required"), p["schema"], p.get("description")) for p in own]
    rows += [(name, "body", *told) for name, *told in _fields(body.get("schema", {}), shapes)]
    if rows:
        yield ""
        yield "| name | in | type | meaning |"
        yield "|---|---|---|---|"
        for name, place, required, schema, meaning in rows:
            kind = _kind(schema) + ("" if required else _default(schema))
            told = " ".join((meaning or schema.get("description") or "").split())
            yield f"| `{name}` | {place} | {kind} | {told} |".replace("  ", " ")
    yield ""
    if shared:
        yield f"Also takes {', '.join(shared)}."
    yield f"Answers {'; '.join(_answers(operation['responses'], shapes))}."


def _answers(responses: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[str]:
    for status, told in responses.items():
        if not status.startswith("2"):
            continue
        for media, content in told.get("content", {}).items():
            schema = content.get("schema", {})
            names = [f"`{name}`" for name, *_ in _fields(schema, shapes)]
            if media != "application/json":
                names = [f"`{media}`, {_kind(schema)}" if "$ref" in schema else f"`{media}`"]
            yield f"{status} with {', '.join(names) or _kind(schema)}"


def _fields(
    schema: Mapping[str, Any], shapes: Mapping[str, Any]
) -> list[tuple[str, bool, Mapping[str, Any], str | None]]:
    """Return the fields of a shape: name, whether it must be given, schema, meaning."""
    shape = shapes.get(str(schema.get("$ref", "")).rpartition("/")[2], {})
    required = shape.get("required", [])
    return [
        (name, name in required, about, about.get("description"))
        for name, about in shape.get("properties", {}).items()
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """Name a type in a word or two."""
    if "$ref" in schema:
        return f"{schema['$ref'].rpartition('/')[2]}"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    options = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
    if options:
        return " or ".join(_kind(option) for option in options)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    return f" = `{json.dumps(default)}`" if default not in (None, "", [], {}) else ", optional"
