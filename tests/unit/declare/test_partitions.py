from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import phlo
from phlo.errors import InvalidInput

HOUR = timedelta(hours=1)
ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Gaza",
]
days = st.dates(date(1990, 1, 1), date(2030, 1, 1))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@given(st.sampled_from(ZONES), days, st.integers(1, 40))
def test_days_tile_time_without_gap_or_overlap_in_any_zone(zone, first, count):
    partition = phlo.daily("at", start=first, tz=zone)
    now = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=count)

    keys = partition.keys(now)
    windows = [partition.window(key) for key in keys]

    for window, after in pairwise(windows):
        assert window.end.astimezone(UTC) == after.start.astimezone(UTC)
    for key, window in zip(keys, windows, strict=True):
        start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
        assert timedelta(hours=22) <= end - start <= timedelta(hours=26)
        assert start.astimezone(ZoneInfo(zone)).date().isoformat() == key
        assert (start - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() < (
            date.fromisoformat(key)
        )
        assert end <= now
    assert len(keys) >= count - 3


@given(st.sampled_from(ZONES), days, st.integers(0, 40))
def test_hours_tile_time_and_have_keys_of_their_own(zone, first, count):
    partition = phlo.hourly("at", start=first, tz=zone)
    start = partition.start.astimezone(UTC)

    keys = partition.keys(start + count * HOUR)
    windows = [partition.window(key) for key in keys]

    assert len(set(keys)) == len(keys) == count
    for place, window in enumerate(windows):
        assert window.start.astimezone(UTC) == start + place * HOUR
        assert window.end.astimezone(UTC) == start + (place + 1) * HOUR


def test_a_day_has_23_or_25_hours_where_the_clock_changes():
    partition = phlo.daily("at", start="2013-01-01", tz="America/New_York")

    lengths = []
    for key in ("2013-03-09", "2013-03-10", "2013-11-03"):
        window = partition.window(key)
        lengths.append((window.end.astimezone(UTC) - window.start.astimezone(UTC)) / HOUR)

    assert lengths == [24, 23, 25]


def test_the_second_of_two_equal_hours_carries_its_offset():
    partition = phlo.hourly("at", start="2013-11-03", tz="America/New_York")

    keys = partition.keys(utc(2013, 11, 3, 8))

    assert keys == (
        "2013-11-03-00:00",
        "2013-11-03-01:00",
        "2013-11-03-01:00-0500",
        "2013-11-03-02:00",
    )
    assert partition.window(keys[2]).start.astimezone(UTC) == utc(2013, 11, 3, 6)


def test_an_hour_that_the_clock_skips_has_no_key_and_an_empty_window():
    partition = phlo.hourly("at", start="2013-03-10", tz="America/New_York")

    keys = partition.keys(utc(2013, 3, 10, 8))
    window = partition.window("2013-03-10-02:00")

    assert keys == ("2013-03-10-00:00", "2013-03-10-01:00", "2013-03-10-03:00")
    assert window.start == window.end


def test_a_day_that_a_zone_skipped_has_no_key_and_an_empty_window():
    partition = phlo.daily("at", start="2011-12-28", tz="Pacific/Apia")

    keys = partition.keys(utc(2012, 1, 1, 12))
    window = partition.window("2011-12-30")

    assert keys == ("2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01")
    assert window.start == window.end


def test_midnight_that_does_not_exist_starts_the_day_at_the_first_instant():
    partition = phlo.daily("at", start="2018-11-01", tz="America/Sao_Paulo")

    window = partition.window("2018-11-04")

    assert window.start.isoformat() == "2018-11-04T01:00:00-02:00"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("daily", "2013-02-30"),
        ("daily", "2013-1-1"),
        ("daily", "2013-01-01-05:00"),
        ("daily", "2012-12-31"),
        ("daily", "9999-12-31"),
        ("hourly", "2013-01-01"),
        ("hourly", "2013-01-01-25:00"),
        ("hourly", "2013-07-01-05:00-0500"),
        ("hourly", "2012-12-31-05:00"),
    ],
)
def test_a_key_that_is_no_partition_is_refused_with_a_fix(kind, key):
    partition = getattr(phlo, kind)("at", start="2013-01-01", tz="America/New_York")

    with pytest.raises(InvalidInput):
        partition.window(key)


def test_static_partitions_are_what_was_named():
    partition = phlo.static("origin", ["EWR", "JFK"])

    assert partition.keys() == ("EWR", "JFK")
    assert partition.window("JFK").key == "JFK"
    with pytest.raises(InvalidInput, match="EWR, JFK"):
        partition.window("LGA")


def test_only_windows_that_have_ended_have_keys():
    partition = phlo.daily("at", start="2020-01-01", tz="America/New_York")

    assert partition.keys(utc(2020, 1, 2, 4, 59)) == ()
    assert partition.keys(utc(2020, 1, 2, 5)) == ("2020-01-01",)
