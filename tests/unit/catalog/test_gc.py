"""Deleting what no live commit names, and nothing else."""
# over 300 lines: the rules of collection share one lake and its clock

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.exceptions import ValidationException

from phlo.catalog.gc import Collection, collect, expire
from phlo.catalog.gc_marks import Places, canonical
from phlo.errors import Conflict, InvalidInput, LakeDamaged
from phlo.model import Change
from phlo.store.local import LocalStore
from tests.unit.catalog.lab import FLIGHTS, Lab, row

DAY = timedelta(days=1)
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


class Old:
    """A lake on disk whose files can be made older."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lab = Lab(url=str(folder))
        self.catalog = self.lab.catalog

    def age(self, by: timedelta = 8 * DAY) -> None:
        """Make every file older, as the store tells it."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                seen = path.stat()
                os.utime(path, (seen.st_atime, seen.st_mtime - by.total_seconds()))

    def files(self) -> set[str]:
        return {
            str(path.relative_to(self.folder))
            for path in (self.folder / "tables").rglob("*")
            if path.is_file()
        }

    def collect_all(self) -> Collection:
        """Condemn, wait, delete."""
        self.age()
        collect(self.catalog)
        self.age()
        return collect(self.catalog)


@pytest.fixture
def old(tmp_path: Path) -> Old:
    lake = Old(tmp_path / "lake")
    lake.lab.append("main", [row(1)])
    return lake


def test_r14_what_lies_behind_the_horizon_goes_and_what_refs_hold_stays(old: Old) -> None:
    old.lab.append("main", [row(2)])
    old.catalog.create_tag("kept", at="main")
    old.lab.replace("main", [row(3)])
    old.lab.replace("main", [row(4)])
    middle = old.lab.files("main")
    old.lab.replace("main", [row(5)])
    before = old.files()

    expire(old.catalog, before=NEVER)
    old.collect_all()

    gone = before - old.files()
    assert old.lab.ids("main") == [5]
    assert old.lab.ids("kept") == [1, 2]
    assert gone
    assert all("metadata" in path for path in gone), "snapshots in live metadata keep their data"
    assert middle


def test_r14_a_dead_commit_is_no_target_any_more(old: Old) -> None:
    first = old.catalog.ref("main").commit
    old.lab.append("main", [row(2)])
    second = old.catalog.ref("main").commit
    old.lab.append("main", [row(3)])

    expire(old.catalog, before=NEVER)

    with pytest.raises(Conflict, match="horizon"):
        old.catalog.create_branch("back", at=first)
    with pytest.raises(Conflict, match="horizon"):
        old.catalog.merge(first, "main", outbox={})
    with pytest.raises(Conflict, match="keeps"):
        old.lab.catalog.revert(second)


def test_r14_a_deleted_branch_keeps_its_files_until_it_is_expired(old: Old) -> None:
    old.lab.branch("dev")
    old.lab.append("dev", [row(2)])
    commit = old.catalog.ref("dev").commit
    old.catalog.delete_ref("dev")
    before = old.files()

    old.collect_all()
    assert old.files() == before
    old.catalog.create_branch("again", at=commit)
    assert old.lab.ids("again") == [1, 2]
    old.catalog.delete_ref("again")
    expire(old.catalog, before=ALWAYS)
    old.collect_all()

    assert len(before - old.files()) == 4
    assert old.lab.ids("main") == [1]


def test_r14_a_branch_that_parted_long_ago_can_still_be_merged(old: Old) -> None:
    old.lab.branch("dev")
    old.lab.append("dev", [row(2)])
    for number in (3, 4):
        old.lab.append("main", [row(number)])
    old.catalog.protect("main")

    expire(old.catalog, before=NEVER)
    old.collect_all()
    old.catalog.merge("main", "dev")

    assert old.lab.ids("dev") == [1, 2, 3, 4]


def test_r15_a_file_is_condemned_at_the_entry_after_the_mark_and_deleted_a_grace_later(
    old: Old,
) -> None:
    stray = old.folder / "tables" / "stray.parquet"
    stray.write_bytes(b"x")
    old.age()
    number = old.catalog.refresh().number

    first = collect(old.catalog)
    second = collect(old.catalog)
    old.age()
    third = collect(old.catalog)

    assert first.number == number
    assert first.paths("condemn") == ("tables/stray.parquet",)
    assert dict(old.catalog.state.condemned) == {"tables/stray.parquet": number + 1}
    assert second.paths("wait") == ("tables/stray.parquet",)
    assert third.paths("delete") == ("tables/stray.parquet",)
    assert not stray.exists()
    assert collect(old.catalog).paths("condemn") == ()


class Overtaken(LocalStore):
    """A store whose clock is read just before somebody else commits, once."""

    commits = 0

    def now(self) -> datetime:
        if self.commits == 1:
            self.commits = 2
            Lab.over(LocalStore(self.root.removeprefix("file://"))).append("main", [row(9)])
        return super().now()


def test_r15_a_mark_that_was_overtaken_is_made_again(old: Old) -> None:
    (old.folder / "tables" / "stray.parquet").write_bytes(b"x")
    old.age()
    store = Overtaken(old.folder)
    catalog = Lab.over(store).catalog
    store.commits = 1
    number = catalog.refresh().number

    made = collect(catalog)

    assert made.number == number + 1
    assert dict(catalog.state.condemned) == {"tables/stray.parquet": made.number + 1}


def test_r15_a_commit_that_names_a_condemned_path_is_refused(old: Old) -> None:
    past = old.catalog.contents("main")[FLIGHTS]
    old.lab.append("main", [row(2)])
    now = old.catalog.contents("main")[FLIGHTS]
    expire(old.catalog, before=NEVER)
    old.age()
    collect(old.catalog)

    with pytest.raises(Conflict, match="condemned"):
        old.catalog.commit("main", [Change(FLIGHTS, now, past)], message="back")


def _condemn(old: Old, *paths: str) -> None:
    """Condemn files that a real collection would have found to be named by nobody."""
    below = [path.removeprefix(old.catalog.root + "/") for path in paths]
    old.catalog._submit(lambda s: [{"do": "condemn", "at": s.number + 1, "paths": below}])


def _stray(old: Old) -> str:
    """Write a data file that fits the table and belongs to nobody; condemn it."""
    first = old.lab.tasks(old.lab.table("main"))[0].file.file_path
    stray = old.folder / "tables" / "stray.parquet"
    stray.write_bytes(Path(first.removeprefix("file://")).read_bytes())
    old.age()
    assert collect(old.catalog).paths("condemn") == ("tables/stray.parquet",)
    return f"file://{stray}"


@pytest.mark.parametrize("spelling", ["file://", "file:", ""])
def test_r15_added_files_that_are_condemned_are_refused(old: Old, spelling: str) -> None:
    stray = _stray(old).removeprefix("file://")

    with pytest.raises(ValidationException, match="condemned"):
        old.lab.table("main").add_files([spelling + stray], check_duplicate_files=False)

    assert old.lab.ids("main") == [1]


def test_r15_a_stage_that_names_a_condemned_file_is_refused(old: Old) -> None:
    stage = old.catalog.stage("main", message="two steps")
    stage.tables.load_table(FLIGHTS).add_files([_stray(old)])
    stage.tables.load_table(FLIGHTS).append(old.lab.table("main").scan().to_arrow())

    with pytest.raises(Conflict, match="condemned"):
        stage.__exit__(None, None, None)


def test_r15_a_registered_table_of_condemned_files_is_refused(old: Old) -> None:
    table = old.lab.table("main")
    data = old.lab.tasks(table)[0].file.file_path
    copy = table.metadata_location.replace("/00001-", "/00009-")
    source, target = (Path(one.removeprefix("file://")) for one in (table.metadata_location, copy))
    target.write_bytes(source.read_bytes())
    _condemn(old, data)
    face = old.catalog.at("main")
    face.drop_table(FLIGHTS)

    with pytest.raises(ValidationException, match="condemned"):
        face.register_table(("raw", "again"), copy)


def test_r15_a_rebase_onto_condemned_files_is_refused(old: Old) -> None:
    old.lab.branch("dev")
    old.lab.append("dev", [row(2)])
    old.lab.append("main", [row(3)])
    new = [path for path in old.lab.files("dev") if path not in old.lab.files("main")]
    _condemn(old, *new)

    with pytest.raises(Conflict, match="condemned"):
        old.catalog.merge("dev", "main")

    assert old.lab.ids("main") == [1, 3]


def test_r15_a_revert_to_condemned_files_is_refused(old: Old) -> None:
    files = old.lab.files("main")
    old.catalog.at("main").drop_table(FLIGHTS)
    _condemn(old, *files)

    with pytest.raises(Conflict, match="condemned"):
        old.catalog.revert(old.catalog.ref("main").commit)

    assert not old.catalog.at("main").table_exists(FLIGHTS)


def test_r15_an_entry_names_what_its_commit_adds_however_large_the_table_is(old: Old) -> None:
    """Also where the writer put manifests together, which lists every file of the table again."""
    _stray(old)
    for number in range(2, 50):
        table = old.lab.table("main")
        table.append(pa.Table.from_pylist([row(number)], schema=table.schema().as_arrow()))

    named = [
        len(change.get("files", ()))
        for path in sorted((old.folder / "catalog/log").glob("*.json"))
        for group in json.loads(path.read_bytes())["groups"]
        for op in group["ops"]
        for change in op.get("changes", ())
    ]
    manifests = table.current_snapshot().manifests(table.io)
    assert max(one.existing_files_count for one in manifests) >= 20
    assert max(named) <= 4


def test_r15_a_lake_with_condemned_files_is_written_as_before(old: Old) -> None:
    _stray(old)
    old.lab.append("main", [row(2)])
    old.lab.branch("dev")
    old.lab.append("dev", [row(3)])
    old.lab.append("main", [row(4)])
    old.catalog.merge("dev", "main")
    old.lab.rewrite("main")
    old.lab.replace("main", [row(5)], where=lambda one: one["id"] == 1)
    old.catalog.revert(old.catalog.ref("main").commit)

    assert old.lab.ids("main") == [1, 2, 3, 4]


def test_r14_what_is_dead_stays_dead_when_a_branch_grows_on_a_tag_again(old: Old) -> None:
    old.lab.branch("dev")
    old.lab.append("dev", [row(2)])
    middle = old.catalog.ref("dev").commit
    old.lab.replace("dev", [row(3)])
    old.catalog.create_tag("kept", at="dev")
    old.catalog.delete_ref("dev")
    expire(old.catalog, before=ALWAYS)
    assert middle in old.catalog.state.dead

    old.catalog.create_branch("again", at="kept")
    expire(old.catalog, before=ALWAYS)

    assert middle in old.catalog.state.dead


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("file:/lake/tables/a", "tables/a"),
        ("file:///lake/tables/a", "tables/a"),
        ("/lake/tables/a", "tables/a"),
        ("/lake/./tables//a", "tables/a"),
        ("file:///lake/tables/t%3A1", "tables/t:1"),
        ("s3a://bucket/lake/tables/a", "tables/a"),
        ("s3://bucket/lake/tables/a", "tables/a"),
        ("s3://other/lake/tables/a", None),
        ("/elsewhere/a", None),
        ("/lakeside/a", None),
    ],
)
def test_r16_one_file_is_one_path_however_it_is_written(location: str, path: str | None) -> None:
    places = Places(["file:///lake", "s3://bucket/lake"])

    assert places.inside(location) == path


def test_r16_a_root_and_the_link_to_it_are_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    for one, other in (("real", "link"), ("link", "real")):
        places = Places([f"file://{tmp_path}/{one}"])
        assert places.inside(f"file://{tmp_path}/{other}/tables/a") == "tables/a"
    assert canonical("tables/day=a%2Fb/x") == "tables/day=a/b/x"


@pytest.mark.parametrize("what", ["metadata.json", "snap-", "-m0.avro"])
def test_r16_nothing_is_deleted_if_something_live_cannot_be_read(old: Old, what: str) -> None:
    stray = old.folder / "tables" / "stray.parquet"
    stray.write_bytes(b"x")
    old.age()
    collect(old.catalog)
    old.age()
    for path in old.folder.rglob("*"):
        if what in path.name:
            path.write_bytes(b"torn")

    with pytest.raises(LakeDamaged):
        collect(Lab.over(old.catalog.store).catalog)

    assert stray.exists()


def test_r16_nothing_is_deleted_if_a_live_file_is_missing(old: Old) -> None:
    stray = old.folder / "tables" / "stray.parquet"
    stray.write_bytes(b"x")
    old.age()
    collect(old.catalog)
    old.age()
    next((old.folder / "tables").rglob("data/*.parquet")).unlink()

    with pytest.raises(LakeDamaged, match="not there"):
        collect(old.catalog)

    assert stray.exists()


def test_r16_nothing_outside_tables_and_staging_is_touched(old: Old) -> None:
    outside = [old.folder / name / "x" for name in ("app", "catalog", "other")]
    inside = old.folder / "staging" / "run" / "x"
    for path in (*outside, inside):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")

    old.collect_all()

    assert all(path.exists() for path in outside)
    assert not inside.exists()


def test_r17_a_young_file_stays_however_long_ago_it_says_it_was_written(old: Old) -> None:
    stray = old.folder / "tables" / "stray.parquet"
    stray.write_bytes(b"x")

    made = collect(old.catalog)

    assert made.paths("condemn") == ()
    assert stray.exists()


@pytest.mark.parametrize(
    ("grace", "longest"), [(timedelta(hours=23), timedelta(hours=1)), (2 * DAY, 2 * DAY)]
)
def test_r17_the_grace_exceeds_a_day_and_every_run(
    old: Old, grace: timedelta, longest: timedelta
) -> None:
    with pytest.raises(InvalidInput, match="too short"):
        collect(old.catalog, grace=grace, longest_run=longest)


def test_a_dry_run_says_of_every_file_why_it_stays_or_goes(old: Old) -> None:
    stray = old.folder / "tables" / "stray.parquet"
    stray.write_bytes(b"x")
    old.age()
    number = old.catalog.refresh().number

    told = collect(old.catalog, dry_run=True)

    assert {one.path for one in told.verdicts} == old.files()
    reasons = {one.path: one.reason for one in told.verdicts}
    assert reasons.pop("tables/stray.parquet") == "no live commit names it"
    assert all(reason.startswith("needed by raw.flights on ") for reason in reasons.values())
    assert old.catalog.refresh().number == number
