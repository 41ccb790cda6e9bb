"""Which lines of a log belong to an asset."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from phlo_api.dagster_facts import AssetNode, EventFacts
from phlo_api.views.logs import Wanted, steps_of

ORDER = AssetNode(
    name="raw.order",
    key=("raw", "order"),
    group=None,
    kinds=(),
    owners=(),
    description="",
    is_partitioned=False,
    is_executable=True,
    is_external=False,
    upstream=(),
    downstream=(),
    tags={},
    jobs=(),
    automation=None,
    pools=(),
    checks=("unique_id",),
    code_version=None,
    metadata={},
    promise=None,
)
QUARANTINE = replace(ORDER, name="raw.order__quarantine", key=("raw", "order__quarantine"))
LINE = EventFacts(
    1, datetime(2024, 1, 1, tzinfo=UTC), 20, "LOG", None, None, None, None, "said", None, {}
)


def wanted(node: AssetNode) -> Wanted:
    return Wanted(asset=node.name, steps=steps_of(node))


@pytest.mark.parametrize(
    "step", ["raw__order", "raw__order_unique_id", "raw__order[a]", "raw__order.inner"]
)
def test_the_lines_of_its_own_steps_are_an_assets(step: str) -> None:
    assert wanted(ORDER).match(replace(LINE, step=step))


@pytest.mark.parametrize(
    "step", ["raw__orders", "raw__order__quarantine", "raw__order_items", "raw__orde", "", None]
)
def test_the_lines_of_a_step_whose_name_only_begins_so_are_not(step: str | None) -> None:
    assert not wanted(ORDER).match(replace(LINE, step=step))


def test_a_line_of_a_shared_step_is_the_assets_that_it_names() -> None:
    line = replace(LINE, step="dbt_demo", asset="raw.order")

    assert wanted(ORDER).match(line)
    assert not wanted(QUARANTINE).match(line)


def test_a_table_whose_name_has_two_underscores_has_a_step_of_its_own() -> None:
    assert wanted(QUARANTINE).match(replace(LINE, step="raw__order__quarantine"))
    assert not wanted(QUARANTINE).match(replace(LINE, step="raw__order"))
