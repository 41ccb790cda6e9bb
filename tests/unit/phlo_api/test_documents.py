"""Every GraphQL document is valid in the Dagster that is installed."""

import pytest
from graphql import parse, validate

from phlo_api.dagster_documents import DOCUMENTS
from phlo_api.dagster_writes import schema


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_the_schema(name: str) -> None:
    found = schema().graphql_schema

    assert validate(found, parse(DOCUMENTS[name])) == []


def test_there_is_a_document_for_every_change() -> None:
    assert len(DOCUMENTS) == 9
