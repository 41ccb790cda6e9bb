"""What must be true across tables, and what is true and bad in this data."""

import phlo

aircraft_is_registered = phlo.quality(
    "raw.flights",
    phlo.sql(
        "select carrier, flight, origin, time_hour, tailnum from {table} f "
        "where not exists (select 1 from raw.planes p where p.tailnum = f.tailnum)",
        reads=["raw.planes"],
        name="aircraft_is_registered",
        severity="warn",
        description="Each flight is of an aircraft of the registry. True and bad: 52,606 are not.",
    ),
    severity="warn",
)
every_flight_is_counted = phlo.quality(
    "marts.carrier_delays",
    phlo.reconciles(
        "marts.carrier_delays.flights",
        "raw.flights",
        name="every_flight_is_counted",
        description="The flights of all carriers together are the flights that were loaded.",
    ),
)


@phlo.quality("raw.flights", reads=["raw.airlines"])
def every_carrier_has_a_name(lake: phlo.Lake) -> bool:
    """Each carrier that flew is among the airlines."""
    flew = {code for (code,) in lake.sql("select distinct carrier from raw.flights").fetchall()}
    named = {code for (code,) in lake.sql("select carrier from raw.airlines").fetchall()}
    return bool(flew) and flew <= named
