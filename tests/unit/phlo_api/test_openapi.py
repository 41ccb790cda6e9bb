"""The committed OpenAPI document is what the application says."""

import json

import pytest

from phlo_api.app import create_router_app
from phlo_api.openapi import FILE, render

DOCUMENT = create_router_app().openapi()
OPERATIONS = [
    (f"{method} {path}", operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


def test_the_committed_document_is_up_to_date() -> None:
    assert FILE.read_text() == render(DOCUMENT), "run: python -m phlo_api.write_openapi"


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for _, operation in OPERATIONS]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_operation_says_what_it_does_and_how_it_fails(name: str, operation: dict) -> None:
    assert operation["description"].strip()
    assert {"404", "422", "default"} <= set(operation["responses"])


def test_no_number_is_larger_than_a_browser_holds() -> None:
    """Snapshot ids are 64 bits wide, which a JavaScript number is not."""
    found = [
        f"{schema}.{name}"
        for schema, body in DOCUMENT["components"]["schemas"].items()
        for name, field in body.get("properties", {}).items()
        if name in {"snapshot_id", "parent_id"} and "integer" in json.dumps(field)
    ]

    assert found == []
