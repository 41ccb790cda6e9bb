"""The guard against the corpus: what must be refused, and what simple filters break."""

import pytest

from phlo.engine.guard import check_sql
from phlo.errors import UnsafeSql
from tests.statements import ATTACKS, READS


@pytest.mark.parametrize("sql", ATTACKS, ids=lambda sql: repr(sql[:60]))
def test_it_is_refused_with_a_fix(sql) -> None:
    with pytest.raises(UnsafeSql) as caught:
        check_sql(sql)

    assert caught.value.fix


@pytest.mark.parametrize("sql", READS, ids=lambda sql: repr(sql[:60]))
def test_a_read_is_allowed(sql) -> None:
    assert check_sql(sql).sql == sql


def test_the_corpus_is_large_enough() -> None:
    assert len(set(ATTACKS)) >= 200
    assert len(set(READS)) >= 70


@pytest.mark.parametrize(
    ("sql", "kind", "tables"),
    [
        ("select 1", "query", set()),
        ("show tables", "list", set()),
        ("explain select * from raw.f", "explain", {("raw", "f")}),
        (
            'from "dev/x".raw.f join raw.g using (id)',
            "query",
            {("dev/x", "raw", "f"), ("raw", "g")},
        ),
        ("with a as (from raw.f) select * from a", "query", {("raw", "f")}),
        ("pivot raw.f on s using sum(id)", "query", {("raw", "f")}),
        ("explain pivot raw.f on s using sum(id)", "explain", {("raw", "f")}),
    ],
)
def test_it_tells_the_kind_and_the_tables(sql, kind, tables) -> None:
    checked = check_sql(sql)

    assert (checked.kind, set(checked.tables)) == (kind, tables)
