"""Kill -9 anywhere in a load: nothing is lost, doubled, half there, untold or stuck afterwards."""

import random
from collections.abc import Iterator

import pytest

from . import oracle
from .forking import Zygote

pytestmark = [pytest.mark.crash, pytest.mark.slow]

TABLE = "raw.t"
STEPS = (
    "start", "reconciled", "branch-created", "source-staged", "schema-committed",
    "rows-committed", "written", "checked", "before-merge", "merged", "before-event",
)  # fmt: skip
LOG_ENTRIES = (
    "log:before:1",
    "log:after:1",
    "log:before:2",
    "log:after:2",
    "log:before:3",
    "log:after:3",
    "log:before:4",
    "log:after:4",
)
EACH = 5
AT_RANDOM = 25
DECLARED = """
import json
from pathlib import Path

import phlo

STATE = Path(__file__).parent.parent / "state.json"


@phlo.ingestion(table="raw.t", write="append", cursor="id", retries=0,
                checks=[phlo.unique("id"), phlo.not_null("x")])
def t(window):
    last = window.cursor or 0
    for n in range(last + 1, json.loads(STATE.read_text())["rows"] + 1):
        yield {"id": n, "x": n % 7}
"""


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    root = tmp_path_factory.mktemp("crash")
    (root / "defs").mkdir()
    (root / "phlo.yaml").write_text("name: crash\n")
    (root / "defs/tables.py").write_text(DECLARED)
    made = Zygote(root, TABLE)
    made.more_rows()
    assert made.run(learn=str(root / "modules.json"))["status"] == 0
    yield made
    made.close()


def check(zygote: Zygote) -> None:
    """Run once more and compare the world with what it must be."""
    recovered = zygote.run()

    found = oracle.look(zygote.root, TABLE)
    assert recovered["status"] == 0
    assert found.ids == list(range(1, zygote.rows + 1)), "rows are lost or doubled"
    assert set(found.events) <= set(found.merges), "an event without its data"
    assert set(found.merges) <= set(found.events), "data without its event"
    assert len(found.events) == len(set(found.events)), "an event twice"
    assert found.branches == set(), "a branch was left behind"
    assert found.open_runs == [], "a run never ends"


@pytest.mark.parametrize("step", [*STEPS, *LOG_ENTRIES])
def test_a_process_that_dies_at_a_durable_step_does_no_harm(zygote: Zygote, step: str) -> None:
    for _ in range(EACH):
        zygote.more_rows()

        died = zygote.run(crash_at=step)

        assert died["status"] == -9, f"{step} was not reached"
    check(zygote)


def test_a_process_that_dies_while_it_cleans_up_leaves_the_rest_to_the_next(
    zygote: Zygote,
) -> None:
    from phlo.config import load_project
    from phlo_defs.instance import open_instance
    from phlo_defs.publish.janitor import fail_dead_runs

    zygote.more_rows()
    assert zygote.run(crash_at="rows-committed")["status"] == -9

    with open_instance(load_project(zygote.root)) as instance:
        assert len(list(fail_dead_runs(instance))) == 1  # and no branch is dropped

    assert oracle.look(zygote.root, TABLE).branches != set()
    check(zygote)


def test_a_process_that_dies_at_any_moment_does_no_harm(zygote: Zygote) -> None:
    dice = random.Random(20_261_121)
    zygote.more_rows()
    whole = zygote.run()["seconds"]
    killed = 0
    for turn in range(AT_RANDOM):  # with the steps above at least a hundred kills
        zygote.more_rows()

        died = zygote.run(kill_after_s=dice.uniform(0.05, whole))

        killed += died["status"] == -9
        if turn % 5 == 4:
            check(zygote)
    assert killed >= AT_RANDOM // 2
