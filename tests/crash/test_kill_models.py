"""Kill -9 while dbt builds and publishes several tables: they move together, or not at all."""

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest

from . import oracle
from .forking import Zygote

pytestmark = [pytest.mark.crash, pytest.mark.slow]

RAW = "raw.t"
MODELS = ("marts.one", "marts.two", "marts.three")
POINTS = (
    "written", "merged", "log:before:2", "log:after:2", "log:before:3", "log:after:3",
)  # fmt: skip
"""The second entry records the checks, the third is the merge."""
AT_RANDOM = 5
DECLARED = """
import json
from pathlib import Path

import phlo

STATE = Path(__file__).parent.parent / "state.json"


@phlo.ingestion(table="raw.t", write="append", cursor="id", retries=0)
def t(window):
    last = window.cursor or 0
    for n in range(last + 1, json.loads(STATE.read_text())["rows"] + 1):
        yield {"id": n}
"""
DBT = {
    "dbt_project.yml": "name: small\nmacro-paths: [\"{{ env_var('PHLO_DBT_MACROS') }}\"]\n"
    "models: {small: {+schema: marts, +materialized: table}}\n",
    "models/_sources.yml": "sources: [{name: raw, tables: [{name: t}]}]\n",
    "models/_models.yml": "models:\n"
    + "".join(
        f"  - name: {name}\n    columns: [{{name: id, data_tests: [unique]}}]\n"
        for name in ("one", "two", "three")
    ),
    "models/one.sql": "select id from {{ source('raw', 't') }}",
    "models/two.sql": "select id from {{ ref('one') }}",
    "models/three.sql": "select id from {{ ref('two') }}",
}


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    root = tmp_path_factory.mktemp("models")
    (root / "phlo.yaml").write_text("name: crash\n")
    for name, text in {
        "defs/tables.py": DECLARED,
        **{f"dbt_project/{n}": t for n, t in DBT.items()},
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    made = Zygote(root, *MODELS)
    load(made)
    assert made.run(learn=str(root / "modules.json"))["status"] == 0
    yield made
    made.close()


def load(zygote: Zygote) -> None:
    """Put a hundred more rows into the raw table, by a run that is not killed."""
    zygote.more_rows()
    assert zygote.run(tables=[RAW])["status"] == 0


def shown(zygote: Zygote) -> list[int]:
    """The rows of the models; all of the same load, or they were half published."""
    found = [oracle.look(zygote.root, table).ids for table in MODELS]
    for one, other in pairwise(found):
        assert one == other, "half merged"
    assert found[0] == list(range(1, len(found[0]) + 1))
    assert len(found[0]) % 100 == 0
    return found[0]


def check(zygote: Zygote) -> None:
    """Run once more and compare the world with what it must be."""
    recovered = zygote.run()

    assert recovered["status"] == 0
    assert len(shown(zygote)) == zygote.rows
    for table in MODELS:
        found = oracle.look(zygote.root, table)
        assert len(found.events) == len(set(found.events)), "an event twice"
        assert set(found.events) <= set(found.merges), "an event without its data"
        assert found.events[-1] == found.merges[-1], "data without its event"
        assert found.branches == set(), "a branch was left behind"
        assert found.open_runs == [], "a run never ends"


@pytest.mark.parametrize("point", POINTS)
def test_a_build_that_dies_at_a_durable_step_moves_all_its_tables_or_none(
    zygote: Zygote, point: str
) -> None:
    load(zygote)
    before = shown(zygote)

    died = zygote.run(crash_at=point)

    assert died["status"] == -9, f"{point} was not reached"
    now = shown(zygote)
    assert len(now) in {len(before), zygote.rows}
    check(zygote)


def test_a_build_that_dies_at_any_moment_moves_all_its_tables_or_none(zygote: Zygote) -> None:
    dice = random.Random(20_261_121)
    load(zygote)
    whole = zygote.run()["seconds"]
    killed = 0
    for _ in range(AT_RANDOM):
        load(zygote)
        before = shown(zygote)

        died = zygote.run(kill_after_s=dice.uniform(whole / 6, whole * 0.8))

        killed += died["status"] == -9
        assert len(shown(zygote)) in {len(before), zygote.rows}
    check(zygote)
    assert killed
