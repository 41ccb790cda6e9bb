"""The main task of each page on the demo, each with a number that SQL of the test has too."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.asking import first_run, of_dagster, of_duckdb, of_every_run, of_lake
from tests.browser.changing import fact
from tests.browser.looking import search
from tests.copies import BRANCH, TAG, Demo

LATE = "select carrier_name, late_flights from marts.carrier_delays order by late_flights desc"
UNREGISTERED = """
    select count(*) from raw.flights left join raw.planes using (tailnum)
    where planes.tailnum is null
"""
MADE_FROM = r"""
    with recursive
    parsed as (
        select unnest(map_entries(child_map)) as entry
        from read_json(
            ?, columns = {'child_map': 'map(varchar, varchar[])'}, maximum_object_size = 100000000
        )
    ),
    edges as (select entry.key as parent, unnest(entry.value) as child from parsed),
    reached as (
        select child from edges where parent = ?
        union
        select edges.child from edges join reached on edges.parent = reached.child
    )
    select count(*) from reached where regexp_matches(child, '^(model|seed|snapshot)\.')
"""


def _open(page: Page, address: str) -> Locator:
    page.goto(address)
    expect(page.locator("main h1")).to_be_attached()
    return page.locator("main")


def test_home_says_what_needs_attention_and_leads_there(tour: Page, demo: Demo) -> None:
    bad = of_lake(demo, UNREGISTERED)
    flights = of_lake(demo, "select count(*) from raw.flights")

    main = _open(tour, "/")
    item = main.get_by_role("listitem").filter(has_text="aircraft_is_registered of raw.flights")
    expect(item).to_contain_text(f"{bad:,} of {flights:,} rows fail")
    item.get_by_role("link").click()

    expect(tour.locator("h1")).to_have_text("aircraft_is_registered")
    expect(main).to_contain_text(f"{bad:,} failing rows")


def test_home_counts_the_rows_of_the_lake(tour: Page, demo: Demo) -> None:
    keys = demo.catalog.tables("main")
    rows = sum(of_lake(demo, f"select count(*) from {'.'.join(key)}") for key in keys)
    passed, ran = _checks(demo)

    main = _open(tour, "/")

    expect(main).to_contain_text(f"{len(keys)} tables, 6 views, {rows / 1000:.1f}K rows")
    expect(main).to_contain_text(f"Checks passed{passed}of {ran}")


def _checks(demo: Demo) -> tuple[int, int]:
    """Return how many checks passed and how many ran, when each ran last."""
    newest = "select max(id) from asset_check_executions group by asset_key, check_name"
    counted = f"select count(*) from asset_check_executions where id in ({newest})"
    passed = f"{counted} and execution_status = 'SUCCEEDED'"
    return of_dagster(demo, "index.db", passed), of_dagster(demo, "index.db", counted)


def test_the_console_answers_a_question_about_late_flights(tour: Page, demo: Demo) -> None:
    name, late = of_lake(demo, f"select (carrier_name, late_flights) from ({LATE}) limit 1")

    _open(tour, "/data")
    tour.locator(".cm-content").click()
    tour.keyboard.insert_text(LATE)
    tour.get_by_role("button", name="Run", exact=True).click()

    cells = tour.get_by_role("grid", name="Result").get_by_role("gridcell")
    expect(cells.nth(0)).to_have_text(name)
    expect(cells.nth(1)).to_have_text(re.compile(f"^{late}$"))


def test_a_column_of_a_table_is_profiled(tour: Page, demo: Demo) -> None:
    rows, filled, most, values = of_lake(
        demo,
        "select (count(*), count(dep_delay), max(dep_delay), count(distinct dep_delay)) "
        "from raw.flights",
    )

    main = _open(tour, "/tables/raw.flights")
    expect(fact(tour, "Rows")).to_have_text(f"{rows:,}")
    tour.get_by_title("Profile of dep_delay").click()

    expect(main).to_contain_text(f"Filled{filled:,} of {rows:,}")
    expect(main).to_contain_text(f"Greatest{most}")
    named = tour.get_by_role("table", name="Profile of raw.flights").get_by_role("row")
    expect(named.filter(has_text="dep_delay")).to_contain_text(f"{values:,}")


def test_lineage_tells_what_a_change_would_reach(tour: Page, demo: Demo) -> None:
    parsed = str(demo.project.dbt / "target" / "phlo" / "*" / "manifest.json")
    reached = of_duckdb(MADE_FROM, parsed, "source.flights.nycflights.flights")

    main = _open(tour, "/lineage")
    tour.get_by_role("combobox", name="Find an asset").fill("raw.flights")
    tour.get_by_role("option", name="raw.flights", exact=True).click()

    expect(main).to_contain_text(f"{reached} downstream")
    panel = tour.get_by_role("complementary", name="raw.flights")
    expect(panel.get_by_role("listitem")).to_have_count(reached)


def test_a_branch_is_compared_row_by_row(tour: Page, demo: Demo) -> None:
    added, changed = of_lake(
        demo,
        "select (count(*) filter (here.carrier is null), "
        "count(*) filter (here.name <> there.name)) "
        f'from "{BRANCH}".raw.airlines as there left join raw.airlines as here using (carrier)',
    )

    main = _open(tour, "/branches")
    tagged = main.get_by_role("list", name="Commits, newest first").get_by_role("listitem").nth(1)
    expect(tagged.get_by_label("tag")).to_have_count(1)
    expect(tagged).to_contain_text(TAG)
    main.get_by_role("link", name=BRANCH).click()
    tour.get_by_role("button", name=re.compile(r"raw\.airlines")).click()

    assert (added, changed) == (1, 1)
    expect(main).to_contain_text(f"{added} added0 removed{changed} changed")
    rows = tour.get_by_role("grid", name="Rows of raw.airlines that differ").get_by_role("row")
    expect(rows).to_have_count(1 + added + 2 * changed)
    expect(rows.filter(has_text="Another United Air Lines Inc.")).to_have_count(changed)


def test_runs_lists_every_run_and_opens_one(tour: Page, demo: Demo) -> None:
    run = first_run(demo)
    runs = of_dagster(demo, "runs.db", "select count(*) from runs")
    lines = of_dagster(demo, f"{run}.db", "select count(*) from event_logs")
    steps = of_dagster(
        demo,
        f"{run}.db",
        "select count(*) from event_logs where dagster_event_type = 'STEP_SUCCESS'",
    )

    main = _open(tour, "/runs")
    expect(main).to_contain_text(f"{runs} runs shown")
    tour.get_by_role("table", name="Runs").get_by_role("row", name=re.compile(run[:8])).click()

    expect(tour.locator("h1")).to_have_text(f"Run {run[:8]}")
    expect(main).to_contain_text(f"{lines} lines")
    expect(tour.get_by_role("list", name="Steps over time").get_by_role("listitem")).to_have_count(
        steps
    )


def test_quality_shows_the_rows_that_fail_a_check(tour: Page, demo: Demo) -> None:
    windy, strongest = of_lake(
        demo, "select (count(*), max(wind_speed)) from raw.weather where wind_speed > 250"
    )
    passed, ran = _checks(demo)

    main = _open(tour, "/quality")
    expect(main).to_contain_text(f"{passed} of {ran} checks passed when last run")
    tour.get_by_role("row", name=re.compile("wind_is_possible")).click()
    expect(tour.locator("h1")).to_have_text("wind_is_possible")
    tour.get_by_role("radiogroup", name="When").get_by_text("Now on main").click()

    expect(main.get_by_text(re.compile(rf"^{windy} failing row\b"))).to_be_visible()
    rows = tour.get_by_role("grid", name="Rows that fail the check")
    expect(rows.get_by_role("row")).to_have_count(windy + 1)
    expect(rows).to_contain_text(str(strongest))


def test_logs_are_searched_for_a_word(tour: Page, demo: Demo) -> None:
    found = of_every_run(
        demo,
        "select count(*) from event_logs "
        "where json_extract(event, '$.user_message') like '%: success, %'",
    )

    main = _open(tour, "/logs")
    tour.get_by_role("textbox", name="Find in the logs").fill(": success, ")

    assert found > 10
    runs = of_dagster(demo, "runs.db", "select count(*) from runs")
    said = re.compile(rf"^{found} lines, {runs} runs searched")
    expect(main.get_by_text(said)).to_be_visible()
    expect(
        tour.get_by_role("listbox", name="Lines of all runs").get_by_role("option")
    ).to_have_count(found)


def test_services_names_the_version_of_the_engine(tour: Page) -> None:
    version = of_duckdb("select version()[2:]")

    _open(tour, "/services")

    expect(tour.get_by_role("row", name=re.compile("Query engine"))).to_contain_text(version)
    expect(tour.get_by_role("row", name=re.compile("HTTP API"))).to_contain_text("Running")


def test_settings_shows_what_the_files_set(tour: Page, demo: Demo) -> None:
    lines = of_duckdb(
        r"select len(regexp_extract_all(content, '(?m)^\w+:')) from read_text(?)",
        str(demo.project.file),
    )

    main = _open(tour, "/settings")
    tour.get_by_role("switch", name="Only those that differ").check()

    expect(main).to_contain_text(f"{lines} settings")
    row = tour.get_by_role("row", name=re.compile("^name"))
    name = of_duckdb(
        r"select regexp_extract(content, '(?m)^name: (\w+)', 1) from read_text(?)",
        str(demo.project.file),
    )
    expect(row).to_contain_text(name)


def test_a_mart_is_found_by_one_of_its_columns(tour: Page, demo: Demo) -> None:
    rows = of_lake(demo, "select count(*) from marts.route_delays")
    _open(tour, "/services")

    search(tour, "route_delays", r"^marts\.route_delays")

    expect(tour.locator("h1")).to_have_text("marts.route_delays")
    expect(fact(tour, "Rows")).to_have_text(str(rows))
