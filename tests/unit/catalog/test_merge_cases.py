"""What must merge and what must not: every case is one table, changed on main and on a branch.

A conflict among the first is as wrong as a merge among the second.
"""

from collections.abc import Callable

import pytest
from pyiceberg.transforms import IdentityTransform

from phlo.errors import Conflict
from phlo.model import Intent
from tests.unit.catalog.lab import Lab, Row, row

BASE = [row(1, "mon"), row(2, "tue"), row(3, "wed")]
Change = Callable[[Lab, str], None]


def on_day(day: str) -> Callable[[Row], bool]:
    return lambda one: bool(one["day"] == day)


def append(number: int, day: str = "mon") -> Change:
    return lambda lab, ref: lab.append(ref, [row(number, day)])


def upsert(number: int, day: str = "mon", value: int = 7) -> Change:
    return lambda lab, ref: lab.upsert(ref, [row(number, day, value)])


def overwrite(day: str, *numbers: int) -> Change:
    return lambda lab, ref: lab.replace(ref, [row(n, day) for n in numbers], on_day(day))


def replace_all(*numbers: int) -> Change:
    return lambda lab, ref: lab.replace(ref, [row(number) for number in numbers])


def delete(number: int) -> Change:
    return lambda lab, ref: lab.delete(ref, lambda one: bool(one["id"] == number))


def unknown(number: int, day: str) -> Change:
    return lambda lab, ref: lab.write(ref, None, add=[row(number, day)], where=on_day(day))


def rewrite(lab: Lab, ref: str) -> None:
    lab.rewrite(ref)


def add_column(name: str) -> Change:
    return lambda lab, ref: lab.add_column(ref, name)


def set_property(name: str, value: str) -> Change:
    def change(lab: Lab, ref: str) -> None:
        with lab.table(ref).transaction() as transaction:
            transaction.set_properties({name: value})

    return change


def both(*changes: Change) -> Change:
    def change(lab: Lab, ref: str) -> None:
        for one in changes:
            one(lab, ref)

    return change


def rename(old: str, new: str) -> Change:
    def change(lab: Lab, ref: str) -> None:
        with lab.table(ref).update_schema() as update:
            update.rename_column(old, new)

    return change


def drop(name: str) -> Change:
    def change(lab: Lab, ref: str) -> None:
        with lab.table(ref).update_schema(allow_incompatible_changes=True) as update:
            update.delete_column(name)

    return change


def partition_by(name: str) -> Change:
    def change(lab: Lab, ref: str) -> None:
        with lab.table(ref).update_spec() as update:
            update.add_field(name, IdentityTransform(), f"{name}_part")

    return change


MUST_MERGE = {
    "two appends": (append(10), append(20), [1, 2, 3, 10, 20]),
    "many appends": (
        both(append(10), append(11)),
        both(append(20), append(21)),
        [1, 2, 3, 10, 11, 20, 21],
    ),
    "overwrites of different partitions": (
        overwrite("mon", 10),
        overwrite("tue", 20),
        [3, 10, 20],
    ),
    "an overwrite and an append to another partition": (
        overwrite("mon", 10),
        append(20, "tue"),
        [2, 3, 10, 20],
    ),
    "unknown changes of different partitions": (
        unknown(10, "mon"),
        unknown(20, "tue"),
        [3, 10, 20],
    ),
    "a delete and an append to another partition": (delete(1), append(20, "tue"), [2, 3, 20]),
    "upserts of different keys": (upsert(1), upsert(2, "tue"), [1, 2, 3]),
    "upserts that insert different keys": (upsert(10), upsert(20), [1, 2, 3, 10, 20]),
    "an upsert and an append of another key": (upsert(1), append(20), [1, 2, 3, 20]),
    "a rewrite and an append": (rewrite, append(20), [1, 2, 3, 20]),
    "a rewrite and an upsert that inserts": (rewrite, upsert(20), [1, 2, 3, 20]),
    "an append with a rewrite, and an append": (
        both(append(10), rewrite),
        append(20),
        [1, 2, 3, 10, 20],
    ),
    "different new columns": (add_column("late"), add_column("early"), [1, 2, 3]),
    "a new column and an append": (add_column("late"), append(20), [1, 2, 3, 20]),
    "a new column with data on both sides": (
        both(add_column("late"), append(10)),
        both(add_column("early"), append(20)),
        [1, 2, 3, 10, 20],
    ),
    "a renamed column and an append": (rename("value", "amount"), append(20), [1, 2, 3, 20]),
    "a dropped column and an append": (append(20), drop("value"), [1, 2, 3, 20]),
    "a new partition field and an append": (partition_by("id"), append(20), [1, 2, 3, 20]),
    "different properties": (set_property("a", "1"), set_property("b", "2"), [1, 2, 3]),
    "the same property with one value": (
        both(append(10), set_property("a", "1")),
        both(append(20), set_property("a", "1")),
        [1, 2, 3, 10, 20],
    ),
    "an overwrite and a new column": (replace_all(10), add_column("late"), [10]),
}

MUST_CONFLICT = {
    "overwrites of one partition": (overwrite("mon", 10), overwrite("mon", 20), "overwrote"),
    "an overwrite and an append to its partition": (
        overwrite("mon", 10),
        append(20, "mon"),
        "the partition mon",
    ),
    "a replaced table and an append": (replace_all(10), append(20, "sun"), "whole table"),
    "an unknown change and an append to its partition": (
        unknown(10, "mon"),
        append(20, "mon"),
        "overwrote",
    ),
    "a delete and an upsert in its partition": (delete(1), upsert(10, "mon"), "overwrote"),
    "deletes of one row": (delete(1), delete(1), "overwrote"),
    "upserts of one key": (upsert(1, value=5), upsert(1, value=6), "same files"),
    "upserts that insert one key": (upsert(10, "mon"), upsert(10, "tue"), "(10)"),
    "an append and an upsert of one new key": (append(10), upsert(10), "(10)"),
    "two rewrites": (rewrite, rewrite, "same files"),
    "a rewrite and an upsert of a row it moved": (rewrite, upsert(1), "same files"),
    "a rewrite and an overwrite": (rewrite, overwrite("mon", 10), "overwrote"),
    "new columns of one name": (add_column("late"), add_column("late"), "'late'"),
    "one column renamed twice": (rename("value", "a"), rename("value", "b"), "the name of"),
    "a column renamed and dropped": (rename("value", "a"), drop("value"), "dropped it"),
    "partition fields on both sides": (
        partition_by("id"),
        partition_by("value"),
        "the partition spec",
    ),
    "one property with two values": (
        set_property("a", "1"),
        set_property("a", "2"),
        "the property 'a'",
    ),
}


def lab_of(ours: Change, theirs: Change) -> Lab:
    lab = Lab(by_day=True)
    for one in BASE:
        lab.append("main", [one])
    lab.branch("dev")
    ours(lab, "main")
    theirs(lab, "dev")
    return lab


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("name", MUST_MERGE)
def test_r07_what_must_merge_merges_and_holds_both_changes(name: str, turned: bool) -> None:
    ours, theirs, ids = MUST_MERGE[name]
    lab = lab_of(theirs, ours) if turned else lab_of(ours, theirs)

    how = lab.how("dev")
    lab.merge("dev")

    assert how == "rebase"
    assert lab.ids("main") == ids


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("name", MUST_CONFLICT)
def test_r07_what_must_conflict_names_the_reason_and_changes_nothing(
    name: str, turned: bool
) -> None:
    ours, theirs, reason = MUST_CONFLICT[name]
    lab = lab_of(theirs, ours) if turned else lab_of(ours, theirs)
    before, tip = lab.rows("main"), lab.catalog.ref("main").commit

    how = lab.how("dev")
    with pytest.raises(Conflict) as caught:
        lab.merge("dev")

    assert how is not None
    assert how.startswith("conflict: ")
    assert reason in how
    assert reason in caught.value.problem + caught.value.fix
    assert lab.rows("main") == before
    assert lab.catalog.ref("main").commit == tip


@pytest.mark.parametrize("theirs", [append(20), upsert(20, "tue")], ids=["append", "upsert"])
@pytest.mark.parametrize(
    "ours", [append(10), upsert(1), rewrite], ids=["append", "upsert", "rewrite"]
)
def test_r07_after_a_merge_both_branches_hold_the_same_rows_once_updated(
    ours: Change, theirs: Change
) -> None:
    lab = lab_of(ours, theirs)

    lab.merge("dev", "main")
    lab.merge("main", "dev")

    assert lab.rows("dev") == lab.rows("main")
    assert lab.files("dev") == lab.files("main")
    assert lab.how("dev", "main") is None


def test_r07_an_intent_that_its_files_contradict_counts_as_overwrite() -> None:
    lab = Lab(by_day=True)
    lab.append("main", [row(1, "mon")])
    lab.branch("dev")
    lab.write("dev", Intent("append"), add=[row(5, "mon")], where=on_day("mon"))
    lab.append("main", [row(2, "mon")])

    how = lab.how("dev")

    assert how is not None
    assert "'dev' overwrote the partition mon" in how


def test_r07_rows_are_never_moved_by_what_only_claims_to_rewrite() -> None:
    lab = Lab()
    lab.append("main", [row(1), row(2)])
    lab.branch("dev")
    lab.write("dev", Intent("rewrite"), add=[row(9)], where=lambda one: True)
    lab.append("main", [row(3)])

    how = lab.how("dev")

    assert how is not None
    assert "'dev' overwrote the table" in how
