"""A lake of two thousand tables through the API: the list, a table, the log, search as typed."""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import history
import pyarrow as pa
from harness import Result, main, result
from served import Client, folder, make_project, percentile, serve

from phlo.catalog import LogCatalog, open_catalog
from phlo.config import Project
from phlo.tables.write import append, create

NAMESPACES = ("raw", "staging", "intermediate", "marts")
SUBJECTS = (
    *("orders", "customers", "payments", "flights", "weather"),
    *("invoices", "shipments", "products", "sessions", "readings"),
)
A_COMMIT = 5
A_PAGE = 500


def table_name(number: int) -> tuple[str, str]:
    """Return the key of a table: namespaces and subjects take turns."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    return NAMESPACES[number % len(NAMESPACES)], f"{subject}_{number:04d}"


def schema_of(number: int) -> pa.Schema:
    """Return ten columns; some are called as tables are, so that search has to choose."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    own = [pa.field(f"{subject}_{part}", pa.float64()) for part in ("amount", "state", number)]
    common = [pa.field(f"column_{place}", pa.string()) for place in range(5)]
    return pa.schema(
        [pa.field("id", pa.int64()), pa.field("loaded_at", pa.date32()), *own, *common]
    )


def add_tables(catalog: LogCatalog, con: duckdb.DuckDBPyConnection, numbers: range) -> None:
    """Make tables in one commit; the first of them gets rows."""
    with catalog.stage("main", message=f"table {numbers[0]}", override="a bench") as stage:
        for number in numbers:
            table = create(stage.tables, table_name(number), schema_of(number))
            if number == numbers[0]:
                chosen = ", ".join(f"null as {name}" for name in schema_of(number).names[1:])
                append(con, table, f"select i as id, {chosen} from range(100) t(i)")


def build(project: Project, count: int) -> None:
    """Give a project a lake of ``count`` tables, five a commit, and a history of runs."""
    history.fill(project, 2 * history.PARTS)
    catalog = open_catalog(project.lake, author="bench")
    with duckdb.connect() as con:
        for first in range(0, count, A_COMMIT):
            add_tables(catalog, con, range(first, first + A_COMMIT))


class Asked:
    """What a person does at the page, one request after another, each timed."""

    def __init__(self, client: Client, count: int) -> None:
        self.client, self.count = client, count
        self.chance = random.Random(7)

    def tables(self) -> None:
        """List every table of the lake, as the page does."""
        cursor, found = "", 0
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            answer = self.client.json(f"/api/iceberg/tables?limit={A_PAGE}{more}")
            found, cursor = found + len(answer["items"]), answer["next_cursor"]
        assert found >= self.count, f"{found} tables were listed"

    def table(self) -> None:
        """Open a table: what it is, its snapshots and the commits that changed it."""
        name = ".".join(table_name(self.chance.randrange(self.count)))
        path = f"/api/iceberg/tables/{name}"
        assert self.client.json(path)["table"] == name
        for part in ("snapshots", "history"):
            self.client.get(f"{path}/{part}?limit=50")

    def log(self) -> None:
        """Look at the newest commits, and page on."""
        answer = self.client.json("/api/nessie/log?limit=50")
        assert len(answer["items"]) > 30, "commits are missing"

    def typed(self) -> Iterator[str]:
        """Yield what stands in the search box after each key, on the way to names of tables."""
        while True:
            name = table_name(self.chance.randrange(self.count))[1]
            yield from (name[:length] for length in range(1, len(name) + 1))

    def search(self, text: str) -> Any:
        """Search for what was typed so far."""
        return self.client.get(f"/api/search?q={text}&limit=30")

    def check_search(self) -> None:
        """See that tables come first, and that of a whole name its table does."""
        for name in SUBJECTS:
            kinds = [hit["kind"] for hit in self.client.json(f"/api/search?q={name}")["items"]]
            assert set(kinds) == {"table"}, f"{name}: {kinds}"
        name = table_name(self.count // 2)
        found = self.client.json(f"/api/search?q={name[1]}")["items"][0]
        assert found["id"] == ".".join(name), found


def timed(ask: Callable[[], object]) -> float:
    """Return the milliseconds of a request."""
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)


def measure(asked: Asked, commit: Callable[[], None], rounds: int) -> dict[str, list[float]]:
    """Ask in turn, with a new commit before each round; the first of each is not left out."""
    times: dict[str, list[float]] = {name: [] for name in ("search", "tables", "table", "log")}
    typed = asked.typed()
    for _ in range(rounds):
        commit()
        for _ in range(20):
            text = next(typed)
            times["search"].append(timed(lambda text=text: asked.search(text)))
        for _ in range(5):
            times["table"].append(timed(asked.table))
            times["log"].append(timed(asked.log))
        for _ in range(2):
            times["tables"].append(timed(asked.tables))
    return times


def run(quick: bool) -> Sequence[Result]:
    """Measure."""
    count, rounds = (200, 5) if quick else (2_000, 60)
    with folder() as root:
        project = make_project(root / "project", history.definitions(60))
        build(project, count)
        times = ask(project, count, rounds)
    bounds = {"tables": "<= 100", "table": "<= 100", "log": "<= 100", "search": "<= 30"}
    return [
        result(
            f"{name}_p99_ms",
            percentile(times[name], 0.99),
            "ms",
            must,
            f"median {percentile(times[name], 0.5):.1f} of {len(times[name])}",
        )
        for name, must in bounds.items()
    ]


def ask(project: Project, count: int, rounds: int) -> dict[str, list[float]]:
    """Serve the lake, and ask while another process commits to it."""
    catalog = open_catalog(project.lake, author="bench")
    fresh = iter(range(count, count + rounds + 1))
    with duckdb.connect() as con, serve(project) as served:
        asked = Asked(Client(served.address), count)

        def commit() -> None:
            number = next(fresh)
            add_tables(catalog, con, range(number, number + 1))

        times = measure(asked, commit, rounds)
        asked.check_search()
    return times


if __name__ == "__main__":
    sys.exit(main("api_catalog", run))
