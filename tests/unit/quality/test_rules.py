import json
from datetime import UTC, datetime, timedelta

import pytest

import phlo
from phlo.declare.rules import Rule
from phlo.quality import run_check

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)

# rule, a select that passes, one that fails, failing rows (None: the rule is not about rows)
CASES = {
    "not_null": (phlo.not_null("a"), "select 1 as a", "select unnest([1, null, null]) as a", 2),
    "not_null NaN": (
        phlo.not_null("a"),
        "select 1::double as a",
        "select unnest([1.0, 'nan'::double]) as a",
        1,
    ),
    "not_null of two": (
        phlo.not_null("a", "b"),
        "select 1 as a, 2 as b",
        "select * from (values (1, null), (null, 2), (1, 2)) t(a, b)",
        2,
    ),
    "unique": (
        phlo.unique("a"),
        "select range as a from range(5)",
        "select 7 as a from range(3)",
        3,
    ),
    "unique of two": (
        phlo.unique("a", "b"),
        "select range as a, 1 as b from range(3)",
        "select * from (values (1, 1), (1, 1), (1, 2)) t(a, b)",
        2,
    ),
    "between": (
        phlo.between("a", 0, 10),
        "select unnest([0, 10, null]) as a",
        "select unnest([-1, 5, 11]) as a",
        2,
    ),
    "between NaN": (
        phlo.between("a", low=0),
        "select unnest([0.0, 'inf'::double]) as a",
        "select unnest([1.0, 'nan'::double]) as a",
        1,
    ),
    "between dates": (
        phlo.between("a", "2020-01-01", "2020-12-31"),
        "select date '2020-06-01' as a",
        "select date '2021-06-01' as a",
        1,
    ),
    "between times with a zone": (
        phlo.between("a", "2020-01-01T00:00:00"),
        "select timestamptz '2020-01-01 00:00:00+00' as a",
        "select timestamptz '2020-01-01 00:00:00+01' as a",
        1,
    ),
    "accepted": (
        phlo.accepted("a", ["x", "it's"]),
        "select unnest(['x', 'it''s', null]) as a",
        "select unnest(['x', 'y']) as a",
        1,
    ),
    "matches": (
        phlo.matches("a", "[A-Z]{3}"),
        "select 'JFK' as a",
        "select unnest(['JFK', 'JFKX', 'jfk']) as a",
        2,
    ),
    "row_count": (phlo.row_count(min=2), "select 1 as a from range(2)", "select 1 as a", None),
    "row_count at most": (phlo.row_count(max=2), "select 1 as a", "select 1 from range(3)", None),
    "fresh_within": (
        phlo.fresh_within("a", "26h"),
        "select timestamptz '2026-01-10 00:00:00+00' as a",
        "select timestamptz '2026-01-09 00:00:00+00' as a",
        None,
    ),
    "fresh_within of days": (
        phlo.fresh_within("a", "2d"),
        "select date '2026-01-09' as a",
        "select date '2026-01-01' as a",
        None,
    ),
    "fresh_within of the future": (
        phlo.fresh_within("a", "26h"),
        "select timestamp '2026-01-10 11:59' as a",
        "select timestamp '2027-01-01' as a",
        None,
    ),
    "sql": (
        phlo.sql("select * from {table} where a > 1", name="small"),
        "select 1 as a",
        "select unnest([1, 2, 3]) as a",
        2,
    ),
    "reconciles": (
        phlo.reconciles("select 3", "raw.t.a"),
        "select unnest([1, 2]) as a",
        "select unnest([1, 1]) as a",
        None,
    ),
    "custom": (
        phlo.custom(lambda lake: lake.sql("select max(a) < 2 from raw.t").fetchone()[0], name="c"),
        "select 1 as a",
        "select 2 as a",
        None,
    ),
}

ABOUT_ITS_ROWS = [name for name in CASES if name not in {"custom", "reconciles"}]


def test_every_rule_has_an_example_that_fails():
    shown = {type(rule).__name__ for rule, *_ in CASES.values()}

    assert shown == {kind.__name__ for kind in Rule.__subclasses__()} - {"Schema"}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_passes_good_rows_and_counts_bad_ones(lake, case):
    rule, good, bad, failing = CASES[case]

    passed = run_check(rule, lake.create("raw.t", good), "raw.t", now=NOW)
    failed = run_check(rule, lake.create("raw.t", bad), "raw.t", now=NOW)

    assert passed.passed, passed.message
    assert not failed.passed
    assert failed.metadata.get("status") != "error", failed.message
    assert failed.failing == failing
    assert len(failed.sample) == (failing or 0)


@pytest.mark.parametrize("case", ABOUT_ITS_ROWS)
def test_an_empty_table_never_passes_by_accident(lake, case):
    rule, good, _, _ = CASES[case]
    lake.create("raw.t", f"select * from ({good}) where false")

    result = run_check(rule, lake, "raw.t", now=NOW)

    assert not result.passed or rule.allow_empty
    assert result.rows == 0


@pytest.mark.parametrize("case", [name for name in ABOUT_ITS_ROWS if name != "row_count"])
def test_an_empty_table_passes_where_it_is_allowed_to_be_empty(lake, case):
    from dataclasses import replace

    rule, good, _, _ = CASES[case]
    lake.create("raw.t", f"select * from ({good}) where false")

    result = run_check(replace(rule, allow_empty=True), lake, "raw.t", now=NOW)

    assert result.passed, result.message


def test_a_result_says_what_was_measured_and_shows_the_statement(lake):
    lake.create("raw.t", "select range as a from range(100)")

    result = run_check(phlo.between("a", 0, 49), lake, "raw.t")

    assert (result.measured, result.failing, result.rows) == (50, 50, 100)
    assert len(result.sample) == 20
    assert len(lake.sql(result.sql).fetchall()) == 50
    assert "[0, 49]" in result.expected


def test_a_sample_is_json_whatever_the_columns_hold(lake):
    lake.create(
        "raw.t",
        "select null::int as a, 'nan'::double as b, 1.5::decimal(9, 2) as c, '\\xAA'::blob as d, "
        "timestamptz '2020-01-01 00:00:00+00' as e, [1, 2] as f, {'x': date '2020-01-01'} as g, "
        "gen_random_uuid() as h, interval 1 hour as i, repeat('x', 9999) as j, time '12:00' as k",
    )

    result = run_check(phlo.not_null("a"), lake, "raw.t")

    assert json.loads(json.dumps(result.sample[0], allow_nan=False))["b"] == "nan"
    assert len(result.sample[0]["j"]) == 500


def test_a_window_limits_the_rules_that_judge_each_row_alone(lake):
    partition = phlo.daily("at", start="2020-01-01", tz="America/New_York")
    lake.create(
        "raw.t",
        "select * from (values (timestamptz '2020-01-02 04:59:00+00', null), "
        "(timestamptz '2020-01-02 05:00:00+00', 1), (timestamptz '2020-01-03 05:00:00+00', null)) "
        't("at", a)',
    )

    result = run_check(phlo.not_null("a"), lake, "raw.t", window=partition.window("2020-01-02"))
    whole = run_check(phlo.unique("a"), lake, "raw.t", window=partition.window("2020-01-02"))

    assert (result.passed, result.rows) == (True, 1)
    assert whole.rows == 3


def test_a_static_partition_is_a_window_too(lake):
    partition = phlo.static("origin", ["EWR", "O'Hare"])
    lake.create("raw.t", "select unnest(['EWR', 'O''Hare']) as origin, unnest([null, 1]) as a")

    results = [
        run_check(phlo.not_null("a"), lake, "raw.t", window=partition.window(key)).passed
        for key in partition.values
    ]

    assert results == [False, True]


def test_a_window_of_dates_holds_the_days_of_the_zone(lake):
    partition = phlo.daily("day", start="2020-01-01", tz="America/New_York")
    lake.create("raw.t", "select unnest([date '2020-01-01', date '2020-01-02']) as day, 1 as a")

    result = run_check(phlo.not_null("a"), lake, "raw.t", window=partition.window("2020-01-02"))

    assert result.rows == 1


def test_a_statement_can_name_the_window(lake):
    partition = phlo.static("k", ["x", "y"])
    rule = phlo.sql("select * from {table} where a is null and {window}", name="r")
    lake.create("raw.t", "select unnest(['x', 'y']) as k, unnest([null, 1]) as a")

    assert not rule.beyond_window
    assert run_check(rule, lake, "raw.t", window=partition.window("y")).passed
    assert not run_check(rule, lake, "raw.t", window=partition.window("x")).passed


@pytest.mark.parametrize(
    ("rule", "beyond"),
    [
        (phlo.not_null("a"), False),
        (phlo.between("a", 1), False),
        (phlo.not_null("a", scope="table"), True),
        (phlo.unique("a"), True),
        (phlo.unique("a", scope="window"), False),
        (phlo.row_count(min=1), True),
        (phlo.fresh_within("a", "1h"), True),
        (phlo.reconciles("raw.o"), True),
        (phlo.sql("select 1 where false", name="n"), True),
        (phlo.custom(lambda lake: True, name="n"), True),
    ],
)
def test_a_rule_says_whether_it_looks_beyond_the_new_rows(rule, beyond):
    assert rule.beyond_window is beyond


@pytest.mark.parametrize(
    ("table", "problem"),
    [("raw.missing", "raw.missing"), ("raw.t", "'b' is not known in raw.t")],
)
def test_a_check_that_cannot_run_is_an_errored_check_and_never_a_pass(lake, table, problem):
    lake.create("raw.t", "select 1 as a")
    rule = phlo.not_null("b") if table == "raw.t" else phlo.not_null("a")

    result = run_check(rule, lake, table)

    assert not result.passed
    assert result.metadata["status"] == "error"
    assert problem.split(".")[-1] in result.message


def test_a_column_is_found_whatever_its_case(lake):
    lake.create("raw.t", 'select 1 as "timeHour"')

    assert run_check(phlo.not_null("TIMEHOUR"), lake, "raw.t").passed


def test_a_name_cannot_break_out_of_its_quotes(lake):
    lake.create("raw.t", """select 1 as "a"" or true --" """)

    assert run_check(phlo.not_null('a" or true --'), lake, "raw.t").passed


def test_the_message_of_a_warning_does_not_block(lake):
    lake.create("raw.t", "select null::int as a")

    result = run_check(phlo.not_null("a", severity="warn"), lake, "raw.t")

    assert (result.passed, result.blocking, result.severity) == (False, False, "warn")


def test_age_is_measured_from_the_given_clock(lake):
    lake.create("raw.t", "select timestamptz '2026-01-10 00:00:00+00' as a")

    old = run_check(phlo.fresh_within("a", "1d"), lake, "raw.t", now=NOW + timedelta(days=2))

    assert not old.passed
    assert "2d12h old" in old.message
