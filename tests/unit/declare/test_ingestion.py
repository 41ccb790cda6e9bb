import dataclasses
from datetime import timedelta

import pandera.polars as pa
import pytest

import phlo
import phlo.quality
from phlo.errors import DeclarationError


class Flight(pa.DataFrameModel):
    origin: str
    distance: int

    class Config:
        strict = True


def test_the_example_of_the_design_is_a_frozen_spec():
    @phlo.ingestion(
        table="raw.flights",
        key=("time_hour", "carrier", "flight"),
        write="merge",
        partition=phlo.daily("time_hour", start="2013-01-01", tz="America/New_York"),
        checks=[phlo.not_null("origin"), phlo.between("distance", 0, 6000)],
        schedule="0 5 * * *",
    )
    def flights(window: phlo.Window):
        "Departures from New York's three airports."
        yield {"key": window.key}

    assert flights.table == "raw.flights"
    assert flights.description == "Departures from New York's three airports."
    assert [rule.name for rule in flights.checks] == ["not_null_origin", "between_distance"]
    assert flights.parameters == ("window",)
    assert flights.file == __file__
    assert list(flights(phlo.Window(key="x"))) == [{"key": "x"}]
    with pytest.raises(dataclasses.FrozenInstanceError):
        flights.table = "raw.other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        flights.checks[0].name = "other"


def test_quality_is_a_decorator_and_a_room():
    @phlo.quality("marts.daily_delays", blocking=True)
    def every_flight_counted(lake: phlo.Lake) -> phlo.CheckResult:
        return phlo.reconciles("marts.daily_delays.flights", "raw.flights", lake)

    assert every_flight_counted.name == "every_flight_counted"
    assert every_flight_counted.blocking
    assert callable(phlo.quality.run_check)

    rule = phlo.quality("raw.flights", phlo.row_count(min=1), severity="warn")
    assert (rule.name, rule.blocking, rule.severity) == ("row_count", False, "warn")
    assert not phlo.quality("raw.flights", phlo.row_count(min=1), monitor=True).blocking


def test_everything_else_an_asset_has_is_kept():
    spec = phlo.ingestion(
        table="raw.a",
        key="id",
        cursor="id",
        depends="raw.b",
        group="g",
        owners=["team:x", "me@example.org"],
        tags={"pii": "no"},
        kinds="csv",
        description="d",
        freshness="1d12h",
        automation="eager",
        retries=3,
        pool="api",
        on_new_files="data/*.csv",
    )(lambda lake: [])

    assert (spec.write, spec.key) == ("merge", ("id",))
    assert spec.freshness == timedelta(hours=36)
    assert (spec.tags, spec.kinds, spec.depends) == ((("pii", "no"),), ("csv",), ("raw.b",))
    assert spec.parameters == ("lake",)


MISTAKES = {
    "no namespace": ({"table": "flights"}, "not a table name", "'raw.flights'"),
    "capitals": ({"table": "Raw.My Flights"}, "not a table name", "'raw.my_flights'"),
    "three parts": ({"table": "a.b.c"}, "not a table name", "'a.b_c'"),
    "no text": ({"table": 3}, "not text", "namespace.name"),
    "injection": ({"table": 'raw."x'}, "not a table name", "raw.x"),
    "quarantine": ({"table": "raw.a__quarantine"}, "keeps for itself", "__quarantine"),
    "long": ({"table": "raw." + "a" * 200}, "characters", "127"),
    "write": ({"write": "mrege"}, "write='mrege' is not known", "'merge'"),
    "merge without key": ({"write": "merge"}, "no key", "key="),
    "key twice": ({"key": ("a", "A")}, "column twice", "once"),
    "key of numbers": ({"key": (1,)}, "not the name", "text"),
    "cron": ({"schedule": "0 25 * * *"}, "'25' is not a hour", "0 to 23"),
    "cron fields": ({"schedule": "0 5 * *"}, "4 fields", "weekday"),
    "cron never": ({"schedule": "0 0 30 2 *"}, "never fires", "exists"),
    "cron words": ({"schedule": "daily"}, "fields", "weekday"),
    "partition": ({"partition": "daily"}, "not a partition", "phlo.daily"),
    "checks": ({"checks": ["not_null"]}, "not a list of rules", "phlo.not_null"),
    "schema": ({"schema": {"a": int}}, "not a pandera schema", "pandera.polars"),
    "cursor": ({"cursor": "a", "write": "replace"}, "forgets", "merge"),
    "owner": ({"owners": "bob"}, "neither an address nor a team", "team:bob"),
    "tag": ({"tags": {"a b": "c"}}, "not a name", "letters"),
    "freshness": ({"freshness": "soon"}, "not a duration", "26h"),
    "no freshness": ({"freshness": "0h"}, "above zero", "26h"),
    "automation": ({"automation": "egaer"}, "not known", "'eager'"),
    "on_cron": ({"automation": "on_cron"}, "no schedule", "schedule="),
    "retries": ({"retries": -1}, "not a number", "0 to 20"),
    "itself": ({"depends": ["raw.a"]}, "depends on itself", "drop"),
    "group": ({"group": " "}, "not text", "group="),
    "schema key": ({"schema": Flight, "key": "orgin"}, "which the schema lacks", "'origin'"),
    "schema rule": (
        {"schema": Flight, "checks": [phlo.not_null("dist")]},
        "not_null_dist names 'dist'",
        "'distance'",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_names_file_line_and_fix(case):
    settings, says, fix = MISTAKES[case]

    with pytest.raises(DeclarationError) as caught:
        phlo.ingestion(**{"table": "raw.a", **settings})

    assert caught.value.problem.startswith(f"{__file__}:")
    assert says in caught.value.problem
    assert fix in caught.value.fix


def unknown(rows):
    return rows


async def later():
    return []


@pytest.mark.parametrize(
    ("function", "says"),
    [(unknown, "'rows'"), (later, "async"), (3, "not a function")],
)
def test_a_function_that_cannot_be_run_is_a_mistake(function, says):
    with pytest.raises(DeclarationError, match=says):
        phlo.ingestion(table="raw.a")(function)


RULES = {
    "impossible range": (lambda: phlo.between("a", 3, 1), "impossible range", "between(…, 1, 3)"),
    "no bound": (lambda: phlo.between("a"), "no bound", "low or a high"),
    "NaN bound": (lambda: phlo.between("a", float("nan")), "NaN", "number"),
    "mixed bounds": (lambda: phlo.between("a", 1, "z"), "different kinds", "one kind"),
    "bool bound": (lambda: phlo.between("a", True), "not a bound", "number"),
    "no values": (lambda: phlo.accepted("a", []), "no values", "list"),
    "text for values": (lambda: phlo.accepted("a", "xyz"), "no values", "list"),
    "null value": (lambda: phlo.accepted("a", ["x", None]), "could pass", "not_null"),
    "pattern": (lambda: phlo.matches("a", "("), "not a pattern", "regular expression"),
    "look-around": (lambda: phlo.matches("a", "(?<=x)y"), "RE2", "phlo.sql"),
    "row count": (lambda: phlo.row_count(min=5, max=2), "impossible range", "swap"),
    "negative count": (lambda: phlo.row_count(min=-1), "not a number of rows", "0"),
    "no count": (lambda: phlo.row_count(), "no bound", "min="),
    "no column": (lambda: phlo.not_null(), "no column", 'not_null("column")'),
    "empty column": (lambda: phlo.unique(""), "not the name", "text"),
    "age": (lambda: phlo.fresh_within("a", "-3h"), "not a duration", "26h"),
    "operand": (lambda: phlo.reconciles("flights"), "neither a table", "namespace.table"),
    "itself": (lambda: phlo.reconciles("raw.a", "raw.a"), "with itself", "another"),
    "tolerance": (lambda: phlo.reconciles("raw.a", tolerance=-1), "never be met", "zero"),
    "statement": (lambda: phlo.sql("drop table x", name="a"), "not a select", "select"),
    "no name": (lambda: phlo.sql("select 1"), "no name", "name="),
    "lambda": (lambda: phlo.custom(lambda lake: True), "no name", "name="),
    "option": (lambda: phlo.not_null("a", blcoking=True), "not an option", "'blocking'"),
    "severity": (lambda: phlo.not_null("a", severity="bad"), "severity='bad'", "warn"),
    "scope": (lambda: phlo.not_null("a", scope="rows"), "scope='rows'", "window"),
    "check name": (lambda: phlo.not_null("a", name="is it?"), "not a check name", "is_it"),
    "zone": (lambda: phlo.daily("a", start="2020-01-01", tz="EDT5"), "not a time zone", "IANA"),
    "start": (lambda: phlo.daily("a", start="2013-13-01"), "not a day", "2013-01-01"),
    "start inside a day": (
        lambda: phlo.daily("a", start="2013-01-01T05:00"),
        "not the start of a day",
        "2013-01-01T00:00:00",
    ),
    "start inside an hour": (
        lambda: phlo.hourly("a", start="2013-01-01T05:30"),
        "not the start of a full hour",
        "2013-01-01T05:00:00",
    ),
    "start long ago": (lambda: phlo.daily("a", start="1677-01-01"), "out of range", "1970"),
    "no partitions": (lambda: phlo.static("a", []), "names no partitions", "EWR"),
    "partition twice": (lambda: phlo.static("a", ["x", "x"]), "twice", "once"),
    "partition marks": (lambda: phlo.static("a", ["x,y"]), "mark", "commas"),
    "no file": (lambda: phlo.csv(), "names no file", "phlo.csv"),
    "file option": (lambda: phlo.csv("a.csv", delimeter=";"), "not an option", "'delimiter'"),
    "check table": (lambda: phlo.quality("delays"), "not a table name", "raw.delays"),
    "check rule": (lambda: phlo.quality("raw.a", "not_null"), "not a rule", "phlo.not_null"),
}


@pytest.mark.parametrize("case", RULES)
def test_what_can_never_hold_is_a_mistake_at_once(case):
    build, says, fix = RULES[case]

    with pytest.raises(DeclarationError) as caught:
        build()

    assert __file__ in caught.value.problem
    assert says in caught.value.problem
    assert fix in caught.value.fix


def test_two_checks_of_one_name_are_a_mistake():
    with pytest.raises(DeclarationError, match="two checks are named 'between_a'"):
        phlo.ingestion(table="raw.a", checks=[phlo.between("a", 1), phlo.between("a", 2)])


@pytest.mark.parametrize(
    "line", ["*/15 0-6 1,15 jan-mar MON-FRI", "@daily", "5/10 * * * *", "0 0 29 2 *", "0 0 31 * 7"]
)
def test_a_good_cron_line_is_taken(line):
    assert phlo.ingestion(table="raw.a", schedule=line)(lambda: []).schedule == line


def test_an_unknown_name_of_phlo_names_the_nearest():
    with pytest.raises(AttributeError, match=r"did you mean phlo\.not_null"):
        phlo.not_nul  # noqa: B018
