"""What is merged or reverted by hand has its event too, and exactly one."""

import json
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from phlo.catalog import open_catalog
from phlo.cli.main import run
from phlo.store import LocalStore
from phlo_defs.publish.janitor import clean
from phlo_defs.publish.outcome import Origin
from phlo_defs.publish.reconcile import reconcile

DECLARED = """
@phlo.ingestion(table="raw.t", key="id", checks=[phlo.unique("id")])
def t():
    return phlo.csv("t.csv")
"""


def shell(house, *arguments: str) -> int:
    return run(["--project", str(house.root), *arguments])


def loaded(house, *texts: str) -> None:
    house.declare(DECLARED)
    for text in texts:
        house.file("t.csv", text)
        house.load("raw.t")


def test_a_revert_is_told_by_the_janitor_once(house, capsys) -> None:
    loaded(house, "id\n1\n", "id\n2\n")
    last = house.catalog.resolve("main").id

    assert shell(house, "branch", "revert", last, "--message", "went wrong", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    cleaned = clean(house.instance, house.catalog, keep=timedelta(days=1))
    again = clean(house.instance, house.catalog, keep=timedelta(days=1))

    assert house.rows("raw.t") == [{"id": 1}]
    assert (cleaned.told, again.told) == ((done["number"],), ())
    assert house.events("raw.t")[-1] == done["number"]
    said = house.metadata("raw.t")
    assert (said["dagster/row_count"], said["phlo/by_hand"]) == (1, "went wrong")
    assert said["phlo/commit"] == house.catalog.resolve("main").id


@pytest.mark.parametrize("teller", ["janitor", "load"])
def test_r06_the_log_is_synced_before_another_process_s_merge_is_told(
    house, capsys, teller
) -> None:
    """An event must not outlive the entry that it tells of."""
    loaded(house, "id\n1\n", "id\n2\n")
    assert shell(house, "branch", "revert", house.catalog.resolve("main").id) == 0
    number = house.catalog.resolve("main").number
    seen: list[tuple[str, bool]] = []

    def record(handle: int) -> None:
        there = number in house.events("raw.t")
        seen.append((Path(f"/proc/self/fd/{handle}").readlink().name, there))

    other = open_catalog(LocalStore(house.root / ".phlo/lake", sync=record), author="another")
    if teller == "janitor":
        clean(house.instance, other, keep=timedelta(days=1))
    else:
        origin = Origin("no-run", "no-run", "raw__t", "0", ())
        assert reconcile(house.instance, other, ["raw.t"], origin) == ()

    assert number in house.events("raw.t")
    assert ("log", False) in seen


def test_a_revert_with_a_reason_is_told_too(house, capsys) -> None:
    loaded(house, "id\n1\n", "id\n2\n")
    last = house.catalog.resolve("main").id

    assert shell(house, "branch", "revert", last, "--reason", "no time to check") == 0
    clean(house.instance, house.catalog, keep=timedelta(days=1))

    tip = house.catalog.resolve("main")
    assert tip.override == "no time to check"
    assert house.events("raw.t")[-1] == tip.number


def test_a_merge_by_hand_is_told_before_the_next_load(house, capsys) -> None:
    loaded(house, "id\n1\n")
    house.catalog.create_branch("dev/x")
    house.file("t.csv", "id\n2\n")
    house.load("raw.t", tags={"phlo/branch": "dev/x"})

    assert shell(house, "branch", "merge", "dev/x", "--json") == 0
    number = json.loads(capsys.readouterr().out)["number"]
    house.file("t.csv", "id\n3\n")
    house.load("raw.t")

    assert len(house.rows("raw.t")) == 3
    first, by_hand, last = house.events("raw.t")
    assert (first < by_hand < last, by_hand) == (True, number)


def test_what_moves_nothing_is_not_told(house, capsys) -> None:
    loaded(house, "id\n1\n")
    house.catalog.create_branch("dev/x")
    before = house.catalog.resolve("main").id

    assert shell(house, "branch", "merge", "dev/x") == 0

    assert house.catalog.resolve("main").id == before
    assert clean(house.instance, house.catalog, keep=timedelta(days=1)).told == ()


def test_a_table_made_by_hand_only_has_an_event(house, capsys) -> None:
    import pyarrow as pa

    loaded(house, "id\n1\n")
    house.catalog.create_branch("dev/x")
    tables = house.catalog.at("dev/x")
    rows = pa.table({"id": [7]})
    tables.create_table("raw.own", rows.schema).append(rows)

    assert shell(house, "branch", "merge", "dev/x") == 0
    clean(house.instance, house.catalog, keep=timedelta(days=1))

    made = house.instance.get_latest_materialization_event(dg.AssetKey(["raw", "own"]))
    assert made is not None
