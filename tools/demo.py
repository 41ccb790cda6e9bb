"""The demo: real flights to checked, published marts in this folder, and what they say.

Loads everything in one process, as `phlo materialize` does, then shows what was built, what was
checked, the numbers, and where to look next.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

import phlo
from phlo.model import TableContent, ViewContent, key_text

ROOT = Path(__file__).resolve().parent.parent
# A week of the synthetic glucose series; its Sunday has 23 hours in New York.
WEEK = tuple(f"2025-03-{day:02}" for day in range(5, 12))
LOG = ROOT / ".phlo" / "run" / "demo.log"
BAR = 40
NUMBERS = {"rows", "size", "snapshot", "flights", "measured", "readings"}

CARRIERS = """
    select carrier_name, flights, late_rate, cancelled_rate, mean_arrival_delay_min
    from marts.carrier_delays where flights >= 1000 order by late_rate desc
"""
ROUTES = """
    select origin_code || ' to ' || coalesce(destination_name, destination_code) as route,
        flights, late_rate, mean_arrival_delay_min
    from marts.route_delays where flights >= 500 order by late_rate desc limit 5
"""
WEATHER = """
    select weather_condition, flights, late_rate, cancelled_rate
    from marts.weather_delays order by late_rate desc
"""
AGES = """
    select age_band, flights, late_rate, cancelled_rate
    from marts.aircraft_age_delays order by from_years
"""
HOURS = """
    select scheduled_hour, flights, late_rate
    from marts.hourly_delays where late_rate is not null order by scheduled_hour
"""
GLUCOSE = """
    select reading_date, readings, mean_mg_dl, in_range_rate from marts.daily_glucose
    where reading_date between date '2025-03-06' and date '2025-03-11' order by 1
"""
NEXT = (
    ("phlo catalog tables", "every table with rows and size"),
    ('phlo query "select * from marts.hourly_delays"', "SQL over main, or --ref another"),
    ("phlo quality failing", "the failing rows, and the SQL that found them"),
    ("phlo catalog history", "every commit; phlo branch revert undoes one"),
    ("phlo branch create dev/mine", "a branch of all tables, at no cost"),
    ("make dev", "the Dagster page: graph, runs, checks, schedules"),
    ("docs/tutorial/first-lakehouse.md", "the same with data of your own"),
)


def main() -> int:
    """Load, then tell. Returns 1 if anything failed."""
    started = time.monotonic()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    heading(console, "Load, check, publish")
    with stderr_to(LOG):
        loaded = load()
    if not loaded:
        place = LOG.relative_to(ROOT)
        console.print(f"the demo failed: read the lines above and {place}, then run it again")
        return 1
    services = start_services()
    with phlo.connect(ROOT) as lake:
        show_tables(console, lake)
        show_checks(console)
        show_numbers(console, lake)
    heading(console, "Where to look next")
    console.print("  (the commands are in .venv/bin; make them yours: source .venv/bin/activate)")
    for command, what in NEXT:
        console.print(f"  {command:<50} {what}", markup=False)
    heading(console, "Observatory, the page")
    if not show_page(console, services):
        return 1
    console.print(f"\ndemo done in {time.monotonic() - started:.0f} s")
    return 0


def start_services() -> subprocess.Popen[str]:
    """Start the page and Dagster's daemon in the background, beside what is printed."""
    command = [sys.executable, "-m", "phlo.cli", "services", "start", "--project", str(ROOT)]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def show_page(console: Console, services: subprocess.Popen[str]) -> bool:
    """Say where the page answers and how to stop it; tell whether it does."""
    from phlo_api.starting import API, pidfile

    said, _ = services.communicate()
    found = pidfile(phlo.load_project(ROOT), API).living()
    if services.returncode != 0 or found is None:
        console.print(f"the page could not be started:\n{said}", markup=False)
        return False
    address = found.addresses[-2] if len(found.addresses) > 1 else found.addresses[0]
    is_built = page_answers(address)
    if not is_built:
        console.print("  The page is not built: make setup builds it, without PHLO_SKIP_UI.")
    what = "this lake, its runs and its checks" if is_built else "the API alone"
    console.print(f"  {address:<50} {what}", markup=False)
    console.print(f"  {'phlo services stop':<50} stops it, and Dagster's daemon", markup=False)
    if is_built and has_display():
        webbrowser.open(address)
    return True


def page_answers(address: str) -> bool:
    """Tell whether there is a page at an address."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def has_display() -> bool:
    """Tell whether a browser has something to open on."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def heading(console: Console, text: str) -> None:
    """Start a section."""
    console.print(f"\n[bold]{text}[/bold]")


def load() -> bool:
    """Bring the whole project and a week of glucose up to date; tell whether all went well."""
    from phlo_defs.cli.execution import Runner
    from phlo_defs.cli.selection import chosen_assets, segments

    runner = Runner(phlo.load_project(ROOT), tell=tell)
    for segment in segments(runner.graph, chosen_assets(runner.graph, ())):
        for key in WEEK if segment.partitions else (None,):
            done = runner.run(segment.assets, key)
            for outcome in done.outcomes.values():
                if outcome.problem:
                    tell(f"error: {outcome.asset}: {outcome.problem}")
                    tell(f"fix: {outcome.fix or 'read ' + LOG.name}")
            if not done.success:
                return False
    return True


@contextmanager
def stderr_to(path: Path) -> Iterator[None]:
    """Send standard error, that of child processes too, to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def tell(line: str) -> None:
    """Print a line of progress; checks that pass are counted later, models shown when published."""
    if "✓" not in line and not line.startswith("  dbt "):
        print(f"  {line}", flush=True)


def cell(value: object, name: str) -> str:
    """Write one value as people read it."""
    if value is None:
        return ""
    if name.endswith("_rate"):
        return f"{float(value):.1%}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def show(
    console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Print rows as a table; numbers stand right."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    listed = [[cell(v, n) for v, n in zip(row, columns, strict=True)] for row in rows]
    for place, name in enumerate(columns):
        numeric = name in NUMBERS or name.endswith(("_rate", "_min", "_dl"))
        words = name.removesuffix("_rate").replace("_", " ")
        table.add_column(words, justify="right" if numeric else "left", no_wrap=place == 0)
    for row in listed:
        table.add_row(*row)
    console.print(table)


def ask(console: Console, lake: phlo.Lake, title: str, query: str) -> None:
    """Print the answer to a query."""
    result = lake.sql(query)
    show(console, title, result.columns, result.fetchall())


def show_tables(console: Console, lake: phlo.Lake) -> None:
    """Say what is on main: rows, bytes and snapshot of each table."""
    heading(
        console, f"What was built: main at {lake.commit.id[:8]}, log entry {lake.commit.number}"
    )
    rows = []
    for key, content in sorted(lake.catalog.contents("main").items()):
        if isinstance(content, TableContent):
            size = f"{(content.bytes or 0) / 1024:,.0f} KiB"
            rows.append((key_text(key), content.rows, size, str(content.snapshot_id)))
        elif isinstance(content, ViewContent):
            rows.append((key_text(key), None, "view", ""))
    show(console, "", ("table", "rows", "size", "snapshot"), rows)


def show_checks(console: Console) -> None:
    """Say what was checked: how many passed, and what each warning measured."""
    from phlo_defs.instance import open_instance
    from phlo_defs.location import build_definitions

    project = phlo.load_project(ROOT)
    keys = build_definitions(project).get_repository_def().asset_graph.asset_check_keys
    storage = open_instance(project).event_log_storage
    found = storage.get_latest_asset_check_execution_by_key(list(keys))
    done = {
        key: record.event.dagster_event.asset_check_evaluation_data
        for key, record in found.items()
        if record.event is not None and record.event.dagster_event is not None
    }
    warned = {key: result for key, result in done.items() if not result.passed}
    heading(
        console,
        f"What was checked: {len(done)} checks, {len(done) - len(warned)} passed, "
        f"{len(warned)} warned of what is true and bad in this data",
    )
    rows = []
    for key, result in sorted(warned.items(), key=lambda item: str(item[0])):
        measured = result.metadata.get("measured")
        value = measured.value if measured is not None else "no answer"
        rows.append((".".join(key.asset_key.path), key.name, value, result.description or ""))
    show(console, "", ("table", "check", "measured", "said"), rows)


def show_numbers(console: Console, lake: phlo.Lake) -> None:
    """Print what the flights say, and one chart."""
    heading(console, "What the flights say (late: 15 minutes or more after the scheduled arrival)")
    ask(console, lake, "Airlines with at least 1,000 flights", CARRIERS)
    ask(console, lake, "The five routes that are late most often", ROUTES)
    ask(console, lake, "Weather in the hour of departure", WEATHER)
    ask(console, lake, "Age of the aircraft", AGES)
    ask(console, lake, "Glucose by day, UTC: SYNTHETIC, of no person", GLUCOSE)
    chart(console, lake)


def chart(console: Console, lake: phlo.Lake) -> None:
    """Draw the late flights by hour of departure as bars."""
    rows = lake.sql(HOURS).fetchall()
    most = max(rate for _, _, rate in rows)
    console.print("Late flights by scheduled hour of departure")
    for hour, flights, rate in rows:
        length = round(rate / most * BAR * 2)
        bar = "█" * (length // 2) + "▌" * (length % 2)
        console.print(f"  {hour:>2} h {bar:<{BAR}} {rate:>6.1%} of {flights:>7,}", markup=False)


if __name__ == "__main__":
    raise SystemExit(main())
