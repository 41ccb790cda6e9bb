import pyarrow as pa
import pytest

import phlo
from phlo.catalog import content_token, open_catalog
from phlo.declare import Declarations
from phlo.engine import Lake
from phlo.errors import CheckFailed, Conflict, Protected
from phlo.quality.gate import Checks, checked_merge, declared_checks

A, B = ("raw", "a"), ("raw", "b")


@pytest.fixture
def catalog(tmp_path):
    found = open_catalog(tmp_path / "lake")
    found.create_branch("start")
    write(found, "start", A, [1, 2])
    write(found, "start", B, [1, 2])
    checked_merge(found, "start", "main", Checks(lambda commit, key: ()))
    return found


def write(catalog, ref, key, values):
    """Append rows, or create the table with them."""
    from pyiceberg.exceptions import NoSuchTableError

    rows = pa.table({"id": pa.array(values, pa.int64())})
    tables = catalog.at(ref, message=f"write {key[-1]}")
    tables.create_namespace_if_not_exists(key[:-1])
    try:
        table = tables.load_table(key)
    except NoSuchTableError:
        table = tables.create_table(key, rows.schema)
    table.append(rows)


def declared(catalog, *specs):
    return declared_checks(Declarations(specs), lambda commit: Lake(catalog, commit))


def spec(table, *rules):
    return phlo.ingestion(table=table, checks=rules)(lambda: [])


def count(catalog, ref, table):
    return Lake(catalog, ref).table(table).count()


def test_a_branch_that_passes_is_merged_and_its_evidence_is_recorded(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [3])

    done = checked_merge(
        catalog, "work", "main", declared(catalog, spec("raw.a", phlo.unique("id")))
    )

    token = content_token(catalog.contents("main")[A])
    assert count(catalog, "main", "raw.a") == 3
    assert [result.passed for result in done.results] == [True]
    assert catalog.evidence(token).passed == ("unique_id",)


def test_main_is_no_source_that_goes_and_nothing_moves_before_that_is_said(catalog):
    catalog.create_branch("work")
    catalog.protect("main", on=False)
    write(catalog, "work", A, [3])
    write(catalog, "main", A, [4])
    catalog.protect("work")
    before = catalog.refs()

    with pytest.raises(Protected, match="'main' is not deleted"):
        checked_merge(catalog, "main", "work", Checks(lambda commit, key: ()), delete_source=True)

    assert catalog.refs() == before


def test_a_branch_that_fails_is_kept_and_main_is_not_touched(catalog):
    before = catalog.resolve("main").id
    catalog.create_branch("work")
    write(catalog, "work", A, [2])

    with pytest.raises(CheckFailed, match=r"unique_id \(2 of 3 rows fail\)"):
        checked_merge(catalog, "work", "main", declared(catalog, spec("raw.a", phlo.unique("id"))))

    token = content_token(catalog.contents("work")[A])
    assert catalog.resolve("main").id == before
    assert catalog.evidence(token).failed == ("unique_id",)


def test_a_failure_on_record_is_not_run_again(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [2])
    checks = declared(catalog, spec("raw.a", phlo.unique("id")))
    with pytest.raises(CheckFailed):
        checked_merge(catalog, "work", "main", checks)

    ran = []
    counted = Checks(lambda commit, key: ran.append(key) or (), checks.required, checks.reads)
    with pytest.raises(CheckFailed, match="unique_id"):
        checked_merge(catalog, "work", "main", counted)

    assert ran == []


def test_two_good_branches_that_make_one_bad_table_are_not_published(catalog):
    """Each adds key 3, so each passes alone; together they hold it twice."""
    checks = declared(catalog, spec("raw.a", phlo.unique("id")))
    for name in ("one", "two"):
        catalog.create_branch(name)
        write(catalog, name, A, [3])

    checked_merge(catalog, "one", "main", checks)
    with pytest.raises(CheckFailed, match="unique_id"):
        checked_merge(catalog, "two", "main", checks)

    assert count(catalog, "main", "raw.a") == 3


def test_two_good_branches_that_make_one_good_table_are_both_published(catalog):
    checks = declared(catalog, spec("raw.a", phlo.unique("id")))
    for name, value in (("one", 3), ("two", 4)):
        catalog.create_branch(name)
        write(catalog, name, A, [value])

    checked_merge(catalog, "one", "main", checks)
    done = checked_merge(catalog, "two", "main", checks)

    assert done.updates == 1
    assert count(catalog, "main", "raw.a") == 4


def test_a_check_that_reads_another_table_runs_again_when_that_table_moved(catalog):
    """The branch passes against the old raw.b; main's new raw.b makes it wrong."""
    checks = declared(catalog, spec("raw.a", phlo.reconciles("raw.b")), spec("raw.b"))
    catalog.create_branch("work")
    write(catalog, "work", A, [3])
    write(catalog, "work", B, [3])
    catalog.create_branch("other")
    write(catalog, "other", B, [7, 8])
    checked_merge(catalog, "other", "main", checks)

    with pytest.raises(CheckFailed, match="reconciles"):
        checked_merge(catalog, "work", "main", checks)

    assert count(catalog, "main", "raw.a") == 2


def test_stale_evidence_of_a_check_that_reads_another_table_is_not_enough(catalog):
    checks = declared(catalog, spec("raw.a", phlo.reconciles("raw.b", name="same")), spec("raw.b"))
    catalog.create_branch("work")
    write(catalog, "work", A, [3])
    token = content_token(catalog.contents("work")[A])
    from phlo.model import Evidence

    catalog.record_evidence([Evidence(A, token, ("same",))])  # it was so, against another raw.b
    catalog.create_branch("other")
    write(catalog, "other", B, [7, 8])
    checked_merge(catalog, "other", "main", checks)

    with pytest.raises(CheckFailed, match="same"):
        checked_merge(catalog, "work", "main", checks)


def test_a_target_that_moves_while_the_checks_run_is_checked_again(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [3])
    base = declared(catalog, spec("raw.a", phlo.unique("id")))
    moves = iter(range(4, 6))

    def run(commit, key):
        results = base.run(commit, key)
        for value in moves:
            name = f"mover{value}"
            catalog.create_branch(name)
            write(catalog, name, A, [value])
            checked_merge(catalog, name, "main", base)
            break
        return results

    done = checked_merge(catalog, "work", "main", Checks(run, base.required, base.reads))

    assert done.updates == 2
    assert count(catalog, "main", "raw.a") == 5


def test_a_target_that_never_rests_is_a_conflict_with_a_fix(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [3])
    movers = iter(range(100))

    def run(commit, key):
        name = f"mover{next(movers)}"
        catalog.create_branch(name)
        write(catalog, name, A, [50])
        checked_merge(catalog, name, "main", Checks(lambda commit, key: ()))
        return ()

    with pytest.raises(Conflict, match="moved 5 times"):
        checked_merge(catalog, "work", "main", Checks(run))


def test_a_branch_that_is_not_protected_needs_no_checks(catalog):
    catalog.create_branch("work")
    catalog.create_branch("team")
    write(catalog, "work", A, [2])

    done = checked_merge(
        catalog, "work", "team", declared(catalog, spec("raw.a", phlo.unique("id")))
    )

    assert done.results == ()
    assert count(catalog, "team", "raw.a") == 3


def test_an_override_is_kept_in_the_log(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [2])

    done = checked_merge(
        catalog,
        "work",
        "main",
        declared(catalog, spec("raw.a", phlo.unique("id"))),
        override="the double is known",
    )

    assert catalog.get_commit(done.commit.id).override == "the double is known"


def test_a_table_without_checks_is_published_on_the_word_that_it_has_none(catalog):
    catalog.create_branch("work")
    write(catalog, "work", B, [3])

    checked_merge(catalog, "work", "main", declared(catalog))

    assert count(catalog, "main", "raw.b") == 3


def test_a_warning_does_not_keep_a_branch_from_main(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [2])

    checked_merge(
        catalog,
        "work",
        "main",
        declared(catalog, spec("raw.a", phlo.unique("id", severity="warn"))),
    )

    assert count(catalog, "main", "raw.a") == 3


def test_a_check_that_breaks_keeps_a_branch_from_main(catalog):
    catalog.create_branch("work")
    write(catalog, "work", A, [3])

    with pytest.raises(CheckFailed, match="could not run"):
        checked_merge(
            catalog, "work", "main", declared(catalog, spec("raw.a", phlo.not_null("idd")))
        )
