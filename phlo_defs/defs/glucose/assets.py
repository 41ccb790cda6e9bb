"""A SYNTHETIC glucose series in the shape of a Nightscout server: of no person, made here."""

import hashlib
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

import phlo

from .partitions import DAYS

EVERY = timedelta(minutes=5)
DEVICE = "synthetic-cgm"
ARROWS = ((-15, "SingleDown"), (-5, "FortyFiveDown"), (5, "Flat"), (15, "FortyFiveUp"))
UtcTime = Annotated[pl.Datetime, "us", "UTC"]


class Reading(pa.DataFrameModel):
    """One reading of the sensor that does not exist."""

    id: pl.String = pa.Field(unique=True, description="Identifier: made from the time.")
    sgv: pl.Int64 = pa.Field(ge=20, le=600, description="Glucose in mg/dL. Synthetic.")
    direction: pl.String = pa.Field(description="Trend, as an arrow's name.")
    device: pl.String = pa.Field(description="The sensor; it says that it is synthetic.")
    measured_at: UtcTime = pa.Field(description="Time, UTC.")


@phlo.ingestion(
    table="raw.glucose",
    key="id",
    schema=Reading,
    partition=DAYS,
    checks=[phlo.between("sgv", 40, 400), phlo.accepted("device", [DEVICE])],
    schedule="15 5 * * *",
    freshness="30d",
    group="glucose",
    owners=["team:health"],
    tags={"domain": "glucose", "synthetic": "true"},
    kinds=["python"],
)
def glucose(window: phlo.Window) -> Iterator[dict[str, Any]]:
    """SYNTHETIC glucose readings in the shape of a Nightscout server, every five minutes.

    Made here from sines and a hash, so that each day is the same on every machine. Of no person.
    """
    if window.start is None or window.end is None:
        return
    at, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    before = level(at - EVERY)
    while at < end:
        now = level(at)
        yield {
            "id": f"synthetic-{int(at.timestamp())}",
            "sgv": now,
            "direction": direction(now - before),
            "device": DEVICE,
            "measured_at": at,
        }
        at, before = at + EVERY, now


def level(at: datetime) -> int:
    """Return a plausible glucose level of a moment: three meals, a slow night, some noise."""
    hour = at.hour + at.minute / 60
    meals = sum(95 * math.exp(-(((hour - meal) % 24 - 1) ** 2)) for meal in (12, 17, 23))
    week = 10 * math.sin(2 * math.pi * at.timetuple().tm_yday / 7)
    digest = hashlib.blake2b(str(int(at.timestamp())).encode(), digest_size=2).digest()
    noise = int.from_bytes(digest, "big") / 65535 * 12 - 6
    return round(100 + 25 * math.sin(hour / 24 * 2 * math.pi) + meals + week + noise)


def direction(change: int) -> str:
    """Return the name of the arrow that such a sensor would show."""
    return next((name for limit, name in ARROWS if change <= limit), "SingleUp")
