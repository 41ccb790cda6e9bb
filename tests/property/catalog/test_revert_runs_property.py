"""Random histories of a table that runs only add to: any of them can be taken back, exactly."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from phlo.catalog import LogCatalog, open_catalog
from phlo.engine.connection import open_engine
from phlo.model import Intent
from phlo.tables import write
from phlo.tables.commit import commit_files
from phlo.tables.datafiles import write_data_files
from phlo.tables.plan import scan_sql
from phlo.tables.rewrite import tasks_of

KEY = ("raw", "birds")
COLUMNS = pa.schema([("id", pa.int64()), ("_phlo_run_id", pa.string())])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.integers(1, 3)),
        st.tuples(st.just("compact"), st.just(0)),
        st.tuples(st.just("column"), st.just(0)),
        st.tuples(st.just("revert"), st.integers(0, 5)),
    ),
    min_size=3,
    max_size=7,
)


class Flock:
    """A table on main that only runs write to, and beside it what plain Python says it holds."""

    def __init__(self, root: Path) -> None:
        self.catalog: LogCatalog = open_catalog(str(root))
        self.catalog.protect("main", on=False)
        self.con = open_engine(threads=1)
        self.columns = 0
        self.ids = 0
        self.runs: dict[str, set[int]] = {}
        write.create(self.catalog.at("main"), KEY, COLUMNS)

    def load(self, rows: int) -> None:
        run = f"run-{self.ids}"
        mine = set(range(self.ids, self.ids + rows))
        self.ids += rows
        self.runs[run] = mine
        for one in sorted(mine):  # a commit each: a run is all its commits
            with self.catalog.stage("main", message="load", run=run) as stage:
                select = f"select {one}::bigint as id, '{run}' as _phlo_run_id"
                more = "".join(f", null::bigint as c{at}" for at in range(self.columns))
                write.append(self.con, stage.tables.load_table(KEY), select + more)

    def compact(self, _: int) -> None:
        with self.catalog.stage("main", message="compact") as stage:
            table = stage.tables.load_table(KEY)
            tasks = tasks_of(table)
            if not tasks:
                return
            files = write_data_files(self.con, table, scan_sql(self.con, table))
            gone = [task.file for task in tasks]
            commit_files(table, add=files, remove=gone, intent=Intent("rewrite"), properties=None)

    def column(self, _: int) -> None:
        with self.catalog.at("main").load_table(KEY).update_schema() as update:
            from pyiceberg.types import LongType

            update.add_column(f"c{self.columns}", LongType())
        self.columns += 1

    def revert(self, which: int) -> None:
        if not self.runs:
            return
        run = sorted(self.runs)[which % len(self.runs)]
        del self.runs[run]
        self.catalog.revert(run, remove_rows=self.remove)

    def remove(self, table, run: str, rows: int, intent: Intent) -> None:
        event("by rows")
        write.delete_run(self.con, table, run, rows, intent)

    def agree(self) -> None:
        table = self.catalog.at("main").load_table(KEY)
        found = table.scan(selected_fields=("id", "_phlo_run_id")).to_arrow().to_pylist()
        wanted = [(one, run) for run, mine in self.runs.items() for one in mine]
        assert sorted((row["id"], row["_phlo_run_id"]) for row in found) == sorted(wanted)
        assert self.catalog.tables()[KEY].rows == len(wanted)
        assert len(table.schema().fields) == 2 + self.columns


@contextmanager
def flock() -> Iterator[Flock]:
    root = Path(tempfile.mkdtemp(prefix="phlo-flock-"))
    made = Flock(root)
    try:
        yield made
    finally:
        made.con.close()
        shutil.rmtree(root)


@given(STEPS)
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=(HealthCheck.too_slow,),
)
def test_any_run_of_a_table_that_is_only_added_to_can_be_taken_back(
    steps: list[tuple[str, int]],
) -> None:
    with flock() as birds:
        birds.load(2)
        for name, number in steps:
            getattr(birds, name)(number)
            birds.agree()
        birds.compact(0)
        while birds.runs:
            birds.revert(0)
            birds.agree()
